"""What the instructor and staff do to what is for sale, while people buy it."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from random import Random

from django.db.models import ProtectedError

from courses.models import Category
from lms.mongodb.transaction import atomic
from proof import api
from proof.action import EXPECTED_STATUSES, Action
from proof.world import World

CHANCE = 0.25
STATUSES = EXPECTED_STATUSES | {204, 404}


def changes(world: World, dice: Random) -> Iterator[Action]:
    """Change a price, and delete a course, a coupon and a category: each of them, or not."""
    send = partial(api.send, world.instructor)
    course, coupon = dice.choice(world.courses), dice.choice(world.coupons)
    if dice.random() < CHANCE:
        price = {"amount": dice.choice([3000, 5990]), "currency": course.currency}
        change = partial(send, "PATCH", f"courses/{course.pk}", price=price)
        yield Action("price changed", change, statuses=STATUSES)
    if dice.random() < CHANCE:
        delete = partial(send, "DELETE", f"courses/{course.pk}")
        yield Action("course deleted", delete, statuses=STATUSES)
    if dice.random() < CHANCE:
        delete = partial(send, "DELETE", f"payments/coupons/{coupon.pk}")
        yield Action("coupon deleted", delete, statuses=STATUSES)
    if dice.random() < CHANCE:
        spare = world.spare_category
        move = partial(send, "PATCH", f"courses/{course.pk}", category=spare.slug)
        yield Action("category chosen", move, statuses=STATUSES)
        yield Action("category deleted", partial(delete_category, spare))


def delete_category(category: Category) -> None:
    """Delete a category as staff do in the admin, unless a course is in it."""
    with suppress(ProtectedError):
        atomic(Category.objects.filter(pk=category.pk).delete)()
