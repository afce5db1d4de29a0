"""Every code of an error, when it comes, and what a front end does about it: the tables of docs/errors.md.

Of our own exceptions this is read from their classes. The codes of fields and of DRF's own exceptions stand here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from itertools import groupby
from typing import Any

from rest_framework import exceptions

from lms.exception_handler import render_exception
from lms.exceptions import LIMITS

SUBJECTS = {
    "lms": "any",
    "accounts": "people",
    "media": "files",
    "courses": "courses",
    "certificates": "certificates",
    "learning": "learning",
    "assessments": "assessments",
    "payments": "payments",
}
"""What the codes of a package are about."""

FIELD = "field"

ADVICE = {
    400: "Show the sentence beside the field `attr`.",
    401: "Show the sign-in form, and send the request again after it.",
    403: "Show the sentence.",
    404: "Show a page that says so. What a person may not see is missing for them.",
    409: "Show the sentence, and load the resource again.",
    410: "Show the sentence.",
    429: "Wait `Retry-After` seconds, then send the same request again.",
    503: "Wait `Retry-After` seconds, then send the same request again.",
}
"""What a front end does about an error that has no advice of its own, by its status."""

BUG = "Correct the program: a person can do nothing."

DRF: dict[type[exceptions.APIException], tuple[str, str]] = {
    exceptions.ParseError: ("The body or a header cannot be read: it is not JSON, for example.", BUG),
    exceptions.NotAuthenticated: ("The request has no token and no cookie, and this path needs one.", ""),
    exceptions.PermissionDenied: ("The person may see this, and may not do it.", ""),
    exceptions.NotFound: ("Nothing has this path or this id, or the person may not see it.", ""),
    exceptions.MethodNotAllowed: ("The path exists, and has no such verb. `Allow` lists those that it has.", BUG),
    exceptions.NotAcceptable: ("`Accept` names no form that this path can answer in.", BUG),
    exceptions.UnsupportedMediaType: ("The body has another `Content-Type` than this path reads.", BUG),
}  # fmt: skip
"""DRF's own exceptions that clients meet: when, and what to do."""

PROXY = {
    (414, "uri_too_long"): ("The address with its query is longer than 16 KiB.", BUG),
    (501, "not_implemented"): ("The request uses a way of sending that the proxy does not know.", BUG),
    (502, "service_unavailable"): ("The API ended, or cannot be reached.", "Send a GET again after `Retry-After` seconds; else show the sentence."),
    (504, "timeout"): ("The API took longer than a minute.", "Load the resource again before sending anything twice: it may have been done."),
}  # fmt: skip
"""Errors of the proxy alone (deploy/nginx/errors.conf.template), by status and code: when, and what to do."""

FIELDS = {
    "required": "The field is missing.",
    "null": "The field is `null` and may not be.",
    "blank": "The text is empty and may not be.",
    "invalid": "The value has the wrong type or form: the sentence says which one is right.",
    "invalid_choice": "The value is none of those that are allowed.",
    "max_length": "The text has too many characters, or the list too many entries.",
    "min_length": "The text has too few characters, or the list too few entries.",
    "max_value": "The number is too large.",
    "min_value": "The number is too small.",
    "max_digits": "The number has too many digits.",
    "max_whole_digits": "The number has too many digits before the point.",
    "max_decimal_places": "The number has too many digits after the point.",
    "max_string_length": "The number is written with more than a thousand characters.",
    "repeated": "The list names the same thing a second time.",
    "not_a_list": "The value must be a list.",
    "not_a_dict": "The value must be an object.",
    "one_of_both": "Exactly one of the two fields is needed.",
    "invalid_options": "The question's kind has more or fewer options, or two have the same text.",
    "empty": "The list or the file is empty.",
    "unique": "Somebody else has this value already.",
    "does_not_exist": "There is nothing with this id, slug or address that the person may use here.",
    "incorrect_type": "The id is no text.",
    "null_characters_not_allowed": "The text has a character with the code 0.",
    "control_characters": "The line has a line break, a tab or another control character.",
    "direction_characters": "The line has a character that changes the direction of writing.",
    "invisible": "The line shows no letter: it is blank, or drawn as nothing.",
    "too_nested": "Lists, quotes or emphasis in the Markdown are nested too deeply.",
    "invalid_password": "`current_password` is not the person's password.",
    "password_too_short": "The new password has too few characters.",
    "password_too_similar": "The new password is like the person's name or e-mail address.",
    "password_too_common": "The new password is on the list of the most common ones.",
    "password_entirely_numeric": "The new password has digits only.",
    "invalid_image": "The file is no JPEG, PNG or WebP image, is damaged, or has too many pixels.",
    "unsupported_media": "The name of the file ends in no format of its kind.",
    "range": "The two numbers of seconds are not a beginning and an end.",
    "wrong_kind": "The field does not go with the `kind` of the lecture.",
    "immutable": "The field cannot be changed after the first time.",
    "not_chargeable": "The price cannot be charged in its currency: too small, too large, or between two steps.",
}
"""The codes of fields: when a value is refused with it."""

