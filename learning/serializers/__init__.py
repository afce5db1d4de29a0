"""The declared shapes of what the API accepts and returns."""

from learning.serializers.lectures import PlaybackSerializer
from learning.serializers.notes import NoteSerializer, NoteWriteSerializer
from learning.serializers.students import (
    CourseStatisticsSerializer,
    StudentSerializer,
    UnlockSerializer,
)
from learning.serializers.study import (
    AccessSerializer,
    CompletedProgressSerializer,
    EnrollmentSerializer,
    ProgressBatchSerializer,
    ProgressSerializer,
    ProgressWriteSerializer,
    RecordedProgressSerializer,
)

__all__ = [
    "AccessSerializer",
    "CompletedProgressSerializer",
    "CourseStatisticsSerializer",
    "EnrollmentSerializer",
    "NoteSerializer",
    "NoteWriteSerializer",
    "PlaybackSerializer",
    "ProgressBatchSerializer",
    "ProgressSerializer",
    "ProgressWriteSerializer",
    "RecordedProgressSerializer",
    "StudentSerializer",
    "UnlockSerializer",
]
