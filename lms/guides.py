"""The guides for front-end developers and their coding agents, as text: /docs/*.md and /llms.txt (https://llmstxt.org)."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from lms.exception_handler import reads_only

DOCS = settings.BASE_DIR / "docs"
GUIDES = ("agents", "errors", "from-mern-lms", "question-formats", "quizzes", "sandbox", "spa")
OUTSIDE = re.compile(rf"\[([^\]]*)\]\((?!https?:|#|(?:{'|'.join(GUIDES)})\.md)[^)]*\)")
"""A link to a file that only the repository has."""
EXAMPLE = "http://localhost:8000"
"""The address of the API in the guides, which is that of `make demo`."""


@reads_only
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Return a guide as Markdown; raise 404 for a page that is not for clients of the API."""
    if name not in GUIDES:
        raise Http404
    return _render(f"{name}.md")


@reads_only
def llms(request: HttpRequest) -> HttpResponse:
    """Return what a language model should read first."""
    return _render("llms.txt")


def _render(name: str) -> HttpResponse:
    """Return a file of docs/ with this site's address. Browsers show plain text, and download Markdown."""
    text = OUTSIDE.sub(r"\1", (DOCS / name).read_text()).replace(EXAMPLE, settings.SITE_URL)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response
