"""The price of a course for a person, and its copy on the order."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course
from lms import currencies
from payments import coupons
from payments.exceptions import InvalidCoupon
from payments.models import Coupon, Order


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

    def order_fields(self) -> dict[str, Any]:
        """Return the copy of the terms that an order keeps: later changes of price or coupon do not reach it."""
        return {
            "list_amount": self.list_amount,
            "discount_amount": self.discount_amount,
            "tax_amount": 0,
            "total_amount": self.total_amount,
            "currency": self.currency,
            "coupon": self.coupon and coupons.copy_fields(self.coupon),
        }

    def match(self, order: Order) -> bool:
        """Return whether the order was created on the same terms."""
        return (
            order.list_amount == self.list_amount
            and order.discount_amount == self.discount_amount
            and order.currency == self.currency
            and coupons.coupon_id_of(order) == (str(self.coupon.pk) if self.coupon else None)
        )


def terms_for(user: User, course: Course, code: str) -> Terms:
    """Return the price of a course, less the discount of a coupon's code unless the code is empty.

    Raises `InvalidCoupon` (400) with the reason if the coupon does not apply.
    """
    price, currency = course.price_amount, course.currency
    if not code:
        return Terms(price, 0, currency)
    coupon = coupons.get_applicable(code, user, course)
    terms = Terms(price, coupons.discount(coupon, price, currency), currency, coupon)
    if 0 < terms.total_amount < (least := currencies.minimum(currency)):
        raise InvalidCoupon(
            _(
                "With this coupon the price is below {min}, the smallest amount that we can charge."
            ).format(min=currencies.display(least, currency)),
            min=least,
            currency=currency,
        )
    return terms
