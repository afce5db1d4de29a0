"""The certificate as a sheet of paper: A4 landscape, to print and hang on a wall."""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from . import credential, ornaments
from .certificates import page_url
from .models import Certificate
from .ornaments import CENTRE, GOLD, GREY, HEIGHT, INK, WIDTH

FONTS = Path(__file__).parent / "fonts"
ROMAN, ITALIC = "Diploma", "Diploma-Italic"
SMALL = "Helvetica"  # the hairlines of the others do not survive small print
# Fonts that PDF readers bring themselves, with the first and last character of each that is looked up there.
ASIAN = {
    "HYSMyeongJo-Medium": ("가", "힣"),
    "HeiseiMin-W3": ("ぁ", "ヿ"),
    "STSong-Light": ("⺀", "鿿"),
}

SIDE = 185
"""Where the date and the code stand, in points from their edge of the sheet."""


def draw(certificate: Certificate) -> bytes:
    """Give the PDF. Its keywords hold the signed credential, so that the file alone can be verified."""
    _register()
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=True, lang="en")
    canvas.setTitle(f"Certificate {certificate.code}")
    canvas.setAuthor(settings.SITE_NAME)
    canvas.setSubject(certificate.course_title)
    canvas.setKeywords(credential.sign(certificate))
    ornaments.frame(canvas)
    _words(canvas, certificate)
    _date(canvas, certificate)
    ornaments.seal(canvas, CENTRE, 113, 46)
    _code(canvas, certificate)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _words(canvas: Canvas, certificate: Certificate) -> None:
    _line(canvas, settings.SITE_NAME.upper(), 497, 13, GOLD, spacing=6)
    _line(canvas, "Certificate of Completion", 444, 40, INK)
    ornaments.rule(canvas, 422)
    _line(canvas, "This is to certify that", 388, 15, GREY, font=ITALIC)
    _line(canvas, certificate.person_name, 337, 44, INK)
    _line(canvas, "has completed every lecture of the course", 299, 15, GREY, font=ITALIC)
    title = certificate.course_title
    if _width(title, 27) <= 600:
        _line(canvas, title, 256, 27, INK)
        last = 256
    else:
        for y, part in zip((268, 240), _in_two(title, 22, 600), strict=False):
            _line(canvas, part, y, 22, INK, most=600)
        last = 240
    _line(canvas, f"taught by {certificate.instructor_name}", last - 32, 15, GREY, font=ITALIC)


def _date(canvas: Canvas, certificate: Certificate) -> None:
    day = certificate.issued_at
    _line(canvas, f"{day.day} {day:%B %Y}", 101, 16, INK, at=SIDE)
    _caption(canvas, "DATE", SIDE)


def _code(canvas: Canvas, certificate: Certificate) -> None:
    at, side, url = WIDTH - SIDE, 68, page_url(certificate)
    ornaments.qr(canvas, url, at - side / 2, 104, side)
    _caption(canvas, "VERIFY", at)
    shown = urlsplit(url)
    folder = shown.netloc + shown.path.rpartition("/")[0]
    _line(canvas, folder, 69, 6.5, GREY, font=SMALL, at=at, most=200)
    _line(canvas, certificate.code, 60, 6.5, GREY, font=SMALL, at=at, spacing=0.5)
    canvas.linkURL(url, (at - side / 2, 104, at + side / 2, 104 + side))


def _caption(canvas: Canvas, text: str, at: float) -> None:
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.6)
    canvas.line(at - 75, 92, at + 75, 92)
    _line(canvas, text, 80, 6.5, GREY, font=SMALL, at=at, spacing=2)


def _line(
    canvas: Canvas,
    text: str,
    y: float,
    size: float,
    colour: HexColor,
    *,
    font: str = ROMAN,
    at: float = CENTRE,
    spacing: float = 0,
    most: float = 640,
) -> None:
    """Write one line centred at `at`, smaller if it would be wider than `most` points."""
    width = _width(text, size, font) + spacing * (len(text) - 1)
    scale = min(1, most / width) if width else 1
    canvas.setFillColor(colour)
    canvas.saveState()
    canvas.translate(at - width * scale / 2, y)
    canvas.scale(scale, scale)
    x = 0.0
    for run, run_font in _runs(text, font):
        canvas.setFont(run_font, size)
        canvas.drawString(x, 0, run, charSpace=spacing)
        x += pdfmetrics.stringWidth(run, run_font, size) + spacing * len(run)
    canvas.restoreState()


def _width(text: str, size: float, font: str = ROMAN) -> float:
    return sum(pdfmetrics.stringWidth(run, name, size) for run, name in _runs(text, font))


def _in_two(text: str, size: float, width: float) -> list[str]:
    """Break a title into two lines of about the same length, whatever its length."""
    lines = simpleSplit(text, ROMAN, size, max(width, _width(text, size) / 1.8))
    return [lines[0], " ".join(lines[1:])]


def _runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Cut a text into runs that one font can show."""
    run, current = "", font
    for character in text:
        needed = _font(character, font)
        if run and needed != current:
            yield run, current
            run = ""
        run, current = run + character, needed
    if run:
        yield run, current


def _font(character: str, font: str) -> str:
    if font == SMALL or ord(character) in pdfmetrics.getFont(font).face.charToGlyph:
        return font
    for asian, (first, last) in ASIAN.items():
        if first <= character <= last:
            return asian
    return font


@cache
def _register() -> None:
    pdfmetrics.registerFont(TTFont(ROMAN, FONTS / "NotoSerifDisplay-Regular.ttf"))
    pdfmetrics.registerFont(TTFont(ITALIC, FONTS / "NotoSerifDisplay-Italic.ttf"))
    for name in ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
