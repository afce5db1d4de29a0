"""The shapes of what goes in and out."""

from .certificates import CertificateSerializer
from .lectures import LectureContentSerializer, PlaybackSerializer, StudiedOutlineSerializer
from .students import StatisticsSerializer, StudentSerializer
from .study import (
    AccessSerializer,
    EnrollmentSerializer,
    ProgressSerializer,
    ProgressUpdateSerializer,
)

__all__ = [
    "AccessSerializer",
    "CertificateSerializer",
    "EnrollmentSerializer",
    "LectureContentSerializer",
    "PlaybackSerializer",
    "ProgressSerializer",
    "ProgressUpdateSerializer",
    "StatisticsSerializer",
    "StudentSerializer",
    "StudiedOutlineSerializer",
]
