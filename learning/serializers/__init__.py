"""The declared shapes of what the API accepts and returns."""

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
