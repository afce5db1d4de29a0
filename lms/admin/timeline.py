"""The moments of a timeline on a staff page; `lms/staff/timeline.html` shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse

MAX_PER_KIND = 200
"""How many rows of each kind a timeline reads."""


@dataclass(frozen=True)
class Moment:
    """One row of a timeline; `url` is the staff's page about it."""

    at: datetime
    what: str
    amount: str = ""
    state: str = ""
    detail: str = ""
    url: str = ""


def page_of(row: Model) -> str:
    """Return the address of the staff's page of a row."""
    name = row._meta.label_lower.replace(".", "_")
    return reverse(f"admin:{name}_change", args=[quote(row.pk)])
