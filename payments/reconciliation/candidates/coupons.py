"""Coupons whose count of reservations is not the number of open orders that hold one."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from bson import ObjectId

from lms.mongodb import connection
from lms.mongodb.transaction import atomic
from payments.models import BEFORE_PAYMENT, Coupon, Order
from payments.reconciliation.candidates.candidate import Candidate, Period, pages


def miscounted_coupons(_: Period) -> Iterator[Candidate]:
    """Return the coupons with a wrong count, whatever their age."""
    held = _count_reservations({})
    counting = (coupon for page in pages(Coupon.objects.filter(reserved__gt=0)) for coupon in page)
    holding = Coupon.objects.filter(pk__in=map(ObjectId, held), reserved=0).order_by("pk")
    for coupon in chain(counting, holding):
        if coupon.reserved != held.get(str(coupon.pk), 0):
            yield Candidate(
                f"coupon {coupon.code}",
                find_problem=partial(_find_problem, coupon.pk),
                repair=partial(_recount, coupon.pk),
            )


@atomic
def _find_problem(coupon_id: ObjectId) -> str:
    coupon, held = Coupon.objects.filter(pk=coupon_id).first(), _reservations_of(coupon_id)
    if coupon is None or coupon.reserved == held:  # a deleted coupon counts nothing
        return ""
    return f"counts {coupon.reserved} reservations, {held} are held"


@atomic
def _recount(coupon_id: ObjectId) -> None:
    """Count the reservations again. To reserve or release writes the coupon too, so one of both starts again."""
    held = _reservations_of(coupon_id)
    Coupon.objects.filter(pk=coupon_id).update(reserved=held)


def _reservations_of(coupon_id: ObjectId) -> int:
    return _count_reservations({"coupon.id": str(coupon_id)}).get(str(coupon_id), 0)


def _count_reservations(match: dict[str, str]) -> dict[str, int]:
    """Count the reservations that orders before payment hold, per coupon id."""
    holding = {"status": {"$in": BEFORE_PAYMENT}, "coupon_hold": Order.Hold.RESERVED}
    group = {"_id": "$coupon.id", "held": {"$sum": 1}}
    rows = connection.get_collection(Order._meta.db_table).aggregate(
        [{"$match": holding | match}, {"$group": group}], session=connection.session
    )
    return {row["_id"]: row["held"] for row in rows}
