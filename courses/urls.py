"""Every path of courses and of what is in them, with its verbs."""

from django.urls import path

from courses import views

course = views.CourseViewSet.as_view
publication = views.PublicationViewSet.as_view
section = views.SectionViewSet.as_view
lecture = views.LectureViewSet.as_view
review = views.ReviewViewSet.as_view
reply = views.ReplyViewSet.as_view

urlpatterns = [
    path("courses", course({"get": "list", "post": "create"}), name="courses"),
    path("courses/mine", views.OwnCourseViewSet.as_view({"get": "list"}), name="courses-mine"),
    path("courses/facets", views.FacetViewSet.as_view({"get": "retrieve"}), name="facets"),
    path(
        "courses/suggestions",
        views.SuggestionViewSet.as_view({"get": "retrieve"}),
        name="suggestions",
    ),
    path(
        "courses/<course:key>/related",
        views.RelatedViewSet.as_view({"get": "retrieve"}),
        name="course-related",
    ),
    path(
        "courses/<course:key>/thumbnail",
        views.ThumbnailViewSet.as_view({"put": "update"}),
        name="course-thumbnail",
    ),
    path("courses/<course:key>/publish", publication({"post": "publish"}), name="course-publish"),
    path(
        "courses/<course:key>/unpublish",
        publication({"post": "unpublish"}),
        name="course-unpublish",
    ),
    path("courses/<course:key>/archive", publication({"post": "archive"}), name="course-archive"),
    path("courses/<course:key>/sections", section({"post": "create"}), name="course-sections"),
    path(
        "courses/<course:key>/curriculum",
        views.CurriculumViewSet.as_view({"put": "update"}),
        name="course-curriculum",
    ),
    path(
        "courses/<course:key>/lectures",
        lecture({"get": "list", "post": "create"}),
        name="course-lectures",
    ),
    path("courses/<course:key>/reviews", review({"get": "list"}), name="course-reviews"),
    path(
        "courses/<course:key>/ratings",
        views.RatingsViewSet.as_view({"get": "retrieve"}),
        name="course-ratings",
    ),
    # After the paths above with one word behind `courses/`: it matches every other word.
    path(
        "courses/<course:key>",
        course({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="course",
    ),
    path(
        "sections/<object_id:pk>",
        section({"patch": "partial_update", "delete": "destroy"}),
        name="section",
    ),
    path(
        "lectures/<object_id:pk>",
        lecture({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="lecture",
    ),
    path("reviews/<object_id:pk>/report", review({"post": "report"}), name="review-report"),
    path(
        "reviews/<object_id:pk>/reply",
        reply({"put": "update", "delete": "destroy"}),
        name="review-reply",
    ),
    path("categories", views.CategoryViewSet.as_view({"get": "list"}), name="categories"),
    path(
        "instructors/<object_id:pk>",
        views.InstructorViewSet.as_view({"get": "retrieve"}),
        name="instructor",
    ),
]
