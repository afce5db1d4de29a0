"""Documents as MongoDB gives them, written as answers: one function each."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.files.storage import storages

from courses.markdown import render
from lms.drf import money
from media.storage import srcset

Document = Mapping[str, Any]


def card(document: Document) -> dict[str, Any]:
    """Write a course as it stands in a list."""
    thumbnail = document["thumbnail"]
    return {
        "id": document["_id"],
        "slug": document["slug"],
        "title": document["title"],
        "subtitle": document["subtitle"],
        "category": _category(document["category"]),
        "level": document["level"],
        "language": document["language"],
        "price": money(document["price_amount"], document["currency"]),
        "thumbnail": image_url(thumbnail) if thumbnail else None,
        "thumbnail_srcset": _srcset(thumbnail) if thumbnail else None,
        "rating": rating(document["rating_sum"], document["rating_count"]),
        "lecture_count": document["lecture_count"],
        "duration_seconds": document["duration_seconds"],
        "enrolled_count": document["enrolled_count"],
        "instructor": person(document["instructor"]),
        "published_at": document["published_at"],
    }


def own_card(document: Document) -> dict[str, Any]:
    """Write a course as it stands in its instructor's list."""
    return card(document) | {"status": document["status"], "created_at": document["created_at"]}


def detail(document: Document, *, whole: bool = False) -> dict[str, Any]:
    """Write a course with its outline; `whole` includes the lectures that only its author sees."""
    return card(document) | {
        "description": document["description"],
        "description_html": render(document["description"]),
        "objectives": document["objectives"],
        "requirements": document["requirements"],
        "tags": document["tags"],
        "completion": document["completion"],
        "status": document["status"],
        "sections": outline(document, whole=whole),
    }


def outline(document: Document, *, whole: bool = False) -> list[dict[str, Any]]:
    """Write the sections of a course with their lectures, in order."""
    lectures = groupby(document["lectures"], key=itemgetter("section_id"))
    inside = {pk: list(group) for pk, group in lectures}
    return [
        {
            "id": section["_id"],
            "title": section["title"],
            "position": section["position"],
            "lectures": [
                _lecture(each, whole)
                for each in inside.get(section["_id"], ())
                if whole or each["is_published"]
            ],
        }
        for section in document["sections"]
    ]


def rating(total: int, count: int) -> dict[str, Any]:
    """Write a sum of ratings as an average of two decimals; None where there are none."""
    return {"average": round(total / count, 2) if count else None, "count": count}


def person(document: Document) -> dict[str, Any]:
    """Write a person as others see them."""
    avatar = document["avatar"]
    return {
        "id": document["_id"],
        "name": document["name"],
        "avatar": image_url(avatar) if avatar else None,
    }


# Writing an image's URL takes longer than all else in a card, and the same few are asked for again and again.
@lru_cache(4096)
def image_url(name: str) -> str:
    return storages["images"].url(name)


@lru_cache(4096)
def _srcset(name: str) -> dict[str, str]:
    return srcset(name)


def _category(document: Document) -> dict[str, Any]:
    return {"id": document["_id"], "name": document["name"], "slug": document["slug"]}


def _lecture(document: Document, whole: bool) -> dict[str, Any]:
    written = {
        "id": document["_id"],
        "title": document["title"],
        "kind": document["kind"],
        "duration_seconds": document["duration_seconds"],
        "is_preview": document["is_preview"],
        "position": document["position"],
    }
    return written | {"is_published": document["is_published"]} if whole else written
