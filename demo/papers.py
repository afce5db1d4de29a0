"""Pages to print."""

from io import BytesIO

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas


def handout(title: str, topics: tuple[str, ...]) -> bytes:
    """Return a page to print, as a PDF."""
    file = BytesIO()
    page = Canvas(file, pagesize=A5)
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 18)
    page.drawString(40, 520, title)
    page.setFont("Helvetica", 12)
    for number, topic in enumerate(topics, start=1):
        page.drawString(40, 520 - 40 * number, f"{number}. {topic}")
    page.save()
    return file.getvalue()
