"""The receipt of an order as a page, for the bank that decides about a dispute: in English, as all evidence."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from certificates.pdf import lettering
from certificates.pdf.sheet import DRAWING
from payments.models import Order
from payments.queries.evidence import describe_receipt

LEFT, TOP, MAX_WIDTH, LINE = 56, 770, 480, 24
"""In points."""


def draw_receipt(order: Order) -> bytes:
    """Return the receipt as a PDF."""
    file = BytesIO()
    with DRAWING:
        canvas = Canvas(file, pagesize=A4, invariant=True, lang="en")
        canvas.setTitle(f"Receipt of order {order.pk}")
        for number, line in enumerate(describe_receipt(order)):
            scale = min(1, MAX_WIDTH / max(1, lettering.width(line, 11)))
            canvas.saveState()
            canvas.translate(LEFT, TOP - LINE * number)
            canvas.scale(scale, scale)
            lettering.draw(canvas, line, 11)
            canvas.restoreState()
        canvas.showPage()
        canvas.save()
    return file.getvalue()
