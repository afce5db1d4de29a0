"""Moodle's texts as our Markdown: they are HTML, plain text or Markdown."""

import re
from collections.abc import Iterator
from html import unescape

import nh3
from django.utils.translation import gettext_lazy as _

from lms.exceptions import invalid

MAX_LENGTH = 50_000
"""How many characters a text in a file may have: HTML is longer than the Markdown that is made of it."""
MAX_TAGS = 1000
"""How many tags it may have. Sanitising takes time quadratic in their depth."""
TOO_LONG = _("This text is too long, or has too many tags. Shorten it to {max_length} characters.")

SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]")
AT_START = re.compile(r"^([ \t]*)([-+=#]|\d+(?=[.)]))", re.MULTILINE)
BLANKS = re.compile(r"\n{3,}")
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*) ?/?>')
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')

AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "code": "`"}
BEFORE = {"li": "\n- ", "br": "\n", "hr": "\n\n---\n\n", "sup": "^"}
BLOCKS = {
    "p",
    "div",
    "ul",
    "ol",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "pre",
}
KEPT = {*AROUND, *BEFORE, *BLOCKS, "a", "img", "td", "th"}


def to_markdown(text: str, markup: str) -> str:
    """Return a text in Moodle's `html`, `plain`, `markdown` or `moodle` (HTML in which lines end as written) as Markdown.

    Raises `ValidationError` for a text that is too long.
    """
    if len(text) > MAX_LENGTH or text.count("<") > MAX_TAGS:
        raise invalid(TOO_LONG, "max_length", max_length=MAX_LENGTH)
    if markup == "markdown":
        return text.strip()
    if markup == "plain":
        return escape(text).strip()
    if markup == "moodle":
        text = text.strip().replace("\n", "<br>")
    return _from_html(text)


def escape(text: str) -> str:
    """Return plain text as Markdown that shows the same."""
    return AT_START.sub(_escape_start, SPECIAL.sub(r"\\\g<0>", text))


def _escape_start(found: re.Match[str]) -> str:
    blanks, sign = found.groups()
    return f"{blanks}{sign}\\" if sign.isdigit() else f"{blanks}\\{sign}"


def _from_html(html: str) -> str:
    """Convert the tags that have a counterpart; the text of all others stays.

    The sanitiser writes well-formed tags alone, so that a pattern finds them.
    """
    attributes = {"a": {"href"}, "img": {"src", "alt"}}
    clean = nh3.clean(html, tags=KEPT, attributes=attributes, link_rel=None)
    text = "".join(_convert(clean))
    return BLANKS.sub("\n\n", text).strip()


def _convert(html: str) -> Iterator[str]:
    end, is_code = 0, False
    links: list[str] = []
    for found in TAG.finditer(html):
        yield _text(html[end : found.start()], is_code=is_code)
        end = found.end()
        is_end, tag, attributes = found.groups()
        values = {name: unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
        if tag == "code":
            is_code = not is_end
        if tag == "a" and is_end:
            yield f"]({links.pop()})"
        elif tag == "a":
            links.append(values.get("href", ""))
            yield "["
        elif tag == "img":
            yield f"![{escape(values.get('alt', ''))}]({values.get('src', '')})"
        elif tag in AROUND:
            yield AROUND[tag]
        elif tag in BEFORE:
            yield "" if is_end else BEFORE[tag]
        else:
            yield "\n\n" if tag in BLOCKS else " "
    yield _text(html[end:], is_code=is_code)


def _text(html: str, *, is_code: bool) -> str:
    text = unescape(html)
    return text if is_code else escape(text)
