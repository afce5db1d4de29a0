"""Enrollment, access, playback, progress, notes, the wishlist and the students of a course."""

from django.urls import path

from learning import views

progress = views.ProgressViewSet.as_view
enrollment = views.EnrollmentViewSet.as_view
wishlist = views.WishlistViewSet.as_view
note = views.NoteViewSet.as_view
students = views.StudentViewSet.as_view

urlpatterns = [
    path("courses/<course:key>/enroll", enrollment({"post": "enroll"}), name="course-enroll"),
    path("courses/<course:key>/access", enrollment({"get": "access"}), name="course-access"),
    path("enrollments", enrollment({"get": "list"}), name="enrollments"),
    path(
        "lectures/<object_id:pk>/playback",
        views.PlaybackViewSet.as_view({"post": "create"}),
        name="lecture-playback",
    ),
    path("courses/<course:key>/progress", progress({"get": "retrieve"}), name="course-progress"),
    path(
        "courses/<course:key>/progress/lectures/<object_id:lecture>",
        progress({"patch": "partial_update"}),
        name="lecture-progress",
    ),
    path(
        "courses/<course:key>/progress/batch",
        progress({"post": "batch"}),
        name="course-progress-batch",
    ),
    path(
        "courses/<course:key>/progress/complete",
        progress({"post": "complete"}),
        name="course-progress-complete",
    ),
    path(
        "courses/<course:key>/progress/reset",
        progress({"post": "reset"}),
        name="course-progress-reset",
    ),
    path(
        "courses/<course:key>/reviews/mine",
        views.OwnReviewViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="course-review-mine",
    ),
    path("wishlist", wishlist({"get": "list"}), name="wishlist"),
    path(
        "wishlist/<course:key>",
        wishlist({"put": "update", "delete": "destroy"}),
        name="wishlist-course",
    ),
    path(
        "lectures/<object_id:pk>/notes",
        note({"get": "list", "post": "create"}),
        name="lecture-notes",
    ),
    path(
        "notes/<object_id:pk>",
        note({"patch": "partial_update", "delete": "destroy"}),
        name="note",
    ),
    path("courses/<course:key>/students", students({"get": "list"}), name="course-students"),
    path(
        "courses/<course:key>/students/<object_id:pk>/unlock",
        students({"put": "unlock", "delete": "lock"}),
        name="course-student-unlock",
    ),
    path(
        "courses/<course:key>/students/csv",
        students({"get": "export"}),
        name="course-students-csv",
    ),
    path(
        "courses/<course:key>/statistics",
        students({"get": "statistics"}),
        name="course-statistics",
    ),
]
