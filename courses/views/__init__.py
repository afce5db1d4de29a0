"""The views of courses and of what is in them."""

from courses.views.catalogue import CategoryViewSet, InstructorViewSet
from courses.views.courses import CourseViewSet
from courses.views.lectures import LectureViewSet
from courses.views.outline import CurriculumViewSet, SectionViewSet
from courses.views.reviews import ReviewViewSet

__all__ = [
    "CategoryViewSet",
    "CourseViewSet",
    "CurriculumViewSet",
    "InstructorViewSet",
    "LectureViewSet",
    "ReviewViewSet",
    "SectionViewSet",
]
