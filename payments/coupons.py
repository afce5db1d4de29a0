"""Discounts: whether a coupon applies, what it takes off, and who still may use it."""

from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.utils import timezone

from courses.models import Course
from lms import currencies
from payments.exceptions import InvalidCoupon
from payments.models import Coupon, Order

HELD = [Order.Hold.RESERVED, Order.Hold.REDEEMED]


@dataclass(frozen=True)
class Terms:
    """What a course costs a person now, in minor units of `currency`."""

    list_amount: int
    discount_amount: int
    currency: str
    coupon: Coupon | None = None

    @property
    def total_amount(self) -> int:
        return self.list_amount - self.discount_amount

    def as_fields(self) -> dict[str, Any]:
        """Write the terms as an order keeps them."""
        return {
            "list_amount": self.list_amount,
            "discount_amount": self.discount_amount,
            "tax_amount": 0,
            "total_amount": self.total_amount,
            "currency": self.currency,
            "coupon": self.coupon and copy_of(self.coupon),
        }

    def are_of(self, order: Order) -> bool:
        """Was the order made on these very terms?"""
        return (
            order.list_amount == self.list_amount
            and order.discount_amount == self.discount_amount
            and order.currency == self.currency
            and held_by(order) == (str(self.coupon.pk) if self.coupon else None)
        )


def terms_for(user: Any, course: Course, code: str = "") -> Terms:
    """Price a course; raises `InvalidCoupon` (400) with the reason if the code does not apply to it."""
    price, currency = course.price_amount, course.currency
    if not code:
        return Terms(price, 0, currency)
    coupon = Coupon.objects.filter(code=normalize(code)).first()
    if coupon is None:
        raise InvalidCoupon("There is no such coupon.")
    check(coupon, user, course)
    terms = Terms(price, discount(coupon, price, currency), currency, coupon)
    if 0 < terms.total_amount < currencies.minimum(currency):
        raise InvalidCoupon("What would be left to pay is less than can be charged.")
    return terms


def normalize(code: str) -> str:
    """Write a code in the one form that is kept and compared."""
    return code.strip().upper()


def check(coupon: Coupon, user: Any, course: Course) -> None:
    """Raise `InvalidCoupon` unless this person may use the coupon for this course now."""
    now = timezone.now()
    if coupon.owner_id != course.instructor_id or not (
        not coupon.courses or course.pk in coupon.courses
    ):
        raise InvalidCoupon("The coupon is not for this course.")
    if coupon.amount is not None and coupon.currency != course.currency:
        raise InvalidCoupon("The coupon is in another currency than the course.")
    if coupon.starts_at and now < coupon.starts_at:
        raise InvalidCoupon("The coupon is not valid yet.")
    if coupon.ends_at and now >= coupon.ends_at:
        raise InvalidCoupon("The coupon is no longer valid.")
    own = Order.objects.live(user.pk, course.pk).filter(coupon_hold__in=HELD).first()
    if own is None or held_by(own) != str(coupon.pk):
        check_limits(coupon, user.pk)


def check_limits(coupon: Coupon, user_id: Any) -> None:
    """Raise `InvalidCoupon` if the coupon, or this person's share of it, is used up."""
    used = coupon.reserved + coupon.redeemed
    if coupon.max_redemptions is not None and used >= coupon.max_redemptions:
        raise InvalidCoupon("The coupon has been used as often as it may be.")
    if coupon.max_per_person is not None and uses(coupon, user_id) >= coupon.max_per_person:
        raise InvalidCoupon("You have used this coupon as often as you may.")


def discount(coupon: Coupon, price: int, currency: str) -> int:
    """Give what the coupon takes off a price, so that the rest is an amount that can be charged."""
    if coupon.percent is not None:
        off = (price * coupon.percent + 50) // 100
    else:
        off = min(coupon.amount or 0, price)
    rest = price - off
    return price - (rest - rest % currencies.step(currency))


def uses(coupon: Coupon, user_id: Any) -> int:
    """Count a person's open and paid orders with a coupon."""
    held = Order.objects.filter(user_id=user_id, coupon_hold__in=HELD)
    return sum(1 for order in held.only("coupon") if held_by(order) == str(coupon.pk))


def copy_of(coupon: Coupon) -> dict[str, Any]:
    """Copy what an order must still know of its coupon when that has changed or gone."""
    return {
        "id": str(coupon.pk),
        "code": coupon.code,
        "percent": coupon.percent,
        "amount": coupon.amount,
    }


def held_by(order: Order) -> str | None:
    """Name the coupon that an order was made with."""
    return order.coupon["id"] if order.coupon else None


# --- Redemptions; each within the transaction that changes the order -------------------------------------------


def reserve(coupon: Coupon, user_id: Any) -> None:
    """Hold one redemption for an open checkout; raises `InvalidCoupon` if none is left.

    The write to the coupon comes first: two of one person's checkouts then wait for each other, and the second
    counts the first.
    """
    if not Coupon.objects.reserve(coupon.pk):
        raise InvalidCoupon("The coupon has been used as often as it may be.")
    if coupon.max_per_person is not None and uses(coupon, user_id) >= coupon.max_per_person:
        raise InvalidCoupon("You have used this coupon as often as you may.")


def release(order: Order) -> Order.Hold:
    """Give back what an order holds of its coupon; returns what it holds from now on."""
    if order.coupon_hold == Order.Hold.RESERVED:
        Coupon.objects.release(ObjectId(held_by(order)))
        return Order.Hold.RELEASED
    return Order.Hold(order.coupon_hold)


def redeem(order: Order) -> Order.Hold:
    """Use up what an order holds of its coupon; late money uses one that was given back already."""
    if order.coupon_hold in {Order.Hold.NONE, Order.Hold.REDEEMED}:
        return Order.Hold(order.coupon_hold)
    release(order)
    Coupon.objects.redeem(ObjectId(held_by(order)))
    return Order.Hold.REDEEMED
