"""A text in one line, in whatever scripts it is written, so that a name stands on paper as its owner writes it."""

import re
from unicodedata import bidirectional, decomposition, normalize

from reportlab.pdfgen.canvas import Canvas

from certificates.pdf.bidi import continued, mirrored, visual_runs
from certificates.pdf.typefaces import BOX, ROMAN, SCRIPTS, find_font, has, shape

type Run = tuple[str, str]
"""The name of a font, and the text to set in it."""

JOINERS = "\u200c\u200d"
"""They change letters that join. Elsewhere, as in many emoji, they mean nothing on paper."""

DIRECTIONS = re.compile("[\u061c\u200e\u200f\u2066-\u2069]")
"""Marks and isolates: they decide the order of letters, and are not drawn."""

INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u202a-\u202e\u2060-\u2065"
    "\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Controls, and the other characters that Unicode calls default ignorable: no font draws them."""

STYLED = ("<font>", "<wide>", "<narrow>")
"""How Unicode marks letters of a certain look: mathematical, full-width and half-width ones."""


def draw(canvas: Canvas, text: str, size: float, font: str = ROMAN, spacing: float = 0) -> None:
    """Set a text in one line that begins at the origin.

    Joined letters have no code points of their own, so the text itself is stored beside them (`ActualText`, PDF
    32000-1, 14.9.4): it is what readers copy, search and speak.
    """
    actual = f"\ufeff{text}".encode("utf-16-be").hex()
    canvas.addLiteral(f"/Span <</ActualText <{actual}>>> BDC")
    x = 0.0
    for name, run in _runs(text, font):
        letters, advance = shape(run, size, name)
        canvas.setFont(name, size)
        canvas.drawString(x, 0, letters, charSpace=spacing)
        x += advance + spacing * len(run)
    canvas.addLiteral("EMC")


def width(text: str, size: float, font: str = ROMAN, spacing: float = 0) -> float:
    """Return the width of a text in one line, in points."""
    runs = _runs(text, font)
    gaps = sum(len(run) for _, run in runs) - 1
    return sum(shape(run, size, name)[1] for name, run in runs) + spacing * max(0, gaps)


def in_two(text: str) -> tuple[str, str]:
    """Break a text into two lines of nearly the same width: at a space, or anywhere if it has none."""
    spaces = [place for place, character in enumerate(text) if character == " "]
    best = min(
        spaces or range(1, len(text)),
        key=lambda place: max(width(text[:place], 1), width(text[place:], 1)),
    )
    return text[:best], continued(text[best:].strip(), text)


def printable(text: str) -> str:
    """Return a text as it is printed: composed, in plain letters, without controls and double spaces.

    NFKC turns letters of a certain look, and what no font has, into plain letters. Everywhere else it does harm: it
    makes "E = mc2" of "E = mc²", and breaks the vowel of Thai "น้ำ" in two.
    """
    composed = normalize("NFC", " ".join(text.split()))
    plain = "".join(
        normalize("NFKC", character) if _needs_plain_form(character) else character
        for character in INVISIBLE.sub("", composed)
    )
    return normalize("NFC", plain)


def _needs_plain_form(character: str) -> bool:
    is_styled = decomposition(character).startswith(STYLED)
    return is_styled or find_font(character, ROMAN) is None


def _runs(text: str, font: str) -> list[Run]:
    """Return the runs of a text from left to right, each in one font."""
    runs: list[Run] = []
    for letters, is_rtl in visual_runs(printable(text)):
        cut = _cut(letters, font)
        runs += [(name, _turned(run)) for name, run in reversed(cut)] if is_rtl else cut
    return runs


def _turned(run: str) -> str:
    """Return a run that is read from right to left as it is set: shaping turns around letters, and nothing else."""
    has_letters = any(bidirectional(character) in {"R", "AL"} for character in run)
    return run if has_letters else mirrored(run)


def _cut(letters: str, font: str) -> list[Run]:
    """Cut letters into runs of one font, as few as possible: a hyphen between Hebrew letters is Hebrew."""
    runs: list[Run] = []
    for character in DIRECTIONS.sub("", letters):
        name, run = runs[-1] if runs else (font, "")
        if character in JOINERS and not (name in SCRIPTS and run and has(name, run[-1])):
            continue
        if run and has(name, character):
            runs[-1] = (name, run + character)
        else:
            runs.append((find_font(character, font) or BOX, character))
    return runs
