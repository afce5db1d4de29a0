"""The fonts of a certificate, and the letters of a run as a font joins and places them.

The fonts are embedded in the PDF, so that it does not matter what a reader or printer has installed. Each font file is
cut down to its own script.
"""

from collections.abc import Container
from functools import cache
from pathlib import Path
from unicodedata import combining

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeStr

FONTS = Path(__file__).parent / "fonts"
ROMAN, ITALIC = "NotoSerifDisplay-Regular", "NotoSerifDisplay-Italic"
"""Latin, Greek and Cyrillic."""

SMALL = "Helvetica"  # the hairlines of the others are lost in small print
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
)
"""One script each, whose letters join or change beside others."""

CJK = "DroidSansFallback"
"""Chinese, Japanese, Korean: the largest font, so it is searched last."""

BOX = "NotoSerifHebrew"
"""The font whose sign for an unknown character (its glyph 0) is a box; that of Latin is blank."""


def find_font(character: str, preferred: str) -> str | None:
    """Return the font of a character: the preferred one if it has it, None if no font has it."""
    candidates = (preferred, ROMAN, *SCRIPTS, CJK)
    return next((font for font in candidates if has(font, character)), None)


def has(font: str, character: str) -> bool:
    """Return whether a font has a character."""
    return ord(character) in _characters(font)


def shape(run: str, size: float, font: str) -> tuple[str, float]:
    """Return the letters of a run as the font joins and places them, and their width in points.

    Digits and signs alone are set as they are: HarfBuzz would turn Persian digits around.
    """
    if not _is_shaped(run, font):
        return run, pdfmetrics.stringWidth(run, font, size)
    letters = shapeStr(run, font, size, force=True)
    return letters, sum(each.x_advance for each in letters.__shapeData__) * size / 1000


def _is_shaped(run: str, font: str) -> bool:
    if font in {ROMAN, ITALIC}:
        return any(map(combining, run))  # an accent of its own must be placed on its letter
    return font in SCRIPTS and any(map(str.isalpha, run))


@cache
def _characters(font: str) -> Container[int]:
    """Load a font, and return the code points that it has."""
    if font == SMALL:
        return frozenset(range(0x20, 0x7F)) | frozenset(range(0xC0, 0x100))
    loaded = TTFont(font, FONTS / f"{font}.ttf", shapable=font != CJK)
    pdfmetrics.registerFont(loaded)
    characters = frozenset(loaded.face.charToGlyph)
    if loaded.shapable:
        _code_glyphs(loaded)
    return characters


def _code_glyphs(font: TTFont) -> None:
    """Give every glyph without a code point a private one.

    ReportLab does so when a text first needs the glyph; then the bytes of a PDF would depend on the texts before it.
    """
    shaper = font.hbFont()
    for glyph in range(font.hbFace.glyph_count):
        if glyph not in font.face.glyphToChar:
            advance = font.pdfScale(shaper.get_glyph_h_advance(glyph))
            font.hbAddPrivate(shaper.glyph_to_string(glyph), glyph, advance)
