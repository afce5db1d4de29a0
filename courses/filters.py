"""The query parameters of the catalogue and of an instructor's own list, and what they mean to MongoDB."""

import re
from typing import Any

from bson import ObjectId
from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request

from courses.models import Category, Course
from lms.drf import ObjectIdField
from lms.mongodb import connection

BY_RANK = ("-score", "-id")
MAX_AMOUNT = 99_999_999
MAX_WORDS = 16

ORDERINGS = {
    "-published_at": ("-published_at", "-id"),
    "price": ("price_amount", "id"),
    "-price": ("-price_amount", "-id"),
    "-rating": ("-rating_average", "-rating_count", "-id"),
    "-enrolled": ("-enrolled_count", "-id"),
}


class Query(serializers.Serializer):
    """Query parameters: those with a value are checked, those that nobody declared are ignored."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """Give the parameters' values; raise `ValidationError` (400) for bad ones."""
        given = {name: value for name, value in request.query_params.items() if str(value).strip()}
        if not given:
            return {}
        query = cls(data=given)
        query.is_valid(raise_exception=True)
        return query.validated_data


class CatalogueQuery(Query):
    search = serializers.CharField(
        required=False, help_text="Words; the best match comes first unless `ordering` is given."
    )
    category = serializers.CharField(required=False, help_text="A category's slug.")
    level = serializers.ChoiceField(Course.Level.choices, required=False)
    language = serializers.CharField(required=False, max_length=10)
    instructor = ObjectIdField(required=False)
    currency = serializers.ChoiceField(settings.CURRENCIES, required=False)
    price_min = serializers.IntegerField(required=False, min_value=0, max_value=MAX_AMOUNT)
    price_max = serializers.IntegerField(required=False, min_value=0, max_value=MAX_AMOUNT)
    free = serializers.BooleanField(required=False)
    rating_min = serializers.DecimalField(
        required=False, max_digits=3, decimal_places=2, min_value=0, max_value=5
    )
    ordering = serializers.ChoiceField(
        list(ORDERINGS), required=False, help_text="`-published_at` unless `search` is given."
    )


class MineQuery(Query):
    status = serializers.ChoiceField(Course.Status.choices, required=False)


def ordering(query: dict[str, Any]) -> tuple[str, ...]:
    """Give the ordering that was asked for: by rank where a search names none."""
    if "search" in query and "ordering" not in query:
        return BY_RANK
    return ORDERINGS[query.get("ordering", "-published_at")]


def words(search: str) -> str:
    """Give the words of a search and nothing else: quotes, dashes and dollars mean something to MongoDB."""
    return " ".join(re.findall(r"\w+", search)[:MAX_WORDS])


def match(query: dict[str, Any]) -> dict[str, Any] | None:
    """Give the condition on published courses, all of it flat; None if there can be no such course."""
    wanted: dict[str, Any] = {"status": Course.Status.PUBLISHED}
    if slug := query.get("category"):
        if (category := _category(slug)) is None:
            return None
        wanted["category_id"] = category
    for name, column in {
        "level": "level",
        "language": "language",
        "currency": "currency",
        "instructor": "instructor_id",
    }.items():
        if name in query:
            wanted[column] = query[name]
    if price := _price(query):
        wanted["price_amount"] = price
    if "rating_min" in query:
        wanted["rating_average"] = {"$gte": int(query["rating_min"] * 1000)}
    return wanted


def _price(query: dict[str, Any]) -> dict[str, int]:
    least, most = query.get("price_min", 0), query.get("price_max", MAX_AMOUNT)
    if "free" in query:
        least, most = (least, 0) if query["free"] else (max(least, 1), most)
    return ({"$gte": least} if least else {}) | ({"$lte": most} if most < MAX_AMOUNT else {})


def _category(slug: str) -> ObjectId | None:
    found = connection.get_collection(Category._meta.db_table).find_one({"slug": slug}, {"_id": 1})
    return found["_id"] if found else None
