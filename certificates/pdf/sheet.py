"""The certificate as a sheet of paper: A4 landscape, to print and hang on a wall."""

from io import BytesIO
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates import credential
from certificates.models import Certificate
from certificates.pdf import lettering, ornaments
from certificates.pdf.bidi import taught_by
from certificates.pdf.ornaments import CENTRE, GOLD, GREY, HEIGHT, INK, WIDTH
from certificates.pdf.typefaces import ITALIC, ROMAN, SMALL
from certificates.queries import page_url
from lms.locales import format_day

SIDE = 185
"""Where the date and the code stand, in points from the left or right edge of the sheet."""

DRAWING = Lock()
"""One sheet at a time: all threads share ReportLab's fonts, which are loaded when a text first needs them."""


def draw(certificate: Certificate) -> bytes:
    """Return the PDF. Its keywords hold the signed credential, so that the file alone can be verified.

    The same certificate gives the same bytes, in its own language, not in that of the reader.
    """
    file = BytesIO()
    with DRAWING, override(certificate.language):
        canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=True, lang=certificate.language)
        canvas.setTitle(_("Certificate {code}").format(code=certificate.code))
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
    _line(canvas, _("Certificate of Completion"), 444, 40, INK)
    ornaments.rule(canvas, 422)
    _line(canvas, _("This is to certify that"), 388, 15, GREY, font=ITALIC)
    _large(canvas, certificate.person_name, 337, 44, min_size=25, max_width=640)
    _line(canvas, _("has completed every lecture of the course"), 299, 15, GREY, font=ITALIC)
    last = _large(canvas, certificate.course_title, 256, 27, min_size=22, max_width=600)
    _line(
        canvas,
        taught_by(certificate),
        last - 32,
        15,
        GREY,
        font=ITALIC,
    )


def _large(
    canvas: Canvas, text: str, y: float, size: float, *, min_size: float, max_width: float
) -> float:
    """Write a text in one line, or in two if it would be smaller than `min_size`; return the height of the last."""
    if lettering.width(text, min_size) <= max_width:
        _line(canvas, text, y, size, INK, max_width=max_width)
        return y
    heights = y + 0.75 * min_size, y - 0.45 * min_size
    for height, part in zip(heights, lettering.in_two(text), strict=True):
        _line(canvas, part, height, min_size, INK, max_width=max_width)
    return heights[1]


def _date(canvas: Canvas, certificate: Certificate) -> None:
    _line(canvas, format_day(certificate.issued_at), 101, 16, INK, at=SIDE, max_width=150)
    _caption(canvas, _("DATE"), SIDE)


def _code(canvas: Canvas, certificate: Certificate) -> None:
    at, side, url = WIDTH - SIDE, 68, page_url(certificate)
    ornaments.qr(canvas, url, at - side / 2, 104, side)
    _caption(canvas, _("VERIFY"), at)
    parts = urlsplit(url)
    folder = parts.netloc + parts.path.rpartition("/")[0]
    _line(canvas, folder, 69, 6.5, GREY, font=SMALL, at=at, max_width=200)
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
    max_width: float = 640,
) -> None:
    """Write one line centred at `at`, smaller if it would be wider than `max_width` points."""
    width = lettering.width(text, size, font, spacing)
    scale = min(1, max_width / width) if width else 1
    canvas.saveState()
    canvas.setFillColor(colour)
    canvas.translate(at - width * scale / 2, y)
    canvas.scale(scale, scale)
    lettering.draw(canvas, text, size, font, spacing)
    canvas.restoreState()
