"""The shapes of what goes in and out."""

from learning.serializers.lectures import PlaybackSerializer
from learning.serializers.students import StatisticsSerializer, StudentSerializer
from learning.serializers.study import (
    AccessSerializer,
    EnrollmentSerializer,
    ProgressSerializer,
    ProgressUpdateSerializer,
)

__all__ = [
    "AccessSerializer",
    "EnrollmentSerializer",
    "PlaybackSerializer",
    "ProgressSerializer",
    "ProgressUpdateSerializer",
    "StatisticsSerializer",
    "StudentSerializer",
]
