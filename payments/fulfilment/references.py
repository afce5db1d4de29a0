"""What orders refer to and may be gone. MongoDB has no foreign keys: each row is looked for."""

from collections.abc import Iterable

from bson import ObjectId

from accounts.models import User
from courses.models import Course
from payments.models import Order

COURSE_GONE = "the course was deleted"
PERSON_GONE = "the person's account was closed"


def find_gone(order: Order) -> str:
    """Return why nobody can be given what the order is for; empty if its course and its person are there."""
    return find_all_gone([order]).get(order.pk, "")


def find_all_gone(orders: Iterable[Order]) -> dict[ObjectId, str]:
    """Return by order id why nobody can be given what it is for; orders that lack nothing are absent."""
    orders = list(orders)
    courses = Course.objects.filter(pk__in={order.course_id for order in orders})
    people = User.objects.filter(pk__in={order.user_id for order in orders}, is_active=True)
    course_ids, person_ids = (set(rows.values_list("pk", flat=True)) for rows in (courses, people))
    return {
        order.pk: PERSON_GONE if order.course_id in course_ids else COURSE_GONE
        for order in orders
        if order.course_id not in course_ids or order.user_id not in person_ids
    }
