"""Enrollment, access, playback, progress and the students of a course."""

from django.urls import path

from learning import views

progress = views.ProgressViewSet.as_view
enrollment = views.EnrollmentViewSet.as_view
students = views.StudentViewSet.as_view

urlpatterns = [
    path("courses/<object_id:pk>/enroll", enrollment({"post": "enroll"}), name="course-enroll"),
    path("courses/<object_id:pk>/access", enrollment({"get": "access"}), name="course-access"),
    path("enrollments", enrollment({"get": "list"}), name="enrollments"),
    path(
        "lectures/<object_id:pk>/playback",
        views.PlaybackViewSet.as_view({"post": "create"}),
        name="lecture-playback",
    ),
    path("courses/<object_id:pk>/progress", progress({"get": "retrieve"}), name="course-progress"),
    path(
        "courses/<object_id:pk>/progress/lectures/<object_id:lecture>",
        progress({"patch": "partial_update"}),
        name="lecture-progress",
    ),
    path(
        "courses/<object_id:pk>/progress/complete",
        progress({"post": "complete"}),
        name="course-progress-complete",
    ),
    path(
        "courses/<object_id:pk>/progress/reset",
        progress({"post": "reset"}),
        name="course-progress-reset",
    ),
    path(
        "courses/<object_id:pk>/reviews/mine",
        views.OwnReviewViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="course-review-mine",
    ),
    path("courses/<object_id:pk>/students", students({"get": "list"}), name="course-students"),
    path(
        "courses/<object_id:pk>/students/csv",
        students({"get": "export"}),
        name="course-students-csv",
    ),
    path(
        "courses/<object_id:pk>/statistics",
        students({"get": "statistics"}),
        name="course-statistics",
    ),
]
