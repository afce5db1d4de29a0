"""Coupon: a discount that an instructor or the house offers."""

from bson import ObjectId
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from accounts.models import User
from lms.models import TimeStamped


class CouponQuerySet(models.QuerySet["Coupon"]):
    def owned_by(self, user: User) -> "CouponQuerySet":
        return self.filter(owner=user)

    def reserve(self, coupon_id: ObjectId) -> bool:
        """Reserve one redemption; return False if none is left. The update is atomic: only one takes the last."""
        left = Q(max_redemptions=None) | Q(max_redemptions__gt=F("reserved") + F("redeemed"))
        return bool(self.filter(left, pk=coupon_id).update(reserved=F("reserved") + 1))

    def release(self, coupon_id: ObjectId) -> None:
        """Give one reserved redemption back."""
        self.filter(pk=coupon_id, reserved__gt=0).update(reserved=F("reserved") - 1)

    def redeem(self, coupon_id: ObjectId) -> None:
        """Count one redemption that holds no reservation, or whose reservation was released."""
        self.filter(pk=coupon_id).update(redeemed=F("redeemed") + 1)


class Coupon(TimeStamped):
    """A discount by percent or by amount, for some or all courses of its owner; no `courses` means all.

    A coupon without an owner is the house's, and valid for courses of every instructor (see `ledger.bookings.book_sale`).

    `reserved` counts the open checkouts, `redeemed` the paid ones; their sum never exceeds `max_redemptions`.
    """

    code = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="coupons",
        db_index=False,
        null=True,
        blank=True,
    )
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    courses = ArrayField(ObjectIdField(), default=list, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    max_redemptions = models.PositiveIntegerField(null=True, blank=True)
    max_per_person = models.PositiveIntegerField(null=True, blank=True)
    reserved = models.PositiveIntegerField(default=0)
    redeemed = models.PositiveIntegerField(default=0)

    objects = CouponQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="coupon_owner_created"),
            models.Index(
                fields=["created_at", "id"], condition=Q(reserved__gt=0), name="coupon_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_of_house(self) -> bool:
        return self.owner_id is None

    @property
    def is_used(self) -> bool:
        return bool(self.reserved or self.redeemed)

    @property
    def is_left(self) -> bool:
        """Return whether a redemption is left, as far as this row knows."""
        used = self.reserved + self.redeemed
        return self.max_redemptions is None or used < self.max_redemptions
