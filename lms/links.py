"""Links to ourselves, as answers, papers and mails hold them."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def absolute_url(path: str, request: HttpRequest | Request | None = None) -> str:
    """Return the URL of a path of ours: on SITE_URL, whatever host the request named.

    In DEBUG it is on the host of the request, if one is given, so that a demo works by every name of its machine.
    """
    if settings.DEBUG and request is not None:
        return request.build_absolute_uri(path)
    return settings.SITE_URL + path
