"""The rules of the search of staff's lists: whole values, found by an index."""

from collections.abc import Callable

from bson import ObjectId
from django.contrib.auth import get_user_model
from django.db.models import Q

type SearchRule = Callable[[str], Q | None]
"""Return the filter for a search term, or None if the rule does not apply to it."""


def by_id(field: str) -> SearchRule:
    """Find rows by a whole ObjectId: their own (`pk`) or that of a row they refer to."""
    return lambda term: Q(**{field: ObjectId(term)}) if ObjectId.is_valid(term) else None


def by_prefix(prefix: str, field: str) -> SearchRule:
    """Find rows by a whole value that begins with a prefix, such as Stripe's `cs_`."""
    return lambda term: Q(**{field: term}) if term.startswith(prefix) else None


def by_email(field: str) -> SearchRule:
    """Find rows that refer to the person with a whole e-mail address."""

    def rule(term: str) -> Q | None:
        if "@" not in term:
            return None
        person = get_user_model().objects.find_by_email(term)
        return Q(**{f"{field}__in": [person.pk] if person else []})

    return rule


def by_value(field: str, normalize: Callable[[str], str] = str) -> SearchRule:
    """Find rows by the whole value of a field; `normalize` returns a term as the field is stored."""
    return lambda term: Q(**{field: normalize(term)})
