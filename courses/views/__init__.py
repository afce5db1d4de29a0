"""Authoring and catalogue."""

from .catalogue import CategoryViewSet, InstructorViewSet, ReviewViewSet
from .courses import CourseViewSet
from .outline import CurriculumViewSet, LectureViewSet, SectionViewSet

__all__ = [
    "CategoryViewSet",
    "CourseViewSet",
    "CurriculumViewSet",
    "InstructorViewSet",
    "LectureViewSet",
    "ReviewViewSet",
    "SectionViewSet",
]
