"""What all staff pages share: their base, the audit log, the page that asks for a reason, and the rules of their search."""

from lms.admin.entries import AuditEntryAdmin
from lms.admin.events import EventAdmin
from lms.admin.filters import FactFilter
from lms.admin.jobs import JobRunAdmin
from lms.admin.pages import ModelAdmin, ReadOnly, TabularInline
from lms.admin.reasons import asks_reason
from lms.admin.search import (
    SearchRule,
    any_of,
    by_beginning,
    by_email,
    by_id,
    by_person,
    by_prefix,
    by_value,
)
from lms.admin.tasks import QueuedTaskAdmin

__all__ = [
    "AuditEntryAdmin",
    "EventAdmin",
    "FactFilter",
    "JobRunAdmin",
    "ModelAdmin",
    "QueuedTaskAdmin",
    "ReadOnly",
    "SearchRule",
    "TabularInline",
    "any_of",
    "asks_reason",
    "by_beginning",
    "by_email",
    "by_id",
    "by_person",
    "by_prefix",
    "by_value",
]
