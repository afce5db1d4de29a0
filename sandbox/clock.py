"""A clock that is put forward: the stored times are moved back, so that hours and days pass at once.

The application reads the real clock and knows nothing of this one.
"""

import os
from collections.abc import Iterable
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection

from sandbox.mongo import lease

MAX_SECONDS = 10 * 366 * 24 * 3600

MOVED: dict[str, tuple[str, ...]] = {
    "accounts_mailtoken": ("expires_at",),
    "assessments_assignment": ("due_at",),
    "assessments_attempt": ("started_at", "expires_at", "submitted_at", "graded_at"),
    "assessments_submission": ("submitted_at", "graded_at"),
    "courses_section": ("opens.at",),
    "learning_enrollment": (
        "enrolled_at",
        "unlocked_at",
        "completed_at",
        "last_activity_at",
        "last_lecture_at",
        "reset_at",
        "grants.since",
    ),
    "payments_order": ("created_at", "paid_at", "expires_at"),
}
"""The times that move, by collection. A path with a point is a field of each document in a list, or of one document; the
latter is the only path of its collection, because the others would make it appear where it is missing.

What is not here stays: sessions and their tokens, which would end; the ledger, grades, events and the audit trail, which
are never changed; the time of each answer of an attempt, which limits nothing; and the time in an id, which nobody can
change, so that lists keep their order.
"""
LISTS = frozenset({"grants"})
"""Which first parts of those paths are lists."""


def advance(seconds: int) -> dict[str, int]:
    """Move the stored times back by so many seconds; return how many documents were moved of each collection."""
    uri = os.environ.get("MONGODB_URI") or lease.ensure()
    with MongoClient[dict[str, Any]](uri) as client:
        database = client[os.environ.get("MONGODB_NAME", "lms")]
        return {name: move(database[name], paths, seconds) for name, paths in MOVED.items()}


def move(collection: Collection[dict[str, Any]], paths: Iterable[str], seconds: int) -> int:
    """Move the times of every document that has one; return how many documents those are."""
    has_time = {"$or": [{path: {"$type": "date"}} for path in paths]}
    changes = dict(change(path, seconds) for path in paths)
    return collection.update_many(has_time, [{"$set": changes}]).modified_count


def change(path: str, seconds: int) -> tuple[str, dict[str, Any]]:
    """Return the column that a path begins with and its new value, or the path itself; what is null stays null."""
    head, _, rest = path.partition(".")
    if head not in LISTS:
        return path, earlier(f"${path}", seconds)
    moved = {"$mergeObjects": ["$$each", {rest: earlier(f"$$each.{rest}", seconds)}]}
    return head, {"$map": {"input": f"${head}", "as": "each", "in": moved}}


def earlier(time: str, seconds: int) -> dict[str, Any]:
    """Return the expression for a time that is so many seconds earlier."""
    return {"$subtract": [time, seconds * 1000]}
