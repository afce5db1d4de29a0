"""The certificate as a sheet of paper: A4 landscape, to print and hang on a wall."""

from io import BytesIO
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates import credential
from certificates.models import Certificate
from certificates.pdf import lettering, ornaments
from certificates.pdf.lettering import ITALIC, ROMAN, SMALL
from certificates.pdf.ornaments import CENTRE, GOLD, GREY, HEIGHT, INK, WIDTH
from certificates.queries import page_url

SIDE = 185
"""Where the date and the code stand, in points from their edge of the sheet."""

DRAWING = Lock()
"""One sheet at a time: ReportLab keeps the shapes that letters take on the font, which threads share."""


def draw(certificate: Certificate) -> bytes:
    """Give the PDF. Its keywords hold the signed credential, so that the file alone can be verified."""
    file = BytesIO()
    with DRAWING:
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
    _large(canvas, certificate.person_name, 337, 44, least=25, most=640)
    _line(canvas, "has completed every lecture of the course", 299, 15, GREY, font=ITALIC)
    last = _large(canvas, certificate.course_title, 256, 27, least=22, most=600)
    _line(canvas, f"taught by {certificate.instructor_name}", last - 32, 15, GREY, font=ITALIC)


def _large(canvas: Canvas, text: str, y: float, size: float, *, least: float, most: float) -> float:
    """Write a text in one line, or in two where it would be smaller than `least`; give the height of the last."""
    if lettering.width(text, least) <= most:
        _line(canvas, text, y, size, INK, most=most)
        return y
    heights = y + 0.75 * least, y - 0.45 * least
    for height, part in zip(heights, lettering.in_two(text), strict=True):
        _line(canvas, part, height, least, INK, most=most)
    return heights[1]


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
    width = lettering.width(text, size, font, spacing)
    scale = min(1, most / width) if width else 1
    canvas.saveState()
    canvas.setFillColor(colour)
    canvas.translate(at - width * scale / 2, y)
    canvas.scale(scale, scale)
    lettering.draw(canvas, text, size, font, spacing)
    canvas.restoreState()
