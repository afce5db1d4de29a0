"""The courses that a person wishes to take."""

from django.conf import settings
from django.db import models


class WishlistItem(models.Model):
    """A course on a person's wishlist. It leaves when the person is enrolled; while unpublished, it is only hidden."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="wishlist_one_per_course")
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="wishlist_user_created")
        ]

    def __str__(self) -> str:
        return "a wish"  # staff see it among what a deletion would delete
