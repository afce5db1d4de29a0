"""All but the paths whose answer depends on an enrollment: `learning/urls.py` has those."""

from django.urls import path

from courses import views

course = views.CourseViewSet.as_view
urlpatterns = [
    path("courses", course({"get": "list", "post": "create"}), name="courses"),
    path("courses/mine", course({"get": "mine"}), name="courses-mine"),
    path(
        "courses/<object_id:pk>/thumbnail",
        course({"put": "set_thumbnail"}),
        name="course-thumbnail",
    ),
    path("courses/<object_id:pk>/publish", course({"post": "publish"}), name="course-publish"),
    path(
        "courses/<object_id:pk>/unpublish", course({"post": "unpublish"}), name="course-unpublish"
    ),
    path("courses/<object_id:pk>/archive", course({"post": "archive"}), name="course-archive"),
    path(
        "courses/<object_id:pk>/sections",
        views.SectionViewSet.as_view({"post": "create"}),
        name="course-sections",
    ),
    path(
        "courses/<object_id:pk>/curriculum",
        views.CurriculumViewSet.as_view({"put": "update"}),
        name="course-curriculum",
    ),
    path(
        "sections/<object_id:pk>",
        views.SectionViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="section",
    ),
    path(
        "reviews/<object_id:pk>/report",
        views.ReviewViewSet.as_view({"post": "report"}),
        name="review-report",
    ),
    path("categories", views.CategoryViewSet.as_view({"get": "list"}), name="categories"),
    path(
        "instructors/<object_id:pk>",
        views.InstructorViewSet.as_view({"get": "retrieve"}),
        name="instructor",
    ),
]
