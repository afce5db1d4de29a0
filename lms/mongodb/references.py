"""References to rows that may be deleted: MongoDB has no foreign keys.

Django's PROTECT and CASCADE read the referring rows, and then delete. A transaction that creates such a row meanwhile
does not conflict with that, unless both write to one document. So the creator writes to the row that it refers to.
"""

from typing import Any

from bson import ObjectId
from django.db.models import F
from django.db.transaction import TransactionManagementError

from lms.models import Referenced
from lms.mongodb import connection


def refer_to(model: type[Referenced], *ids: ObjectId, **conditions: Any) -> None:
    """Write to the rows to which the present transaction creates a reference.

    Raises `model.DoesNotExist` unless all of them exist and meet the conditions. A transaction that deletes one of them,
    or ends a condition, conflicts with the present one: MongoDB runs one of both again, on what the other one left.
    """
    if not connection.in_atomic_block_mongo:
        raise TransactionManagementError(
            "A reference is checked in the transaction that creates it."
        )
    wanted = set(ids)
    rows = model._default_manager.filter(pk__in=wanted, **conditions)
    if rows.update(references=F("references") + 1) < len(wanted):
        raise model.DoesNotExist
