"""What the proxy lets through, what it refuses, and in which form."""

import subprocess
import threading

import httpx
import pytest

from demo import videos
from deploy.tests.running import HOST, Nginx

CLOSED = (
    "/metrics",
    "//metrics",
    "/%6detrics",
    "/docs/../metrics",
    "/admin/",
    "/admin",
    "/admin/login/",
    "//admin/",
)


def test_a_body_in_chunks_arrives_whole(client):
    body = b'{"email": "nobody@example.test", "password": "wrong-wrong-wrong"}'
    answer = client.post(
        "/api/v1/auth/token",
        content=(body[i : i + 7] for i in range(0, len(body), 7)),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 401
    assert "Transfer-Encoding" in answer.request.headers


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_more_than_8_megabytes_is_refused_in_the_form_of_the_api(client, chunked):
    body = b"x" * (8 * 1024 * 1024 + 1)
    answer = client.post("/api/v1/auth/token", content=iter([body]) if chunked else body)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["type"] == "client_error"
    assert answer.json()["errors"][0].keys() == {"code", "detail", "attr"}
    assert answer.json()["errors"][0]["code"] == "payload_too_large"


def test_what_a_client_writes_in_forwarded_headers_is_overwritten(client_from, instructor):
    spoofed = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.9;proto=http;host=evil.example",
        "X-Real-IP": "203.0.113.9",
    }
    person = {"email": "ina@example.test", "password": "correct horse battery"}
    client = client_from("127.0.0.7", headers=spoofed)
    answer = client.post("/api/v1/auth/token", json=person)
    assert answer.status_code == 200  # no redirect to HTTPS
    bearer = {"Authorization": f"Bearer {answer.json()['access']}"}
    sessions = client.get("/api/v1/auth/sessions", headers=bearer).json()["results"]
    assert {each["ip"] for each in sessions} == {"127.0.0.1", "127.0.0.7"}


def test_http_leads_to_https_whatever_the_client_says(proxy):
    plain = f"http://127.0.0.1:{proxy.http}/api/v1/courses?page=2"
    answer = httpx.get(plain, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://{HOST}/api/v1/courses?page=2"


def test_a_name_that_is_not_ours_is_not_served(client, proxy):
    with httpx.Client(verify=False) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get(proxy.url)
    assert client.get("/health/live", headers={"Host": "evil.example"}).status_code in {400, 421}


@pytest.mark.parametrize("path", CLOSED)
def test_metrics_and_the_admin_are_closed(client, path):
    answer = client.get(httpx.URL(client.base_url, raw_path=path.encode()))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "permission_denied"


def test_metrics_and_the_admin_are_open_to_operators(apis, folder, client_from):
    nginx = Nginx(folder / "operators", [apis[0].port], operators="allow 127.0.0.9;")
    try:
        operator, other = client_from("127.0.0.9"), client_from("127.0.0.8")
        for client in (operator, other):
            client.base_url = nginx.url
        assert "http_requests_total" in operator.get("/metrics").text
        assert operator.get("/admin/login/").status_code == 200
        assert other.get("/metrics").status_code == 403
    finally:
        nginx.part.stop()


def test_http_2_is_spoken(proxy):
    url = f"https://{HOST}:{proxy.https}/health/live"
    resolve = ["--resolve", f"{HOST}:{proxy.https}:127.0.0.1"]
    command = [
        "curl",
        "--silent",
        "--insecure",
        "--http2",
        *resolve,
        "--write-out",
        " %{http_version}",
        url,
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith(" 2")


def test_answers_are_compressed_except_where_they_hold_secrets(client):
    document = client.get("/api/schema?format=json")
    assert document.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in document.headers["Vary"]
    person = {"email": "ina@example.test", "password": "correct horse battery"}
    tokens = client.post("/api/v1/auth/token", json=person)
    client.cookies.clear()
    assert "Content-Encoding" not in tokens.headers


def test_the_id_of_a_request_is_kept_if_it_is_one(client):
    assert (
        client.get("/health/live", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"]
        == "abc-1"
    )
    made = client.get("/health/live", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"]
    assert len(made) == 32


def test_a_browser_may_ask_before_an_upload(client):
    asks = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    answer = client.options("/api/v1/media/videos", headers=asks)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"


def test_an_upload_that_is_refused_says_why_as_the_api_does(client):
    answer = client.post(
        "/api/v1/media/videos", headers={"Authorization": "Bearer wrong"}, content=b"x"
    )
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "invalid_token"


def test_a_video_streams_through_and_is_not_stored(instructor, proxy, tmp_path):
    video = tmp_path / "a.mp4"
    videos.make(video, "A long lecture", seconds=2)
    length, size = video.stat().st_size, 24 * 1024 * 1024
    with video.open("r+b") as file:
        file.seek(length)
        file.write((size - length).to_bytes(4, "big") + b"free")  # a box of free space
        file.truncate(size)
    largest, is_done = [0], threading.Event()

    def look() -> None:
        while not is_done.wait(0.01):
            stored = sum(path.stat().st_size for path in proxy.bodies.rglob("*") if path.is_file())
            largest[0] = max(largest[0], stored)

    watching = threading.Thread(target=look)
    watching.start()
    with video.open("rb") as file:
        answer = instructor.post(
            "/api/v1/media/videos", files={"file": ("a.mp4", file, "video/mp4")}
        )
    is_done.set()
    watching.join()
    assert answer.status_code == 201, answer.text
    assert answer.json()["bytes"] == size
    assert largest == [0]
