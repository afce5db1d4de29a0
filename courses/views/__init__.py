"""The views of courses and of what is in them."""

from courses.views.catalogue import CategoryViewSet, InstructorViewSet
from courses.views.courses import CourseViewSet, OwnCourseViewSet, ThumbnailViewSet
from courses.views.finding import FacetViewSet, RelatedViewSet, SuggestionViewSet
from courses.views.lectures import LectureViewSet
from courses.views.outline import CurriculumViewSet, SectionViewSet
from courses.views.publishing import PublicationViewSet
from courses.views.reviews import RatingsViewSet, ReplyViewSet, ReviewViewSet

__all__ = [
    "CategoryViewSet",
    "CourseViewSet",
    "CurriculumViewSet",
    "FacetViewSet",
    "InstructorViewSet",
    "LectureViewSet",
    "OwnCourseViewSet",
    "PublicationViewSet",
    "RatingsViewSet",
    "RelatedViewSet",
    "ReplyViewSet",
    "ReviewViewSet",
    "SectionViewSet",
    "SuggestionViewSet",
    "ThumbnailViewSet",
]
