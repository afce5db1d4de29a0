"""Reads for the person who buys: their orders, each with its course in one pipeline, and what a course costs."""

from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId
from rest_framework.exceptions import NotFound

from courses.models import Course
from courses.queries.courses import DELETED_TITLE
from lms.drf import money
from lms.images import image_url
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, joined, lookup, rows_of_person
from lms.pagination import Page
from payments.models import LIVE, WITH_ACCESS, Order
from payments.pricing import Terms

MAX_OF_COURSE = 20
"""How many of a person's orders of one course are read: at most one is live, and few people order more often."""


class OrderedCourse(TypedDict):
    """The course of an order, as the pipeline returns it."""

    _id: ObjectId
    slug: str
    title: str
    thumbnail: str


class OrderDocument(TypedDict):
    """An order with its course, as the pipeline returns it. Amounts are minor units of `currency`."""

    _id: ObjectId
    course: OrderedCourse
    status: str
    list_amount: int
    discount_amount: int
    tax_amount: int
    total_amount: int
    refunded_amount: int
    currency: str
    coupon: dict[str, Any] | None
    created_at: datetime
    paid_at: datetime | None
    receipt_url: str


WITH_COURSE: Pipeline = [
    lookup(Course, "course_id", "course", "slug", "title", "thumbnail"),
    {
        "$set": {
            "course": joined(
                "course",
                "course_id",
                slug={"$toString": "$course_id"},
                title=DELETED_TITLE,
                thumbnail="",
            )
        }
    },
]


def list_orders(user_id: ObjectId, page: Page) -> list[OrderDocument]:
    """Return a page of a person's orders and one more."""
    match = {"user_id": user_id, **page.match()}
    return _read({"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit})


def find_order(user_id: ObjectId, order_id: ObjectId) -> OrderDocument | None:
    """Return a person's order, or None if they have no such order."""
    return next(iter(_read({"$match": {"_id": order_id, "user_id": user_id}})), None)


def get_order(user_id: ObjectId, order_id: ObjectId) -> OrderDocument:
    """Return a person's order; raise `NotFound` (404) if they have no such order."""
    order = find_order(user_id, order_id)
    if order is None:
        raise NotFound
    return order


def find_purchase(
    user_id: ObjectId, course_id: ObjectId, rows: list[Document] | None = None
) -> OrderDocument | None:
    """Return a person's live order of a course; if there is none, their newest, or None.

    `rows` if `join_purchase` has joined them already.
    """
    if rows is None:
        newest = _read({"$match": {"user_id": user_id}}, *_newest_of(course_id))
    else:
        newest = cast(list[OrderDocument], rows)
    live = [order for order in newest if order["status"] in LIVE]
    return next(iter(live or newest), None)


def join_purchase(course_id: ObjectId) -> Document:
    """Return the stage that joins, as `orders`, the rows of `find_purchase` to a document with a `user_id`."""
    return rows_of_person(Order, "orders", [*_newest_of(course_id), *WITH_COURSE])


def _newest_of(course_id: ObjectId) -> Pipeline:
    return [
        {"$match": {"course_id": course_id}},
        {"$sort": {"created_at": -1}},
        {"$limit": MAX_OF_COURSE},
    ]


def render_order(order: OrderDocument) -> dict[str, Any]:
    """Render an order for its buyer."""
    course, currency = order["course"], order["currency"]
    thumbnail = course["thumbnail"]
    return {
        "id": order["_id"],
        "course": {
            "id": course["_id"],
            "slug": course["slug"],
            "title": course["title"],
            "thumbnail": image_url(thumbnail) if thumbnail else None,
        },
        "status": order["status"],
        "list_amount": money(order["list_amount"], currency),
        "discount_amount": money(order["discount_amount"], currency),
        "tax_amount": money(order["tax_amount"], currency),
        "total_amount": money(order["total_amount"], currency),
        "coupon": order["coupon"]["code"] if order["coupon"] else None,
        "created_at": order["created_at"],
        "paid_at": order["paid_at"],
        "refunded_amount": money(order["refunded_amount"], currency),
        "receipt_url": order["receipt_url"] or None,
    }


def render_purchase(order: OrderDocument | None) -> dict[str, Any]:
    """Render whether a course was bought, from the person's order of it."""
    if order is None:
        return {"purchased": False, "status": None, "order": None}
    return {
        "purchased": order["status"] in WITH_ACCESS,
        "status": order["status"],
        "order": render_order(order),
    }


def render_quote(course: Course, terms: Terms) -> dict[str, Any]:
    """Render what a course costs a person."""
    return {
        "course": course.pk,
        "coupon": terms.coupon.code if terms.coupon else None,
        "list_amount": money(terms.list_amount, terms.currency),
        "discount_amount": money(terms.discount_amount, terms.currency),
        "total_amount": money(terms.total_amount, terms.currency),
    }


def _read(*stages: dict[str, Any]) -> list[OrderDocument]:
    orders = connection.get_collection(Order._meta.db_table)
    rows = orders.aggregate([*stages, *WITH_COURSE], session=connection.session)
    return cast(list[OrderDocument], list(rows))
