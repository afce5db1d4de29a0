"""The ornaments of a certificate: a frame of waves and rosettes as on banknotes, a seal, a rule, a QR code."""

from collections.abc import Iterable, Iterator
from math import cos, pi, sin

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

type Point = tuple[float, float]

WIDTH, HEIGHT = landscape(A4)
CENTRE = WIDTH / 2
MARGIN = 30
BAND = 15
INK, GOLD, GREY, PAPER, VEIL = (
    HexColor(colour) for colour in ("#1c2b4a", "#a9863b", "#5d6475", "#fdfbf5", "#f3ebd6")
)


def frame(canvas: Canvas) -> None:
    """Fill the sheet, and frame it with a band of waves between two lines."""
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    canvas.setStrokeColor(VEIL)
    canvas.setLineWidth(0.5)
    _rosette(canvas, CENTRE, HEIGHT / 2 + 20, 225, petals=18, lines=9, depth=0.5)
    for inset, width, colour in (
        (MARGIN - 4, 0.5, GOLD),
        (MARGIN, 1.4, INK),
        (MARGIN + BAND, 0.7, INK),
        (MARGIN + BAND + 4, 0.5, GOLD),
    ):
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.35)
    low, high = MARGIN + BAND / 2, MARGIN + BAND
    right, top = WIDTH - low, HEIGHT - low
    for phase in (0, pi / 3, 2 * pi / 3, pi, 4 * pi / 3, 5 * pi / 3):
        across = list(_wave(high, WIDTH - high, phase))
        upward = list(_wave(high, HEIGHT - high, phase))
        for y in (low, top):
            _draw(canvas, ((x, y + swing) for x, swing in across))
        for x in (low, right):
            _draw(canvas, ((x + swing, y) for y, swing in upward))
    for x in (low, right):
        for y in (low, top):
            _rosette(canvas, x, y, BAND / 2 - 1, petals=6, lines=6, depth=0.45)


def _wave(start: float, end: float, phase: float) -> Iterator[Point]:
    """Return the points of whole waves of about 30 points from `start` to `end`: the place, and the swing there."""
    waves = round((end - start) / 30)
    steps = waves * 16
    for step in range(steps + 1):
        swing = sin(2 * pi * waves * step / steps + phase) * (BAND / 2 - 1.5)
        yield start + (end - start) * step / steps, swing


def seal(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a round seal with a tick."""
    canvas.setFillColor(PAPER)
    canvas.circle(x, y, radius + 3, stroke=0, fill=1)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.35)
    _rosette(canvas, x, y, radius, petals=12, lines=10, depth=0.32)
    canvas.setFillColor(PAPER)
    canvas.setLineWidth(0.8)
    canvas.circle(x, y, radius * 0.5, fill=1)
    canvas.setLineWidth(0.4)
    canvas.circle(x, y, radius * 0.45)
    tick = canvas.beginPath()
    tick.moveTo(x - radius * 0.2, y + radius * 0.01)
    tick.lineTo(x - radius * 0.05, y - radius * 0.15)
    tick.lineTo(x + radius * 0.22, y + radius * 0.18)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(2.2)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.drawPath(tick)


def _rosette(
    canvas: Canvas, x: float, y: float, radius: float, *, petals: int, lines: int, depth: float
) -> None:
    """Draw closed curves around a point, each turned a little from the one before."""
    for line in range(lines):
        phase = 2 * pi * line / lines
        curve = []
        for step in range(petals * 16 + 1):
            angle = 2 * pi * step / (petals * 16)
            reach = radius * (1 - depth / 2 + depth / 2 * cos(petals * angle + phase))
            curve.append((x + reach * cos(angle), y + reach * sin(angle)))
        _draw(canvas, curve)


def rule(canvas: Canvas, y: float) -> None:
    """Draw a thin line with a diamond in its middle."""
    canvas.setStrokeColor(GOLD)
    canvas.setFillColor(GOLD)
    canvas.setLineWidth(0.6)
    canvas.line(CENTRE - 110, y, CENTRE - 9, y)
    canvas.line(CENTRE + 9, y, CENTRE + 110, y)
    diamond = canvas.beginPath()
    diamond.moveTo(CENTRE - 5, y)
    for x, rise in ((0, 3), (5, 0), (0, -3)):
        diamond.lineTo(CENTRE + x, y + rise)
    diamond.close()
    canvas.drawPath(diamond, stroke=0, fill=1)


def qr(canvas: Canvas, url: str, x: float, y: float, side: float) -> None:
    """Draw the QR code of a URL in a square whose lower left corner is given."""
    matrix = segno.make(url, error="m", boost_error=False).matrix
    module = side / len(matrix)
    squares = canvas.beginPath()
    for row, bits in enumerate(matrix):
        for column, bit in enumerate(bits):
            if bit:
                squares.rect(x + column * module, y + side - (row + 1) * module, module, module)
    canvas.setFillColor(INK)
    canvas.drawPath(squares, stroke=0, fill=1)


def _draw(canvas: Canvas, points: Iterable[Point]) -> None:
    path = canvas.beginPath()
    for index, point in enumerate(points):
        (path.lineTo if index else path.moveTo)(*point)
    canvas.drawPath(path)
