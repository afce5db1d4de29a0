"""GIFT, Moodle's text format for questions: https://docs.moodle.org/en/GIFT_format.

Each question is read by itself, in one pass over its characters.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from assessments.formats.files import decode, limited, unsupported
from assessments.formats.markup import to_markdown
from assessments.formats.moodle import (
    MAX_ANSWERS,
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

BLANK_LINE = re.compile(r"\n[ \t]*\n")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]\n]){1,100})\]")
TITLE = re.compile(r"\s*::(?:\\.|[^\\:]|:(?!:))*::", re.DOTALL)
MARKUP = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
TOKEN = re.compile(r"\\.|[^\\{}~=#]+|[{}~=#]|\\", re.DOTALL)
WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%", re.ASCII)
ESCAPED = re.compile(r"\\([\\~=#{}:n])")
SPECIAL = re.compile(r"[\\~=#{}:]")
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")
GAP = r" \_\_\_\_\_ "
"""What stands in the prompt for the answers, if text follows them."""

NO_ANSWERS = _("Write the answers once, between curly brackets. Put \\ before a bracket in a text.")
NO_SIGN = _("Begin each answer with = if it is right, or with ~ if it is wrong.")
NO_NUMBER = _("Write a number as 9.81:0.05, with its tolerance, or as 9.76..9.86.")
SEVERAL_NUMBERS = _("We accept one number with its tolerance.")


# --- Reading ----------------------------------------------------------------------------------------------------


def read(raw: bytes) -> list[dict[str, Any] | ValidationError]:
    """Return the questions of a file, each as its body or its error. Raises `InvalidFile`."""
    blocks = (block.strip().split("\n") for block in BLANK_LINE.split(decode(raw)))
    return [_read_or_refuse(block) for block in limited(filter(_list_text, blocks))]


def _list_text(lines: list[str]) -> list[str]:
    """Return the lines that are no comment and no category."""
    return [each for each in lines if each and not each.lstrip().startswith(("//", "$CATEGORY:"))]


def _read_or_refuse(lines: list[str]) -> dict[str, Any] | ValidationError:
    comments = "\n".join(line for line in lines if line.lstrip().startswith("//"))
    tags = [each.replace("\\]", "]") for each in TAG.findall(comments)]
    try:
        return _read_question("\n".join(_list_text(lines))) | ({"tags": tags} if tags else {})
    except ValidationError as error:
        return error


def _read_question(text: str) -> dict[str, Any]:
    if title := TITLE.match(text):
        text = text[title.end() :]
    markup, text = _take_markup(text, "moodle")
    before, inside, after = _split(text)
    prompt = to_markdown(_unescape(before), markup)
    if after.strip():
        prompt += GAP + to_markdown(_unescape(after), markup)
    inside, explanation = _take_explanation(inside)
    body = _read_answers(inside, markup)
    body["prompt"] = prompt
    if explanation.strip():
        explained, explanation = _take_markup(explanation, markup)
        body["explanation"] = to_markdown(_unescape(explanation), explained)
    return body


def _split(text: str) -> tuple[str, list[str], str]:
    """Return the text before the answers, the tokens of the answers, and the text after them."""
    tokens = TOKEN.findall(text)
    braces = [place for place, each in enumerate(tokens) if each in "{}"]
    if [tokens[place] for place in braces] != ["{", "}"]:
        raise invalid(NO_ANSWERS, "invalid_syntax")
    start, end = braces
    return "".join(tokens[:start]), tokens[start + 1 : end], "".join(tokens[end + 1 :])


def _take_explanation(tokens: list[str]) -> tuple[list[str], str]:
    """Return the tokens before `####`, and the text after it."""
    for place in range(len(tokens) - 3):
        if tokens[place : place + 4] == ["#"] * 4:
            return tokens[:place], "".join(tokens[place + 4 :])
    return tokens, ""


def _take_markup(text: str, default: str) -> tuple[str, str]:
    found = MARKUP.match(text)
    return (found[1], text[found.end() :]) if found else (default, text)


def _read_answers(tokens: list[str], markup: str) -> dict[str, Any]:
    text = "".join(tokens).strip()
    if not text:
        return {"kind": Kind.ESSAY}
    word = text.partition("#")[0].strip().upper()
    if word in TRUE + FALSE:
        return {"kind": Kind.TRUE_FALSE, "key": {"option": 0 if word in TRUE else 1}}
    if text.startswith("#"):
        return _read_number(text[1:])
    answers = list(_list_answers(tokens))
    if all(sign == "=" for sign, _answer, _weight in answers):
        if all("->" in answer for _sign, answer, _weight in answers):
            return read_matching([_read_pair(answer, markup) for _sign, answer, _w in answers])
        texts = [(_unescape(answer).strip(), weight or 100) for _sign, answer, weight in answers]
        return read_short_text([(each, Fraction(weight)) for each, weight in texts])
    is_multiple = all(sign == "~" for sign, _answer, _weight in answers)
    choices = []
    for _sign, answer, weight in answers:
        own, answer = _take_markup(answer, markup)
        choices.append((to_markdown(_unescape(answer), own), weight))
    return read_multiple(choices) if is_multiple else read_single(choices)


def _list_answers(tokens: list[str]) -> Iterator[tuple[str, str, Fraction]]:
    """List the sign, the text and the weight of each answer; feedback to an answer is left out."""
    starts = [place for place, each in enumerate(tokens) if each in "=~"]
    if not starts or "".join(tokens[: starts[0]]).strip():
        raise invalid(NO_SIGN, "invalid_syntax")
    if len(starts) > MAX_ANSWERS:
        raise invalid(TOO_MANY, "invalid_syntax")
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        parts = tokens[start + 1 : end]
        if "#" in parts:
            parts = parts[: parts.index("#")]
        text = "".join(parts).strip()
        weight = Fraction(100 if tokens[start] == "=" else 0)
        if found := WEIGHT.match(text):
            text, weight = text[found.end() :], read_weight(found[1])
        yield tokens[start], text, weight


def _read_pair(text: str, markup: str) -> tuple[str, str]:
    left, _arrow, right = text.partition("->")
    own, left = _take_markup(left, markup)
    return to_markdown(_unescape(left), own), to_markdown(_unescape(right), markup)


def _read_number(text: str) -> dict[str, Any]:
    text = text.partition("#")[0].strip().removeprefix("=").removeprefix("%100%").strip()
    if "=" in text or "~" in text or "%" in text:
        raise unsupported(SEVERAL_NUMBERS)
    try:
        if ".." in text:
            low, high = (Decimal(read_decimal(part)) for part in text.split("..", 1))
            value, tolerance = f"{(low + high) / 2:f}", f"{(high - low) / 2:f}"
        else:
            value, _colon, tolerance = text.partition(":")
            value, tolerance = read_decimal(value), read_decimal(tolerance or "0")
    except ValueError:
        raise invalid(NO_NUMBER, "invalid_syntax") from None
    return {"kind": Kind.NUMERIC, "key": {"value": value, "tolerance": tolerance}}


def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


# --- Writing ----------------------------------------------------------------------------------------------------


def write(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Write questions; what GIFT has no form for is a comment."""
    for body in bodies:
        tags = " ".join(f"[tag:{tag.replace(']', chr(92) + ']')}]" for tag in body["tags"])
        answers = _write_answers(body)
        prompt = _escape(body["prompt"])
        if answers is None:
            yield f"// Left out ({body['kind']}): {prompt}\n\n"
            continue
        if body["explanation"]:
            answers += f"\n####{_escape(body['explanation'])}"
        yield (f"// {tags}\n" if tags else "") + f"[markdown]{prompt} {{{answers}\n}}\n\n"


