"""The page of the API: its document, to read and to try."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

GUIDES = {"spa": "Write a front end", "errors": "Errors", "from-mern-lms": "Coming from Express"}


def page(request: HttpRequest) -> HttpResponse:
    """Render the page, in the demo with its sample logins."""
    context = {
        "site_name": settings.SITE_NAME,
        "shop": settings.FRONTEND_URL,
        "guides": GUIDES,
        "logins": [login.split(" ", 2) for login in settings.SAMPLE_LOGINS],
        "debug": settings.DEBUG,
    }
    return render(request, "lms/docs.html", context)
