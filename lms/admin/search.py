"""The rules of the search of staff's lists: whole values, and beginnings, each found by an index.

A rule that finds by a beginning reads the first `MAX_FOUND` rows in the order of the index, never all that match.
"""

import sys
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from bson import ObjectId
from django.contrib.auth import get_user_model
from django.db.models import Model, Q

from lms.folding import fold

type SearchRule = Callable[[str], Q | None]
"""Return the filter for a search term, or None if the rule does not apply to it."""

MAX_FOUND = 200
"""How many rows a search by a beginning finds at most."""
LAST = chr(sys.maxunicode)
MAX_REFERRED = 20
"""How many people, or courses, whose rows are searched."""


def by_id(*fields: str) -> SearchRule:
    """Find rows by a whole ObjectId: their own (`pk`) or that of a row they refer to."""

    def rule(term: str) -> Q | None:
        if not ObjectId.is_valid(term):
            return None
        return reduce(or_, (Q(**{field: ObjectId(term)}) for field in fields))

    return rule


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


def by_person(field: str = "") -> SearchRule:
    """Find people, or rows that refer to one, by the beginning of an e-mail address or of a name."""
    limit = MAX_REFERRED if field else MAX_FOUND

    def rule(term: str) -> Q | None:
        people = find_people(term, limit)
        return Q(**{f"{field or 'pk'}__in": people}) if people else None

    return rule


def find_people(term: str, limit: int) -> list[ObjectId]:
    """Return the ids of the people whose address, in any spelling, is this one, or begins like it, or whose name does."""
    model = get_user_model()
    whole = model.objects.find_by_email(term) if "@" in term else None
    if whole:
        return [whole.pk]
    by_address = find_beginning(model, "email", term.lower(), limit)
    return list(dict.fromkeys([*by_address, *find_beginning(model, "name_key", fold(term), limit)]))


def by_beginning(model: type[Model], key: str, field: str = "") -> SearchRule:
    """Find rows of a model, or rows that refer to one by `field`, by the beginning of a folded text."""
    limit = MAX_REFERRED if field else MAX_FOUND

    def rule(term: str) -> Q | None:
        found = find_beginning(model, key, fold(term), limit)
        return Q(**{f"{field or 'pk'}__in": found}) if found else None

    return rule


def find_beginning(model: type[Model], key: str, beginning: str, limit: int) -> list[ObjectId]:
    """Return the ids of the first rows in the order of an index of `key` that begin with a text."""
    if not beginning:
        return []
    # A range, not a regular expression: that would not imply the filter of an index of unique texts.
    rows = model._base_manager.filter(
        **{f"{key}__gte": beginning, f"{key}__lt": f"{beginning}{LAST}"}
    )
    return list(rows.order_by(key).values_list("pk", flat=True)[:limit])


def any_of(*rules: SearchRule) -> SearchRule:
    """Find what one rule or another finds."""

    def rule(term: str) -> Q | None:
        found: Iterable[Q] = [condition for each in rules if (condition := each(term))]
        return reduce(or_, found) if found else None

    return rule
