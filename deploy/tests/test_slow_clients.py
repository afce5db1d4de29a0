"""Slow clients hold a connection of the proxy, and no thread of the API."""

import time

from deploy.tests.sockets import ended, slow, slow_body

MAX_SECONDS = 2  # an answer takes some 20 ms; two cores may be busy


def is_quick(client):
    begun = time.monotonic()
    assert client.get("/health/live").status_code == 200
    assert client.get("/api/v1/courses").status_code == 200
    return time.monotonic() - begun < MAX_SECONDS


def test_others_are_answered_while_64_bodies_do_not_arrive_and_these_are_given_up(client, proxy):
    header = f"GET / HTTP/1.1\r\nHost: {'x' * 10}"
    with (
        slow(proxy.https, 64, slow_body("/api/v1/auth/signin")) as bodies,
        slow(proxy.https, 64, header) as headers,
    ):
        assert is_quick(client)
        assert ended(headers[0]) == b""  # after 10 s
        assert is_quick(client)
        assert ended(bodies[0]) == b""  # after 15 s


def test_an_address_may_ask_100_things_at_once_and_others_do_not_notice(client_from, proxy):
    with slow(proxy.https, 100, slow_body("/api/v1/auth/signin"), address="127.0.0.3"):
        refused = client_from("127.0.0.3").get(
            "/api/v1/courses", headers={"Origin": "https://a.example"}
        )
        assert is_quick(client_from("127.0.0.4"))
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["code"] == "throttled"
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["X-Request-ID"]
    assert refused.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_a_slow_upload_of_somebody_not_signed_in_is_refused_before_its_body(client, proxy):
    with slow(proxy.https, 8, slow_body("/api/v1/media/videos")) as uploads:
        for upload in uploads:
            assert upload.recv(4096).startswith(b"HTTP/1.1 401 ")
        assert is_quick(client)


def test_slow_uploads_leave_threads_for_everybody_else(client, instructor, proxy):
    bearer = f"Authorization: {instructor.headers['Authorization']}\r\nContent-Type"
    sent = slow_body("/api/v1/media/videos").replace("Content-Type", bearer, 1)
    with slow(proxy.https, 8, sent, address="127.0.0.5"):
        assert is_quick(client)
        refused = instructor.post("/api/v1/media/files", files={"file": ("a.pdf", b"%PDF-1.4")})
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["code"] == "throttled"
