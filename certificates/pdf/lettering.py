"""Letters of every script, so that a name stands on paper as its owner writes it.

The letters are embedded, so that what a reader or printer has installed does not matter. Each font is cut down to its
own script.
"""

from collections.abc import Container
from functools import cache
from pathlib import Path
from unicodedata import bidirectional, normalize

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeStr
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).parent / "fonts"
ROMAN, ITALIC = "NotoSerifDisplay-Regular", "NotoSerifDisplay-Italic"
"""Latin, Greek and Cyrillic."""

SMALL = "Helvetica"  # the hairlines of the others do not survive small print
SCRIPTS = (
    "NotoNaskhArabic",
    "NotoSerifHebrew",
    "NotoSerifArmenian",
    "NotoSerifGeorgian",
    "NotoSerifDevanagari",
    "NotoSerifBengali",
    "NotoSerifGurmukhi",
    "NotoSerifGujarati",
    "NotoSerifTamil",
    "NotoSerifTelugu",
    "NotoSerifKannada",
    "NotoSerifMalayalam",
    "NotoSerifSinhala",
    "NotoSerifThai",
    "NotoSerifLao",
    "NotoSerifMyanmar",
    "NotoSerifKhmer",
    "NotoSerifEthiopic",
    "DroidSansFallback",  # Chinese, Japanese, Korean: the largest, so the last to be looked into
)

type Run = tuple[str, str]
"""The name of a font, and what is set in it."""

JOINERS = "\u200c\u200d"
"""They mean something between letters that join; elsewhere, as in many emoji, they would be seen."""


def draw(canvas: Canvas, text: str, size: float, font: str = ROMAN, spacing: float = 0) -> None:
    """Set a text in one line that begins at the origin.

    Joined letters have no code points of their own: what is copied, found or read aloud is the text given beside them
    (`ActualText`, PDF 32000-1, 14.9.4).
    """
    actual = f"\ufeff{text}".encode("utf-16-be").hex()
    canvas.addLiteral(f"/Span <</ActualText <{actual}>>> BDC")
    x = 0.0
    for name, run in _runs(text, font):
        shaped, advance = _shaped(run, size, name)
        canvas.setFont(name, size)
        canvas.drawString(x, 0, shaped, charSpace=spacing)
        x += advance + spacing * len(run)
    canvas.addLiteral("EMC")


def width(text: str, size: float, font: str = ROMAN, spacing: float = 0) -> float:
    """Measure a text set in one line, in points."""
    runs = _runs(text, font)
    gaps = sum(len(run) for _, run in runs) - 1
    return sum(_shaped(run, size, name)[1] for name, run in runs) + spacing * max(0, gaps)


def in_two(text: str) -> tuple[str, str]:
    """Break a text into two lines as even as can be: at a space, or anywhere if it has none."""
    spaces = [place for place, character in enumerate(text) if character == " "]
    best = min(
        spaces or range(1, len(text)),
        key=lambda place: max(width(text[:place], 1), width(text[place:], 1)),
    )
    return text[:best], text[best:].strip()


def _shaped(run: str, size: float, font: str) -> tuple[str, float]:
    """Give a run's letters as they join and stand beside each other, and its width in points."""
    if font not in SCRIPTS:
        return run, pdfmetrics.stringWidth(run, font, size)
    shaped = shapeStr(run, font, size, force=True)
    return shaped, sum(each.x_advance for each in shaped.__shapeData__) * size / 1000


def _runs(text: str, font: str) -> list[Run]:
    """Cut a text into runs of one font each, as they stand from left to right.

    What no font has, such as emoji, is left out. A run of Arabic or Hebrew is turned around by its shaping; the order
    of the runs is turned around here, where the first letter tells that the text is read from right to left.
    """
    known = "".join(each for each in normalize("NFC", text) if each == " " or _font(each, font))
    runs: list[Run] = []
    for first, *rest in filter(None, (_cut(word, font) for word in known.split())):
        if runs and runs[-1][0] == first[0]:
            runs[-1] = (first[0], f"{runs[-1][1]} {first[1]}")
        else:  # the space is a run of its own: it stays between the two, whichever comes first
            runs += [(font, " "), first] if runs else [first]
        runs += rest
    directions = [bidirectional(each) for each in known]
    leading = next((each for each in directions if each in {"L", "R", "AL"}), "L")
    return runs if leading == "L" else runs[::-1]


def _cut(word: str, font: str) -> list[Run]:
    """Cut a word into runs, as few as can be: a hyphen between Hebrew letters is Hebrew."""
    runs: list[Run] = []
    for character in word:
        name, run = runs[-1] if runs else (font, "")
        if character in JOINERS and name not in SCRIPTS:
            continue
        if run and ord(character) in _characters(name):
            runs[-1] = (name, run + character)
        else:
            runs.append((_font(character, font) or font, character))
    return runs


def _font(character: str, font: str) -> str | None:
    """Find the font of a character, the wanted one if it may be; None if no font has it."""
    candidates = (font, ROMAN, *SCRIPTS)
    return next((each for each in candidates if ord(character) in _characters(each)), None)


@cache
def _characters(font: str) -> Container[int]:
    """Load a font, and give the code points that it has."""
    if font == SMALL:
        return range(0x20, 0x7F)
    loaded = TTFont(font, FONTS / f"{font}.ttf", shapable=font in SCRIPTS)
    pdfmetrics.registerFont(loaded)
    return frozenset(loaded.face.charToGlyph)
