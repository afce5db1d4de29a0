"""The whole journey, over HTTP, as `make tour` makes it."""

import httpx
import pytest

from demo.tour.journey import Tour


@pytest.fixture
def system(live_server, sandbox, settings):
    """The API on a port, told of the sandbox; the sandbox told of the API."""
    settings.SITE_URL = settings.FRONTEND_URL = live_server.url
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = settings.TRUSTED_ORIGINS = [
        live_server.url
    ]
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": sandbox.smtp_port},
        }
    }
    endpoint = {"url": f"{live_server.url}/api/v1/payments/webhooks/stripe"}
    httpx.post(f"{sandbox.url}/_control/webhook_endpoint", json=endpoint).raise_for_status()
    return live_server.url, sandbox.url


def test_from_sign_up_to_certificate(system):
    from courses.models import Category

    Category.objects.create(name="Everything", slug="everything")
    steps = []
    with Tour(*system) as tour:
        tour.walk(tell=steps.append)
    assert len(steps) == len(Tour.STEPS) + 1
