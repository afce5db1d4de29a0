"""The views of learning, by noun."""

from learning.views.lectures import PlaybackViewSet
from learning.views.reviews import OwnReviewViewSet
from learning.views.students import StudentViewSet
from learning.views.study import EnrollmentViewSet, ProgressViewSet

__all__ = [
    "EnrollmentViewSet",
    "OwnReviewViewSet",
    "PlaybackViewSet",
    "ProgressViewSet",
    "StudentViewSet",
]
