"""The reads of one's own purchases: a page of orders, each with its course. One pipeline each."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from courses.models import Course
from lms.drf import money
from lms.images import image_url
from lms.mongodb import connection
from lms.mongodb.pipelines import lookup
from lms.pagination import Page
from payments.models import LIVE, WITH_ACCESS, Order

_WITH_COURSE = [
    lookup(Course, "course_id", "course", "slug", "title", "thumbnail"),
    {"$set": {"course": {"$first": "$course"}}},
]


def page_of(user_id: Any, page: Page) -> list[dict[str, Any]]:
    """Find a page of a person's orders and one more."""
    match = {"user_id": user_id, **page.match()}
    return _orders({"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit})


def find(user_id: Any, order_id: str) -> dict[str, Any] | None:
    """Find one of a person's own orders."""
    return next(iter(_orders({"$match": {"_id": ObjectId(order_id), "user_id": user_id}})), None)


def of_course(user_id: Any, course_id: str) -> dict[str, Any] | None:
    """Find what a person's purchase of a course is: the live order if there is one, else the newest."""
    match = {"user_id": user_id, "course_id": ObjectId(course_id)}
    newest = _orders({"$match": match}, {"$sort": {"created_at": -1}}, {"$limit": 20})
    live = [order for order in newest if order["status"] in LIVE]
    return next(iter(live or newest), None)


def gives_access(order: Mapping[str, Any]) -> bool:
    return order["status"] in WITH_ACCESS


def shown(order: Mapping[str, Any]) -> dict[str, Any]:
    """Write an order as its buyer sees it."""
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


def _orders(*stages: dict[str, Any]) -> list[dict[str, Any]]:
    orders = connection.get_collection(Order._meta.db_table)
    return list(orders.aggregate([*stages, *_WITH_COURSE], session=connection.session))
