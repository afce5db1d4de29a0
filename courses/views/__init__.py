"""Authoring and catalogue."""

from courses.views.catalogue import CategoryViewSet, InstructorViewSet, ReviewViewSet
from courses.views.courses import CourseViewSet
from courses.views.outline import CurriculumViewSet, LectureViewSet, SectionViewSet

__all__ = [
    "CategoryViewSet",
    "CourseViewSet",
    "CurriculumViewSet",
    "InstructorViewSet",
    "LectureViewSet",
    "ReviewViewSet",
    "SectionViewSet",
]
