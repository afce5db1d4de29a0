"""The views of learning, by noun."""

from learning.views.lectures import PlaybackViewSet
from learning.views.notes import NoteViewSet
from learning.views.reviews import OwnReviewViewSet
from learning.views.students import StudentViewSet
from learning.views.study import EnrollmentViewSet, ProgressViewSet
from learning.views.wishlist import WishlistViewSet

__all__ = [
    "EnrollmentViewSet",
    "NoteViewSet",
    "OwnReviewViewSet",
    "PlaybackViewSet",
    "ProgressViewSet",
    "StudentViewSet",
    "WishlistViewSet",
]
