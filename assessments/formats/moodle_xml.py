"""Moodle's XML for questions: https://docs.moodle.org/en/Moodle_XML_format."""

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from assessments.exceptions import InvalidFile
from assessments.formats.files import limited, unsupported
from assessments.formats.markup import to_markdown
from assessments.formats.moodle import (
    MAX_ANSWERS,
    NOT_ONE_RIGHT,
    TOO_MANY,
    escape_wildcards,
    is_plain_true_false,
    is_true,
    list_pairs,
    read_matching,
    read_multiple,
    read_short_text,
    read_single,
    read_weight,
    weigh,
)
from assessments.models.question import Kind
from assessments.values import read_decimal
from lms.exceptions import invalid

type Body = dict[str, Any]

NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MARKUPS = {
    "html": "html",
    "markdown": "markdown",
    "plain_text": "plain",
    "moodle_auto_format": "moodle",
}

NO_KIND = _("We have no questions of this kind.")
NO_FILES = _("This question has files in it. Ask it without them.")
ONLY_WHOLE = _("We give points for the whole order alone. Set its grading to all or nothing.")
BAD_POINTS = _("Write the points as a number such as 1.5.")


# --- Reading ----------------------------------------------------------------------------------------------------


def read(raw: bytes) -> list[Body | ValidationError]:
    """Return the questions of a file, each as its body or its error. Raises `InvalidFile`, also for any DTD."""
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # a DTD is a ValueError, an encoding may be both
        raise InvalidFile from None
    if root.tag != "quiz":
        raise InvalidFile
    asked = (each for each in root if each.tag == "question" and each.get("type") != "category")
    return [_read_or_refuse(question) for question in limited(asked)]


def _read_or_refuse(question: Element) -> Body | ValidationError:
    try:
        return _read_question(question)
    except ValidationError as error:
        return error


def _read_question(question: Element) -> Body:
    read_kind = READERS.get(question.get("type", ""))
    if read_kind is None:
        raise unsupported(NO_KIND)
    if next(question.iter("file"), None) is not None:
        raise unsupported(NO_FILES)
    if len(question) > MAX_ANSWERS:
        raise invalid(TOO_MANY, "invalid_syntax")
    tags = [_plain(tag) for tag in question.iterfind("tags/tag")]
    explanation = _markdown(question.find("generalfeedback"))
    return {
        "prompt": _markdown(question.find("questiontext")),
        "points": _read_points(question),
        **({"explanation": explanation} if explanation else {}),
        **({"tags": tags} if tags else {}),
        **read_kind(question),
    }


def _read_points(question: Element) -> int:
    try:
        return int(Fraction(read_decimal(question.findtext("defaultgrade", "1"))) * 100)
    except ValueError:
        raise invalid(BAD_POINTS, "invalid_syntax") from None


def _read_choice(question: Element) -> Body:
    is_single = question.findtext("single", "true").strip() in {"true", "1"}
    answers = [(_markdown(answer), _weight(answer)) for answer in question.iterfind("answer")]
    return read_single(answers) if is_single else read_multiple(answers)


def _read_true_false(question: Element) -> Body:
    right = [_plain(each).lower() for each in question.iterfind("answer") if _weight(each) > 0]
    if right not in (["true"], ["false"]):
        raise unsupported(NOT_ONE_RIGHT)
    return {"kind": Kind.TRUE_FALSE, "key": {"option": 0 if right == ["true"] else 1}}


def _read_short_text(question: Element) -> Body:
    answers = [(_plain(answer), _weight(answer)) for answer in question.iterfind("answer")]
    exact = question.findtext("usecase", "0").strip() in {"1", "true"}
    return read_short_text(answers, case_sensitive=exact)


def _read_numeric(question: Element) -> Body:
    answers = [each for each in question.iterfind("answer") if _weight(each) > 0]
    if len(answers) != 1 or _weight(answers[0]) != 100:
        raise unsupported(NOT_ONE_RIGHT)
    key = {
        "value": _plain(answers[0]),
        "tolerance": answers[0].findtext("tolerance", "").strip() or "0",
    }
    unit = question.findtext("units/unit/unit_name", "").strip()
    return {"kind": Kind.NUMERIC, "key": key | ({"unit": unit} if unit else {})}


def _read_ordering(question: Element) -> Body:
    """Read the items, which stand in the right order."""
    if question.findtext("gradingtype", "ALL_OR_NOTHING").strip() not in {"ALL_OR_NOTHING", "-1"}:
        raise unsupported(ONLY_WHOLE)
    items = [_markdown(answer) for answer in question.iterfind("answer")]
    return {
        "kind": Kind.ORDERING,
        "options": items,
        "key": {"options": list(range(len(items)))},
    }