FIELD_PARAMS = {
    code: ("min_value", "max_value") if code == "invalid" else (name,)
    for code, name in LIMITS.items()
} | {
    "password_too_short": ("min_length",),
    "password_too_similar": ("verbose_name",),
    "invalid_image": ("max_megapixels",),
    "unsupported_media": ("formats",),
    "wrong_kind": ("kind",),
    "not_chargeable": ("min", "max", "step", "currency"),
}


@dataclass(frozen=True, order=True)
class Entry:
    """A row of the catalogue."""

    status: int
    subject: str
    code: str
    when: str
    advice: str = ""
    params: tuple[str, ...] = ()


def list_entries() -> list[Entry]:
    """List every code that an answer can carry."""
    for package in SUBJECTS:
        import_module(f"{package}.exceptions")
    fields = [
        Entry(400, FIELD, code, when, params=FIELD_PARAMS.get(code, ()))
        for code, when in FIELDS.items()
    ]
    drf = [
        Entry(cls.status_code, SUBJECTS["lms"], str(cls.default_code), when, advice)
        for cls, (when, advice) in DRF.items()
    ]
    proxy = [
        Entry(status, SUBJECTS["lms"], code, when, advice)
        for (status, code), (when, advice) in PROXY.items()
    ]
    return sorted([*fields, *drf, *proxy, *map(_read, _list_exceptions())])


def _list_exceptions() -> Iterator[type[exceptions.APIException]]:
    """Iterate over our own exceptions that have a code of their own."""
    for cls in _list_subclasses(exceptions.APIException):
        is_ours = cls.__module__ in {f"{package}.exceptions" for package in SUBJECTS}
        if is_ours and "default_code" in vars(cls):
            yield cls


def _list_subclasses(base: type[Any]) -> Iterable[type[Any]]:
    below = base.__subclasses__()
    return dict.fromkeys(below + [each for cls in below for each in _list_subclasses(cls)])


def _read(cls: type[exceptions.APIException]) -> Entry:
    """Read the row of an exception of ours from its class."""
    when = " ".join((cls.__doc__ or "").split()).partition(". ")[0].removesuffix(".") + "."
    code = str(cls.default_code)
    subject = SUBJECTS[cls.__module__.partition(".")[0]]
    example = cls(**getattr(cls, "example", {}))
    [error] = render_exception(example)["errors"]
    advice, params = getattr(cls, "advice", ""), tuple(error.get("params", ()))
    return Entry(cls.status_code, subject, code, when, advice, params)


def render_tables() -> str:
    """Return the tables of the catalogue as Markdown: the codes of fields, and one table per status."""
    entries = list_entries()
    fields = [entry for entry in entries if entry.subject == FIELD]
    others = [entry for entry in entries if entry.subject != FIELD]
    by_status = groupby(others, key=lambda entry: entry.status)
    tables = [_render_table(*each) for each in by_status]
    return "\n".join([_render_fields(fields), *tables])


def _render_fields(entries: Iterable[Entry]) -> str:
    rows = [(f"`{each.code}`", each.when, _names(each.params)) for each in entries]
    title = "### 400 Bad Request: a field of a body or of a query"
    return _section(title, ADVICE[400], ("code", "when", "params"), rows)


def _render_table(status: int, entries: Iterable[Entry]) -> str:
    rows = [
        (f"`{each.code}`", each.subject, each.when, each.advice, _names(each.params))
        for each in entries
    ]
    head = ("code", "about", "when", "what to do", "params")
    title = f"### {status} {HTTPStatus(status).phrase}"
    return _section(title, ADVICE.get(status, ""), head, rows)


def _names(params: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in params)


def _section(title: str, advice: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = [title, "", *([f"{advice}", ""] if advice else [])]
    table = [head, ["---"] * len(head), *rows]
    return "\n".join([*text, *(f"| {' | '.join(row)} |" for row in table), ""])
