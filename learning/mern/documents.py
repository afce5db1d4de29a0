"""The documents of the other server: found, streamed, and read field by field whatever type a field has. Nothing is written."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.decimal128 import Decimal128
from pymongo import MongoClient
from pymongo.errors import PyMongoError

type Document = dict[str, Any]

COLLECTIONS = {
    "users": ("users",),
    "courses": ("courses",),
    "lectures": ("lectures",),
    "purchases": ("coursepurchases", "purchasecourses", "purchases"),
    "progress": ("courseprogresses", "progresses"),
    "reviews": ("reviews", "coursereviews"),
}
"""The names that servers of this family give their collections, by what we call them."""

BATCH = 500
OPTIONS: CodecOptions[Document] = CodecOptions(
    # A year beyond 9999 and text that is not UTF-8 are found in such databases, and must not end the import.
    tz_aware=True,
    tzinfo=UTC,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,
    unicode_decode_error_handler="replace",
)


class Database:
    """The other server's database."""

    def __init__(self, uri: str, name: str | None = None) -> None:
        self._client: MongoClient[Document] = MongoClient(uri, appname="import_mern")
        try:
            database = name or self._client.get_default_database("test").name
            self._database = self._client.get_database(database, codec_options=OPTIONS)
            self.present = sorted(
                each
                for each in self._database.list_collection_names()
                if not each.startswith("system.")
            )
        except PyMongoError:
            self._client.close()
            raise

    @property
    def name(self) -> str:
        return self._database.name

    def close(self) -> None:
        self._client.close()

    def named(self, kind: str) -> list[str]:
        """List the collections of a kind that the database has."""
        return [name for name in COLLECTIONS[kind] if name in self.present]

    def unknown(self) -> dict[str, int]:
        """Return the collections that no step reads, each with its number of documents."""
        known = {name for names in COLLECTIONS.values() for name in names}
        return {
            name: self._database[name].estimated_document_count()
            for name in self.present
            if name not in known
        }

    def count(self, name: str) -> int:
        return self._database[name].estimated_document_count()

    def each(self, name: str, *fields: str) -> Iterator[Document]:
        """Stream the documents of a collection, the oldest id first; with `fields`, only those."""
        cursor = self._database[name].find({}, fields or None, batch_size=BATCH)
        yield from cursor.sort("_id", 1)

    def find(self, name: str, ids: Iterable[Any]) -> dict[ObjectId, Document]:
        """Return documents of a collection by our form of their ids."""
        plain = (each for each in ids if isinstance(each, ObjectId | str | int))
        wanted = {form for each in plain for form in (each, as_id(each))}
        found = self._database[name].find({"_id": {"$in": list(wanted)}})
        return {as_id(each["_id"]) or each["_id"]: each for each in found}

    def shared(self, name: str, *fields: str) -> set[str]:
        """Return the texts that more than one document has in the first of these fields that it has."""
        value: Any = f"${fields[-1]}"
        for field in reversed(fields[:-1]):
            value = {"$ifNull": [f"${field}", value]}
        # Without `allowDiskUse`, which Atlas refuses in its free clusters.
        groups = self._database[name].aggregate(
            [
                {"$group": {"_id": value, "count": {"$sum": 1}}},
                {"$match": {"count": {"$gt": 1}}},
            ]
        )
        return {each["_id"] for each in groups if isinstance(each["_id"], str)}


# --- Fields -------------------------------------------------------------------------------------------------


def first(document: Document, *names: str) -> Any:
    """Return the first of these fields that is there and not null, else None."""
    return next((document[name] for name in names if document.get(name) is not None), None)


def as_id(value: Any) -> ObjectId | None:
    """Return an id in our form: an ObjectId as it is, also written as text; else one that follows from the value.

    A populated reference is the document's own id. None for what cannot be an id.
    """
    if isinstance(value, dict):
        value = first(value, "_id", "id")
    if isinstance(value, ObjectId):
        return value
    if isinstance(value, str) and ObjectId.is_valid(value):
        return ObjectId(value)
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return derived_id(str(value))
    return None


def show(reference: object) -> str:
    """Return a reference as a sentence names it."""
    return str(reference) if isinstance(reference, ObjectId) else ascii(reference)[:100]


def derived_id(*parts: object) -> ObjectId:
    """Return the id that always follows from these parts, so that importing again finds the same row."""
    return ObjectId(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:12])


def as_text(value: Any) -> str:
    """Return text, a number as text, and "" for anything else."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float | Decimal128) and not isinstance(value, bool)
    return str(value) if is_number else ""


def as_number(value: Any) -> Decimal | None:
    """Return a number exactly as it is written, also of text; None for what is no finite number."""
    if isinstance(value, Decimal128):
        value = value.to_decimal()
    try:
        number = Decimal(as_text(value).strip() if not isinstance(value, Decimal) else value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def as_time(value: Any) -> datetime | None:
    """Return a time, None for what is no time between 1970 and the present."""
    if not isinstance(value, datetime):
        return None
    time = value if value.tzinfo else value.replace(tzinfo=UTC)
    return time if datetime(1970, 1, 1, tzinfo=UTC) < time <= datetime.now(UTC) else None


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")


def created_at(document: Document) -> datetime:
    """Return when a document was made, by its own time stamp or by its id."""
    return (
        as_time(first(document, "createdAt", "created_at", "purchasedAt"))
        or (
            as_time(document["_id"].generation_time)
            if isinstance(document["_id"], ObjectId)
            else None
        )
        or datetime.now(UTC)
    )
