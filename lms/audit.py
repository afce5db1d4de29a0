"""The audit log: what staff did to which row, with the values before and after it, and the reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import date, timedelta
from typing import Any

from bson import ObjectId
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django_mongodb_backend.models import EmbeddedModel

from lms.models import AuditEntry
from lms.mongodb.transaction import atomic

HIDDEN = "(not shown)"
SECRETS = {
    "password",
    "secret",
    "recovery_codes",
    "digest",
    "jti",
    "previous_jti",
    "public_id",
    "asset_id",
    "checkout_url",
    "receipt_url",
}
"""Fields whose values are never kept: with them, a reader could sign in, pay or fetch a file."""

PERSON_FIELDS = ("user_id", "owner_id", "instructor_id")
"""The columns that name the person whom a row is about."""


def record(
    by: ObjectId,
    row: Model,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Add an entry: a member of staff did something to a row; `before` and `after` hold the values that it changed."""
    AuditEntry.objects.create(
        by=by,
        action=action,
        model=row._meta.label_lower,
        object_id=str(row.pk),
        person_id=_person_of(row),
        before=_as_json(before or {}),
        after=_as_json(after or {}),
        reason=str(reason),
    )


@atomic
def perform(
    by: ObjectId, row: Model, action: str, act: Callable[[], Any], *, reason: str = ""
) -> Any:
    """Call `act` and record what it changed in the row, in one transaction: neither is kept without the other.

    Nothing is recorded if it returns False: nothing was done. It may be called again, as `atomic` says: so it may not
    read from `row` what it changed there itself.
    """
    return perform_outside(by, row, action, act, reason=reason)


def perform_outside(
    by: ObjectId, row: Model, action: str, act: Callable[[], Any], *, reason: str = ""
) -> Any:
    """Do the same where `act` asks Stripe or Cloudinary, which no transaction may wait for: it is recorded afterwards.

    If the process dies in between, the entry is missing. The rows that `act` writes before it asks are kept.
    """
    before, by_id = stored(row), copy(row)
    result = act()
    if result is not False:
        before, after = differences(before, stored(by_id))
        record(by, by_id, action, before=before, after=after, reason=reason)
    return result


def exported[Row](
    by: ObjectId, model: type[Model], rows: Iterable[Row], *, query: str
) -> Iterator[Row]:
    """Yield the rows that a member of staff downloads, and add an entry at the end, also if the reader went away.

    `query` is the filter of their list, as in the address.
    """
    number = 0
    try:
        for row in rows:
            yield row
            number += 1
    finally:
        AuditEntry.objects.create(
            by=by,
            action="export",
            model=model._meta.label_lower,
            object_id="",
            after={"query": query, "rows": number},
        )


def values(row: Model) -> dict[str, Any]:
    """Return what people may read of the values of a row as JSON; without its id, times and counters of its own."""
    fields = {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and field.attname in row.__dict__
    }
    for many in row._meta.many_to_many:
        fields[many.name] = sorted(str(each) for each in getattr(row, many.name).all())
    readable: dict[str, Any] = _as_json(fields)
    return readable


def stored(row: Model) -> dict[str, Any]:
    """Return the values of a row as they are in the database; none if it was just deleted."""
    model = row._meta.model  # type(row) may be that of a lazy object
    found = model._base_manager.filter(pk=row.pk).first()
    return values(found) if found else {}


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs between two sets of values, as it was and as it is."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return tuple({n: each[n] for n in names if n in each} for each in (before, after))  # type: ignore[return-value]


def _person_of(row: Model) -> ObjectId | None:
    if isinstance(row, get_user_model()):
        return row.pk
    return next((getattr(row, name) for name in PERSON_FIELDS if hasattr(row, name)), None)


def _as_json(value: Any) -> Any:
    """Return a value as one of JSON. Amounts are whole numbers in minor units already."""
    match value:
        case None | bool() | int() | float():
            return value
        case FieldFile():
            return HIDDEN if value else ""
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case EmbeddedModel():
            fields = value._meta.concrete_fields
            return {field.name: _as_json(getattr(value, field.attname)) for field in fields}
        case Model():
            return str(value.pk)
        case Mapping():
            return {
                str(name): HIDDEN if name in SECRETS and each else _as_json(each)
                for name, each in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_as_json(each) for each in value]
    return str(value)