def _write_answers(body: dict[str, Any]) -> str | None:
    kind, key = body["kind"], body["key"]
    if kind == Kind.ESSAY:
        return ""
    if is_plain_true_false(body):
        return "TRUE" if is_true(body) else "FALSE"
    if kind == Kind.NUMERIC:
        return f"#{key['value']}:{key['tolerance']}"
    if kind == Kind.SHORT_TEXT:
        if any("->" in text for text in key["accept"]):
            return None
        return "".join(f"\n={_weighted(escape_wildcards(text))}" for text in key["accept"])
    if kind == Kind.MATCHING:
        pairs = list_pairs(body)
        if any("->" in left for left, _right in pairs):
            return None
        return "".join(f"\n={_escape(left)} -> {_escape(right)}" for left, right in pairs)
    if kind == Kind.MULTIPLE_CHOICE:
        return "".join(f"\n~%{weight}%{_escape(text)}" for text, weight in weigh(body))
    if kind in {Kind.SINGLE_CHOICE, Kind.TRUE_FALSE}:
        signs = {"100": "=", "0": "~"}
        return "".join(
            f"\n{signs[weight]}{_weighted(text, weight)}" for text, weight in weigh(body)
        )
    return None


def _weighted(text: str, weight: str = "100") -> str:
    """Escape the text of an answer; one that begins with % needs a weight, or what follows would be read as one."""
    return (f"%{weight}%" if text.startswith("%") else "") + _escape(text)


def _escape(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "\\n")
