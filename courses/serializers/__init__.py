"""Shapes of input and output."""

from courses.serializers.courses import (
    CategorySerializer,
    CourseCardSerializer,
    CourseDetailSerializer,
    CourseWriteSerializer,
    InstructorSerializer,
    OwnCourseSerializer,
    PublishedCourseSerializer,
    ThumbnailSerializer,
)
from courses.serializers.lectures import (
    LectureContentSerializer,
    LectureSerializer,
    LectureWriteSerializer,
)
from courses.serializers.outline import (
    CurriculumSectionSerializer,
    OutlineSerializer,
    SectionSerializer,
    SectionWriteSerializer,
    StudiedOutlineSerializer,
)
from courses.serializers.reviews import ReportSerializer, ReviewSerializer, ReviewWriteSerializer

__all__ = [
    "CategorySerializer",
    "CourseCardSerializer",
    "CourseDetailSerializer",
    "CourseWriteSerializer",
    "CurriculumSectionSerializer",
    "InstructorSerializer",
    "LectureContentSerializer",
    "LectureSerializer",
    "LectureWriteSerializer",
    "OutlineSerializer",
    "OwnCourseSerializer",
    "PublishedCourseSerializer",
    "ReportSerializer",
    "ReviewSerializer",
    "ReviewWriteSerializer",
    "SectionSerializer",
    "SectionWriteSerializer",
    "StudiedOutlineSerializer",
    "ThumbnailSerializer",
]
