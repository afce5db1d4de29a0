"""Shapes of input and output."""

from courses.serializers.authoring import CourseWriteSerializer, ThumbnailSerializer
from courses.serializers.courses import (
    CategorySerializer,
    CourseCardSerializer,
    CourseDetailSerializer,
    InstructorSerializer,
    OwnCourseSerializer,
    PublishedCourseSerializer,
)
from courses.serializers.finding import (
    FacetsSerializer,
    RelatedSerializer,
    SuggestionQuerySerializer,
    SuggestionsSerializer,
)
from courses.serializers.gates import LockSerializer
from courses.serializers.lectures import (
    LectureContentSerializer,
    LectureSerializer,
    LectureWriteSerializer,
)
from courses.serializers.outline import (
    CurriculumSerializer,
    NullField,
    OutlineSerializer,
    ResumePointSerializer,
    SectionOrderSerializer,
    SectionSerializer,
    SectionWriteSerializer,
)
from courses.serializers.reviews import (
    RatingSerializer,
    RatingsSerializer,
    ReplyWriteSerializer,
    ReviewReportSerializer,
    ReviewSerializer,
    ReviewWriteSerializer,
)

__all__ = [
    "CategorySerializer",
    "CourseCardSerializer",
    "CourseDetailSerializer",
    "CourseWriteSerializer",
    "CurriculumSerializer",
    "FacetsSerializer",
    "InstructorSerializer",
    "LectureContentSerializer",
    "LectureSerializer",
    "LectureWriteSerializer",
    "LockSerializer",
    "NullField",
    "OutlineSerializer",
    "OwnCourseSerializer",
    "PublishedCourseSerializer",
    "RatingSerializer",
    "RatingsSerializer",
    "RelatedSerializer",
    "ReplyWriteSerializer",
    "ResumePointSerializer",
    "ReviewReportSerializer",
    "ReviewSerializer",
    "ReviewWriteSerializer",
    "SectionOrderSerializer",
    "SectionSerializer",
    "SectionWriteSerializer",
    "SuggestionQuerySerializer",
    "SuggestionsSerializer",
    "ThumbnailSerializer",
]
