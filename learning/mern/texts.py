"""Text of the other server, made to what our columns take: one line, or Markdown instead of an editor's HTML."""

import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from typing import override

from django.core.exceptions import ValidationError

from courses.markdown import validate_markdown
from learning.mern.report import Finding
from lms.validators import DIRECTION

HTML = re.compile(r"<[a-zA-Z/!][^<>]*>")
MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>#~|])")
LINE_SIGNS = re.compile(r"^(\s*\d+(?=[.)])|\s*(?=[-+=]))", re.MULTILINE)
"""What makes a line the entry of a list, or the one before it a heading."""
BLOCKS = frozenset(
    ["p", "div", "section", "article", "blockquote", "pre", "ul", "ol", "table", "tr"]
)
HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
SIGNS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
SILENT = frozenset(["script", "style", "head", "title"])
"""Elements whose text no browser shows."""
LOST = frozenset(["img", "iframe", "video", "audio", "embed", "object", "table", "svg"])
"""Elements that Markdown without HTML cannot show."""


def one_line(text: str, max_length: int, findings: list[Finding], name: str) -> str:
    """Return a text as one line of at most `max_length` characters, without characters that nobody sees."""
    line = " ".join(text.split())
    clean = DIRECTION.sub("", "".join(each for each in line if unicodedata.category(each) != "Cc"))
    if clean != line:
        findings.append(
            Finding(f"{name}_cleaned", f"Control characters were left out of the {name}.")
        )
    return cut(clean, max_length, findings, name)


def cut(text: str, max_length: int, findings: list[Finding], name: str) -> str:
    if len(text) <= max_length:
        return text
    sentence = f"The {name} has {len(text):,} characters and was cut to {max_length:,}."
    findings.append(Finding(f"{name}_cut", sentence))
    return text[:max_length].rstrip()


def plain(text: str) -> str:
    """Return text without control characters but ends of lines and tabs."""
    return "".join(each for each in text if each in "\n\t" or unicodedata.category(each) != "Cc")


def is_valid(validate: Callable[[str], None], text: str) -> bool:
    try:
        validate(text)
    except ValidationError:
        return False
    return True


def markdown(text: str, max_length: int, findings: list[Finding], name: str) -> str:
    """Return the text of an editor as Markdown; text without HTML stays as it is."""
    text = plain(text.replace("\r\n", "\n"))
    if HTML.search(text):
        page = _Page()
        page.feed(text)
        page.close()
        text = page.markdown()
        if page.lost:
            what = ", ".join(sorted(page.lost))
            findings.append(
                Finding(f"{name}_lost_parts", f"Markdown cannot show these parts of it: {what}.")
            )
    text = cut(text.strip(), max_length, findings, name)
    return text if is_valid(validate_markdown, text) else cut(escaped(text), max_length, [], name)


def escaped(text: str) -> str:
    """Return text in which no sign has a meaning in Markdown."""
    return LINE_SIGNS.sub(r"\1\\", MARKDOWN_SIGNS.sub(r"\\\1", text))


class _Page(HTMLParser):
    """Collects paragraphs, headings, lists, emphasis and links as Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lost: set[str] = set()
        self._parts: list[str] = []
        self._signs: list[str] = []
        self._links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in LOST:
            self.lost.add(tag)
        if tag == "br":
            self._parts.append("\\\n")
        elif tag == "li":
            self._parts.append("\n- ")
        elif tag in BLOCKS or tag in HEADINGS:
            # A paragraph inside an entry of a list goes on in its line.
            if not (self._parts and self._parts[-1] == "\n- "):
                self._parts.append("\n\n" + HEADINGS.get(tag, ""))
        elif tag in SIGNS:
            self._signs.append(SIGNS[tag])
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            self._links.append(address if re.match(r"https?://[^\s()<>]+\Z", address) else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in BLOCKS or tag in HEADINGS:
            self._parts.append("\n\n")
        elif tag in SIGNS and SIGNS[tag] in self._signs:
            self._signs.remove(SIGNS[tag])
        elif tag == "a" and self._links:
            self._links.pop()

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        words = text.strip()
        if self._silent or not text:
            return
        if not words:
            self._parts.append(" ")
            return
        sign = "".join(self._signs)
        shown = f"{sign}{escaped(words)}{sign[::-1]}"
        if self._links and self._links[-1]:
            shown = f"[{shown}]({self._links[-1]})"
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        self._parts.append(f"{before}{shown}{after}")

    @override
    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Pass over `<![…>`, which HTML takes for a comment and Python's parser, before 3.13.6, for an error."""
        return self.parse_bogus_comment(i, report)

    def markdown(self) -> str:
        text = re.sub(r"(\\\n)+(?=\s*(\n|\Z))", "", "".join(self._parts))
        lines = (line.strip() for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
