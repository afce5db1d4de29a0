"""Clients of these tests, and what they send and read."""

import io
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.test import override_settings
from PIL import Image
from rest_framework.test import APIClient

from accounts.tests.factories import PASSWORD
from accounts.tokens import issue_pair


class Browser(APIClient):
    """A browser: it keeps cookies, and sends the CSRF token that it got."""

    def __init__(self, **kwargs):
        super().__init__(enforce_csrf_checks=True, **kwargs)

    def sign_in(self, user, password=PASSWORD):
        response = self.post("/api/v1/auth/signin", {"email": user.email, "password": password})
        assert response.status_code == 200, response.json()
        self.take_csrf()
        return self

    def take_csrf(self):
        token = self.get("/api/v1/auth/csrf").json()["csrf_token"]
        self.credentials(HTTP_X_CSRFTOKEN=token)


def bearer(pair):
    """Return a client that sends an access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    return client


def ended_access(session):
    """Return an access token of a session that ended a second ago."""
    with override_settings(ACCESS_TOKEN_LIFETIME=timedelta(seconds=-1)):
        return issue_pair(session).access


def picture(kind="PNG", size=(64, 48), name="me.png"):
    """Return an image file for an upload."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    file.seek(0)
    file.name = name
    return file


def code_of(response):
    """Return the one code of an error."""
    [error] = response.json()["errors"]
    return error["code"]


def codes_of(response):
    """Return the codes of an error by field."""
    return {error["attr"]: error["code"] for error in response.json()["errors"]}


def link_in(mail):
    """Return the page and the query of the link in a mail."""
    [link] = set(re.findall(rf"{re.escape(settings.FRONTEND_URL)}/\S+", mail.body))
    parts = urlsplit(link)
    return parts.path, dict(parse_qsl(parts.query))


def limits(**rates):
    """Set throttle rates for a test; the other scopes stay unlimited in practice."""
    return override_settings(THROTTLE_RATES={**settings.THROTTLE_RATES, **rates})
