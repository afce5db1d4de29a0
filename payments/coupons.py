"""Coupons: whether one applies, its discount, and its redemptions."""

from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.models import Course
from lms import currencies
from lms.mongodb.transaction import atomic
from payments.exceptions import InvalidCoupon
from payments.models import Coupon, Order

HELD = [Order.Hold.RESERVED, Order.Hold.REDEEMED]


def normalize(code: str) -> str:
    """Return a code in the form in which codes are stored and compared."""
    return code.strip().upper()


def get_applicable(code: str, user: User, course: Course) -> Coupon:
    """Return the coupon with a code; raise `InvalidCoupon` unless this person may use it for this course now.

    Only who has used the coupon before is given a reason.
    """
    coupon = Coupon.objects.filter(code=normalize(code)).first()
    if coupon is None or not _is_valid(coupon, course):
        raise InvalidCoupon
    own = Order.objects.live(user.pk, course.pk).filter(coupon_hold__in=HELD).first()
    if own is None or coupon_id_of(own) != str(coupon.pk):
        _check_limits_of_person(coupon, user.pk)
        if not coupon.is_left:
            raise InvalidCoupon
    return coupon


def _is_valid(coupon: Coupon, course: Course) -> bool:
    """Return whether a coupon is for this course, in its currency, and at this time."""
    return (
        (coupon.is_of_house or coupon.owner_id == course.instructor_id)
        and (not coupon.courses or course.pk in coupon.courses)
        and (coupon.amount is None or coupon.currency == course.currency)
        and (coupon.starts_at is None or coupon.starts_at <= timezone.now())
        and (coupon.ends_at is None or timezone.now() < coupon.ends_at)
    )


def discount(coupon: Coupon, price: int, currency: str) -> int:
    """Return the amount taken off a price in minor units, such that the rest can be charged in the currency."""
    if coupon.percent is not None:
        off = (price * coupon.percent + 50) // 100
    else:
        off = min(coupon.amount or 0, price)
    rest = price - off
    return price - (rest - rest % currencies.step(currency))


def display_discount(coupon: Coupon) -> str:
    """Return what a coupon takes off, for people."""
    if coupon.percent is not None:
        return f"{coupon.percent} %"
    return currencies.display(coupon.amount or 0, coupon.currency)


@atomic
def create(owner: User | None, **fields: Any) -> Coupon:
    """Create a coupon, without an owner the house's. Raises `SessionRevoked` if the owner's account was just deleted.

    Its `courses` may be deleted later: their ids are never used again, so such an id allows no course.
    """
    if owner:
        refer_to_person(owner.pk)
    coupon: Coupon = Coupon.objects.create(owner=owner, **fields)
    return coupon


def change(coupon: Coupon, **fields: Any) -> None:
    """Write the changed fields only; saving the whole row would undo what was reserved or redeemed since it was read.

    Raises 404 if the coupon was just deleted.
    """
    if not fields:
        return
    if not Coupon.objects.filter(pk=coupon.pk).update(**fields, updated_at=timezone.now()):
        raise Http404
    for name, value in fields.items():
        setattr(coupon, name, value)


def end(coupon: Coupon) -> bool:
    """Let a coupon end now; return False if it has ended or is deleted. One that has not begun loses its beginning."""
    now = timezone.now()
    stored = Coupon.objects.filter(pk=coupon.pk).first()
    if stored is None or (stored.ends_at and stored.ends_at <= now):
        return False
    begins_later = stored.starts_at is not None and stored.starts_at >= now
    change(stored, ends_at=now, **({"starts_at": None} if begins_later else {}))
    return True


def delete_unused(coupon: Coupon) -> bool:
    """Delete a coupon that nobody has used; return False if somebody has, perhaps just now."""
    deleted, _counts = Coupon.objects.filter(pk=coupon.pk, reserved=0, redeemed=0).delete()
    return bool(deleted)


def copy_fields(coupon: Coupon) -> dict[str, Any]:
    """Return the copy of a coupon that an order keeps when the coupon is changed or deleted."""
    return {
        "id": str(coupon.pk),
        "code": coupon.code,
        "percent": coupon.percent,
        "amount": coupon.amount,
        "of_house": coupon.is_of_house,
    }


def coupon_id_of(order: Order) -> str | None:
    """Return the id of the coupon with which an order was created."""
    return order.coupon["id"] if order.coupon else None


def _check_limits_of_person(coupon: Coupon, user_id: ObjectId) -> None:
    """Raise `InvalidCoupon` if a person has used a coupon as often as one may, or holds one of a limited number.

    Otherwise one person could hold all of them by checkouts that are never paid.
    """
    if coupon.max_redemptions is None and coupon.max_per_person is None:
        return
    orders = Order.objects.filter(user_id=user_id, coupon_hold__in=HELD)
    held = [
        order.coupon_hold
        for order in orders.only("coupon", "coupon_hold")
        if coupon_id_of(order) == str(coupon.pk)
    ]
    if coupon.max_per_person is not None and len(held) >= coupon.max_per_person:
        raise InvalidCoupon(
            _("You have used this coupon as often as one person may ({max_per_person})."),
            max_per_person=coupon.max_per_person,
        )
    if coupon.max_redemptions is not None and Order.Hold.RESERVED in held:
        raise InvalidCoupon(
            _(
                "You have another open checkout with this coupon. Pay it, or start it again without the coupon."
            )
        )


# --- Redemptions; each runs in the transaction that changes the order ------------------------------------------


def reserve(coupon: Coupon, user_id: ObjectId) -> None:
    """Reserve one redemption for an open checkout; raise `InvalidCoupon` if none is left for this person.

    The coupon is written before the person's orders are counted: of two checkouts of one person, the second then
    waits for the first and counts it.
    """
    if not Coupon.objects.reserve(coupon.pk):
        raise InvalidCoupon
    _check_limits_of_person(coupon, user_id)


def release(order: Order) -> Order.Hold:
    """Release the redemption that an order has reserved, if any; return the order's new hold."""
    if order.coupon_hold == Order.Hold.RESERVED:
        Coupon.objects.release(ObjectId(coupon_id_of(order)))
        return Order.Hold.RELEASED
    return Order.Hold(order.coupon_hold)


def redeem(order: Order) -> Order.Hold:
    """Redeem what an order has reserved, or for a late payment has released; return the order's new hold."""
    if order.coupon_hold in {Order.Hold.NONE, Order.Hold.REDEEMED}:
        return Order.Hold(order.coupon_hold)
    release(order)
    Coupon.objects.redeem(ObjectId(coupon_id_of(order)))
    return Order.Hold.REDEEMED