def _read_matching(question: Element) -> Body:
    pairs = []
    for pair in question.iterfind("subquestion"):
        markup = MARKUPS.get(pair.get("format", ""), "moodle")
        right = to_markdown(pair.findtext("answer/text", ""), markup)
        pairs.append((_markdown(pair), right))
    return read_matching(pairs)


def _read_essay(question: Element) -> Body:
    return {"kind": Kind.ESSAY}


def _plain(element: Element) -> str:
    return element.findtext("text", "").strip()


def _markdown(element: Element | None) -> str:
    if element is None:
        return ""
    markup = MARKUPS.get(element.get("format", ""), "moodle")
    return to_markdown(element.findtext("text", ""), markup)


def _weight(answer: Element) -> Fraction:
    return read_weight(answer.get("fraction", "0").strip())


READERS: dict[str, Callable[[Element], Body]] = {
    "multichoice": _read_choice,
    "truefalse": _read_true_false,
    "shortanswer": _read_short_text,
    "numerical": _read_numeric,
    "ordering": _read_ordering,
    "matching": _read_matching,
    "essay": _read_essay,
}


# --- Writing ----------------------------------------------------------------------------------------------------


def write(bodies: Iterable[Body]) -> Iterator[str]:
    """Write questions, with their texts as Markdown."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
    for body in bodies:
        kind, parts = _write_kind(body)
        points = f"{body['points'] // 100}.{body['points'] % 100:02}"
        tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in body["tags"])
        yield (
            f'<question type="{kind}">\n'
            f"<name>{_text(body['prompt'][:80])}</name>\n"
            f"{_formatted('questiontext', body['prompt'])}\n"
            f"{_formatted('generalfeedback', body['explanation'])}\n"
            f"<defaultgrade>{points}</defaultgrade>\n"
            f"{parts}<tags>{tags}</tags>\n</question>\n"
        )
    yield "</quiz>\n"


def _write_kind(body: Body) -> tuple[str, str]:
    """Return Moodle's name of the kind, and what the kind adds to a question."""
    kind, key = body["kind"], body["key"]
    if kind == Kind.ESSAY:
        return "essay", ""
    if is_plain_true_false(body):
        right = "true" if is_true(body) else "false"
        return "truefalse", "".join(
            _render_answer(each, "100" if each == right else "0") for each in ("true", "false")
        )
    if kind == Kind.SHORT_TEXT:
        case = f"<usecase>{int(key['case_sensitive'])}</usecase>\n"
        texts = [escape_wildcards(text) for text in key["accept"]]
        return "shortanswer", case + "".join(_render_answer(text, "100") for text in texts)
    if kind == Kind.NUMERIC:
        return "numerical", _write_number(key)
    if kind == Kind.MATCHING:
        pairs = [_write_pair(left, right) for left, right in list_pairs(body)]
        return "matching", "<shuffleanswers>true</shuffleanswers>\n" + "".join(pairs)
    if kind == Kind.ORDERING:
        items = [body["options"][place] for place in key["options"]]
        answers = [
            _render_answer(item, str(1 + place), "markdown") for place, item in enumerate(items)
        ]
        return "ordering", "<gradingtype>ALL_OR_NOTHING</gradingtype>\n" + "".join(answers)
    single = f"<single>{str(kind != Kind.MULTIPLE_CHOICE).lower()}</single>\n"
    return "multichoice", single + "".join(
        _render_answer(*each, "markdown") for each in weigh(body)
    )


def _write_number(key: dict[str, str]) -> str:
    number = _render_answer(
        key["value"], "100", inside=f"<tolerance>{key['tolerance']}</tolerance>"
    )
    if unit := key.get("unit"):
        name = escape(NOT_IN_XML.sub("", unit))
        number += (
            f"<units><unit><multiplier>1</multiplier><unit_name>{name}</unit_name></unit></units>\n"
        )
    return number


def _write_pair(left: str, right: str) -> str:
    return f'<subquestion format="markdown">{_text(left)}<answer>{_text(right)}</answer></subquestion>\n'


def _render_answer(
    text: str, fraction: str, markup: str = "plain_text", *, inside: str = ""
) -> str:
    return f'<answer fraction="{fraction}" format="{markup}">{_text(text)}{inside}</answer>\n'


def _formatted(tag: str, text: str) -> str:
    return f'<{tag} format="markdown">{_text(text)}</{tag}>'


def _text(text: str) -> str:
    return f"<text>{escape(NOT_IN_XML.sub('', text))}</text>"
