"""The whole system, over HTTP."""

from typing import Any

import httpx
import pytest

from sandbox.server import Sandbox


@pytest.fixture
def system(live_server: Any, sandbox: Sandbox, settings: Any) -> tuple[str, str]:
    """The URLs of the API and of the sandbox, each of which knows the other."""
    settings.SITE_URL = settings.FRONTEND_URL = live_server.url
    settings.CORS_ALLOWED_ORIGINS = settings.CSRF_TRUSTED_ORIGINS = settings.TRUSTED_ORIGINS = [
        live_server.url
    ]
    settings.CLOUDINARY_CHUNK_BYTES = 6 * 1024 * 1024  # as outside of tests
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": sandbox.smtp_port},
        }
    }
    endpoint = {"url": f"{live_server.url}/api/v1/payments/webhooks/stripe"}
    httpx.post(f"{sandbox.url}/_control/webhook_endpoint", json=endpoint).raise_for_status()
    return live_server.url, sandbox.url
