"""What all staff pages share: their base, and the rules of their search."""

from lms.admin.pages import ModelAdmin, ReadOnly, TabularInline
from lms.admin.search import SearchRule, by_email, by_id, by_prefix, by_value

__all__ = [
    "ModelAdmin",
    "ReadOnly",
    "SearchRule",
    "TabularInline",
    "by_email",
    "by_id",
    "by_prefix",
    "by_value",
]
