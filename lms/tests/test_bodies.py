"""Bodies of requests: with and without Content-Length, up to the same limits."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.tests.clients import picture
from lms import exception_handler, middleware
from lms.middleware import BodyMiddleware
from lms.uploads import CountedStream, max_multipart_bytes

ME = "/api/v1/users/me"


def chunked(body: bytes) -> dict[str, Any]:
    """Return the environment of a request whose body has no Content-Length, as granian gives it."""
    return {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }


def test_a_body_in_chunks_is_read(client_of, student):
    answer = client_of(student).generic(
        "PATCH", ME, content_type="application/json", **chunked(b'{"headline": "Chunks"}')
    )
    assert answer.status_code == 200
    assert answer.json()["headline"] == "Chunks"


def test_a_body_without_length_over_http_2_is_read(client_of, student):
    whole = chunked(b'{"headline": "Two"}')
    del whole["HTTP_TRANSFER_ENCODING"]
    answer = client_of(student).generic("PATCH", ME, content_type="application/json", **whole)
    assert answer.json()["headline"] == "Two"


def test_a_request_without_length_and_without_body_is_as_one_of_length_0(client_of, student):
    answer = client_of(student).generic(
        "PATCH", ME, content_type="application/json", **chunked(b"")
    )
    assert answer.status_code == 200


def test_a_body_without_length_is_read_under_asgi_too():
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    request = ASGIRequest(scope, BytesIO(b'{"a": 1}'))
    assert middleware.measure_body(request) is None
    assert request.META["CONTENT_LENGTH"] == "8"
    assert request.read() == b'{"a": 1}'


@pytest.mark.parametrize(
    "path", ["users/me", "payments/webhooks/stripe", "media/webhooks/cloudinary"]
)
def test_a_body_in_chunks_has_the_same_limit(client, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    body = chunked(b'{"a": "long"}')
    answer = client.generic("POST", f"/api/v1/{path}", content_type="application/json", **body)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "payload_too_large"


@pytest.mark.parametrize(
    ("limit", "status"), [(None, 200), (100, 413)], ids=["below", "over its limit"]
)
def test_a_file_in_chunks_is_counted_as_it_is_read(
    client_of, student, sandbox, settings, limit, status
):
    settings.MAX_IMAGE_BYTES = limit or settings.MAX_IMAGE_BYTES
    body = encode_multipart(BOUNDARY, {"avatar": picture()})
    answer = client_of(student).generic(
        "PUT", f"{ME}/avatar", content_type=MULTIPART_CONTENT, **chunked(body)
    )
    assert answer.status_code == status


def test_a_form_in_chunks_ends_at_the_largest_limit_whatever_it_holds(settings):
    for name in ("IMAGE", "VIDEO", "FILE", "CAPTIONS"):
        setattr(settings, f"MAX_{name}_BYTES", 100)
    endless = CountedStream(BytesIO(b"-" * 200_000), max_multipart_bytes())
    with pytest.raises(RequestDataTooBig):
        list(iter(lambda: endless.read(10_000), b""))
    assert endless.left == -1  # one byte over the limit, and no more, was read


def test_a_body_whose_end_no_server_marks_is_refused_rather_than_taken_for_empty(client):
    asks = {"Transfer-Encoding": "chunked"}
    answer = client.generic("PATCH", ME, headers=asks)
    assert answer.status_code == 411
    assert answer.json()["errors"][0]["code"] == "length_required"
    assert answer["X-Request-ID"]


@pytest.mark.parametrize(("size", "left"), [(2, 0), (11, 11)])
def test_a_small_body_that_no_view_has_read_is_read_away(monkeypatch, size, left):
    monkeypatch.setattr(middleware, "MAX_UNREAD_BYTES", 10)
    request = RequestFactory().post("/nowhere", b"x" * size, content_type="text/plain")
    BodyMiddleware(exception_handler.not_found)(request)
    assert len(request.read()) == left
