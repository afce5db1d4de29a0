"""Keys: what the right response to a question is. The table below has the shape of each kind's key."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from inspect import signature
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.exceptions import InvalidKey
from assessments.models.question import Kind
from assessments.values import MAX_SHORT_TEXT, read_decimal, read_text
from lms.locales import Sentence

MAX_ACCEPTED = 50
"""How many texts a key of kind `short_text` may accept."""
MAX_UNIT = 30
"""How many characters a unit may have."""

type Key = dict[str, Any]
type Names = Mapping[Any, Any]
"""What a key calls an option, its place or its id, and what the result calls it."""


def clean_key(kind: str, key: Any, names: Names) -> Key:
    """Return a checked key with all its defaults, in which each option is called as `names` says.

    People call options by their place, rows by their 24 hex digits: `names` translates either way, and must have every
    option of the question. The key of an essay is `{}` or None. Raises `InvalidKey`.
    """
    read, sentence = READERS[Kind(kind)]
    fields = {} if key is None else key
    if not isinstance(fields, dict):
        raise InvalidKey(sentence)
    try:
        signature(read).bind(names, **fields)
    except TypeError:  # a field too many or too few
        raise InvalidKey(sentence) from None
    try:
        return read(names, **fields)
    except ValueError:
        raise InvalidKey(sentence) from None


def find_lefts(key: Key) -> set[str]:
    """Return the options of a matching question that stand on the left; all others stand on the right."""
    return {left for left, _right in key["pairs"]}


def _read_single(names: Names, /, *, option: Any) -> Key:
    return {"option": _read_option(option, names)}


def _read_multiple(names: Names, /, *, options: Any, scoring: Any = "all") -> Key:
    right = _read_options(options, names)
    if not right or scoring not in ("all", "partial"):
        raise ValueError
    return {"options": right, "scoring": scoring}


def _read_ordering(names: Names, /, *, options: Any) -> Key:
    order = _read_options(options, names)
    if len(order) < len(names):
        raise ValueError
    return {"options": order}


def _read_matching(names: Names, /, *, pairs: Any) -> Key:
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= len(names):
        raise ValueError
    read = [[_read_option(each, names) for each in _read_pair(pair)] for pair in pairs]
    lefts, rights = {left for left, _right in read}, {right for _left, right in read}
    if len(lefts) < len(read) or lefts & rights:
        raise ValueError
    return {"pairs": read}


def _read_short_text(names: Names, /, *, accept: Any, case_sensitive: Any = False) -> Key:
    if not isinstance(accept, list) or not 1 <= len(accept) <= MAX_ACCEPTED:
        raise ValueError
    texts = [read_text(each, MAX_SHORT_TEXT) for each in accept]
    if not all(texts) or not isinstance(case_sensitive, bool):
        raise ValueError
    return {"accept": list(dict.fromkeys(texts)), "case_sensitive": case_sensitive}


def _read_numeric(names: Names, /, *, value: Any, tolerance: Any, unit: Any = "") -> Key:
    key = {"value": read_decimal(value), "tolerance": read_decimal(tolerance)}
    if Fraction(key["tolerance"]) < 0:
        raise ValueError
    text = read_text(unit, MAX_UNIT)
    return key | ({"unit": text} if text else {})


def _read_essay(names: Names, /) -> Key:
    return {}


def _read_option(value: Any, names: Names) -> Any:
    if type(value) not in (int, str) or value not in names:  # True and 1.0 would pass for 1
        raise ValueError
    return names[value]


def _read_options(values: Any, names: Names) -> list[Any]:
    if not isinstance(values, list) or len(values) > len(names):
        raise ValueError
    options = [_read_option(value, names) for value in values]
    if len(set(options)) < len(options):
        raise ValueError
    return options


def _read_pair(pair: Any) -> list[Any]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError
    return pair


ONE_OPTION = _("Name the one right option by its place, from 0.")

# The parameters of a reader are the fields of the key.
READERS: dict[Kind, tuple[Callable[..., Key], Sentence]] = {
    Kind.SINGLE_CHOICE: (_read_single, ONE_OPTION),
    Kind.TRUE_FALSE: (_read_single, ONE_OPTION),
    Kind.MULTIPLE_CHOICE: (
        _read_multiple,
        _("Name at least one right option by its place, from 0, and each once."),
    ),
    Kind.SHORT_TEXT: (
        _read_short_text,
        _("Give between 1 and 50 texts that are right, with 1 to 200 characters each."),
    ),
    Kind.NUMERIC: (
        _read_numeric,
        _("Give the value and the tolerance as texts like 9.81; the tolerance is 0 or more."),
    ),
    Kind.ORDERING: (
        _read_ordering,
        _("Name every option once by its place, from 0, in the right order."),
    ),
    Kind.MATCHING: (
        _read_matching,
        _("Name pairs of a left and a right option by their places, from 0, each left once."),
    ),
    Kind.ESSAY: (_read_essay, _("An essay has no key. Leave it out.")),
}
