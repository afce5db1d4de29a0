"""The shapes of what goes in and out."""

from courses.serializers.courses import (
    CategorySerializer,
    CourseCardSerializer,
    CourseDetailSerializer,
    CourseWriteSerializer,
    InstructorSerializer,
    OwnCourseSerializer,
    ThumbnailSerializer,
)
from courses.serializers.outline import (
    CurriculumSectionSerializer,
    LectureSerializer,
    LectureWriteSerializer,
    OutlineSerializer,
    SectionSerializer,
    SectionWriteSerializer,
)
from courses.serializers.reviews import ReportSerializer, ReviewSerializer, ReviewWriteSerializer

__all__ = [
    "CategorySerializer",
    "CourseCardSerializer",
    "CourseDetailSerializer",
    "CourseWriteSerializer",
    "CurriculumSectionSerializer",
    "InstructorSerializer",
    "LectureSerializer",
    "LectureWriteSerializer",
    "OutlineSerializer",
    "OwnCourseSerializer",
    "ReportSerializer",
    "ReviewSerializer",
    "ReviewWriteSerializer",
    "SectionSerializer",
    "SectionWriteSerializer",
    "ThumbnailSerializer",
]
