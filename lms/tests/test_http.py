"""What every answer has, whatever the endpoint: an id, one shape of errors, health, a document."""

import logging
import re
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError
from rest_framework.exceptions import ParseError
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from lms.exceptions import Conflict, PayloadTooLarge
from lms.middleware import CacheControlMiddleware
from lms.parsers import JSONParser


def raising(error: Exception):
    """Answer a request with a view that fails like that."""

    class View(APIView):
        authentication_classes = permission_classes = throttle_classes = []

        def get(self, request):
            raise error

    return View.as_view()(APIRequestFactory().get("/")).render()


def test_an_unknown_path_is_a_json_404(client):
    answer = client.get("/api/v1/no/such/thing")
    assert answer.status_code == 404
    assert answer.json()["type"] == "client_error"
    assert answer.json()["errors"] == [{"code": "not_found", "detail": "Not found.", "attr": None}]


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize(
    "path",
    ["api/v1/lectures/x", "api/v1/auth/sessions/x", "api/v1/courses/", "%ff", "nowhere", "api/v1/"],
)
def test_a_path_that_nothing_matches_is_a_json_404_with_debug_on_too(settings, method, path):
    settings.DEBUG = True
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(f"/{path}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["health/live", "health/ready", "metrics", "api/schema", "api/docs"]
)
def test_what_is_only_read_refuses_other_verbs(method, path):
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"/{path}")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        ("users/me", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("users/me/instructor", "POST, OPTIONS"),
        ("users/me/avatar", "PUT, DELETE, OPTIONS"),
        ("auth/verify-email/resend", "POST, OPTIONS"),
    ],
)
def test_options_names_the_verbs_and_nothing_else(client_of, student, path, verbs):
    answer = client_of(student).options(f"/api/v1/{path}")
    assert answer.status_code == 200
    assert answer["Allow"] == verbs
    assert answer.json() == {}


SENT = {"content-type", "x-csrftoken", "x-request-id", "if-none-match", "authorization"}
READ = "Content-Disposition, Content-Length, X-Request-ID, Retry-After, ETag, RateLimit, RateLimit-Policy"


def names(header):
    return {name.strip().lower() for name in header.split(",")}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_trusted_origin_may_send_and_read_what_a_client_acts_on(client, settings, method):
    origin = {"Origin": settings.TRUSTED_ORIGINS[0]}
    asks = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ",".join(sorted(SENT)),
    }
    preflight = client.options("/api/v1/users/me", headers=origin | asks)
    assert preflight.status_code == 200
    assert names(preflight["Access-Control-Allow-Headers"]) >= SENT
    assert method in preflight["Access-Control-Allow-Methods"]
    answer = client.get("/api/v1/users/me", headers=origin)
    for each in (preflight, answer):
        assert each["Access-Control-Allow-Origin"] == origin["Origin"]
        assert each["Access-Control-Allow-Credentials"] == "true"
    assert names(answer["Access-Control-Expose-Headers"]) == names(READ)


def test_an_origin_that_is_not_trusted_may_read_nothing(client):
    asks = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        client.options("/api/v1/courses", headers=asks),
        client.get("/api/v1/nothing", headers=asks),
    ):
        assert "Access-Control-Allow-Origin" not in answer


def test_a_path_ends_no_line_of_the_log(client, caplog):
    caplog.set_level(logging.INFO, "lms.request")
    client.get("/api/v1/x%0a2026-01-01 ERROR forged")
    [line] = [record.getMessage() for record in caplog.records if record.name == "lms.request"]
    assert line.startswith("GET /api/v1/x%0A2026-01-01%20ERROR%20forged 404 ")


def test_the_admin_is_found_without_its_slash(client):
    assert client.get("/admin")["Location"] == "/admin/"


def test_a_domain_error_has_its_status_and_code():
    class Sold(Conflict):
        default_code = "sold"

    answer = raising(Sold())
    assert answer.status_code == 409
    assert answer.data["errors"][0]["code"] == "sold"


@pytest.mark.parametrize("error", [ServerSelectionTimeoutError("x"), AutoReconnect("x")])
def test_an_unavailable_database_is_a_503_that_names_no_host(error):
    answer = raising(error)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer.data == {
        "type": "server_error",
        "errors": [
            {
                "code": "database_unavailable",
                "detail": "A service that this needs is unavailable. Try again in a moment.",
                "attr": None,
            }
        ],
    }


def test_a_bug_is_a_500_that_tells_nothing(caplog):
    caplog.set_level(logging.CRITICAL)
    answer = raising(RuntimeError("secret"))
    assert answer.status_code == 500
    assert b"secret" not in answer.content


@pytest.mark.parametrize("given", ["abc-123", "A.b_c-9"])
def test_a_sane_request_id_comes_back(client, given):
    assert client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "new\tline", "ümlaut"])
def test_another_request_id_is_replaced(client, given):
    answered = client.get("/health/live", headers={"X-Request-ID": given})["X-Request-ID"]
    assert answered != given
    assert len(answered) == 32


def test_it_is_alive_without_a_database(client):
    assert client.get("/health/live").json() == {"status": "ok"}


def test_it_is_ready_when_every_part_answers(client, db):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["parts"] == {"mongodb": "ok", "cache": "ok"}


def test_it_is_not_ready_without_its_cache(client, db, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    answer = client.get("/health/ready")
    del settings.CACHES
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "parts": {"mongodb": "ok", "cache": "down"}}


def test_metrics_count_by_route_and_not_by_path(client, db):
    client.get("/health/live")
    text = client.get("/metrics").content.decode()
    assert 'http_requests_total{method="GET",route="health/live",status="200"}' in text


def test_metrics_tell_how_long_the_database_takes(client, db):
    client.get("/health/ready")
    text = client.get("/metrics").content.decode()
    assert 'mongodb_command_duration_seconds_count{command="ping"}' in text


def test_the_document_and_its_page_are_served_by_us(client, settings):
    schema = client.get("/api/schema", headers={"Accept": "application/json"})
    assert schema.json()["openapi"].startswith("3.1")
    again = {"Accept": "application/json", "If-None-Match": schema["ETag"]}
    assert client.get("/api/schema", headers=again).status_code == 304
    page = client.get("/api/docs").content.decode()
    assert "swagger-ui" in page
    page += (settings.BASE_DIR / "lms/static/lms/docs.js").read_text()
    assert "validatorUrl" in page  # null: no badge of another site
    assert "//cdn" not in page
    assert "https://" not in page


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"a": NaN}', b'"\\ud800"', b"\xff\xfe", b"[" * 100_000, b'{"a": 1}{'],
    ids=range(6),
)
def test_json_that_is_none_is_refused(body):
    with pytest.raises(ParseError):
        JSONParser().parse(BytesIO(body))


def test_a_body_over_the_limit_is_too_large(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    with pytest.raises(PayloadTooLarge):
        JSONParser().parse(BytesIO(b'"' + b"x" * 20 + b'"'))


@pytest.mark.parametrize(
    "path", ["/health/live", "/metrics", "/api/docs", "/api/v1/nothing", "/nothing"]
)
def test_nothing_is_kept_by_a_cache_unless_a_view_says_so(client, path, db):
    assert client.get(path)["Cache-Control"] == "private, no-store"
    assert client.head(path)["Cache-Control"] == "private, no-store"
    assert client.options(path)["Cache-Control"] == "private, no-store"


def test_what_a_view_calls_public_stays_so_until_it_sets_a_cookie(rf):
    def view(request):
        response = HttpResponse(headers={"Cache-Control": "public, max-age=60"})
        if "cookie" in request.path:
            response.set_cookie("a", "b")
        return response

    answer = CacheControlMiddleware(view)
    assert answer(rf.get("/"))["Cache-Control"] == "public, max-age=60"
    assert answer(rf.get("/cookie"))["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/courses/course/", "/admin/login/", "/api/docs", "/certificates/unknown"],
)
def test_a_page_runs_no_script_and_no_style_that_is_not_ours(client, office, path):
    page = (client if "login" in path else office).get(path)
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    # Alpine evaluates the expressions in the templates of the staff's site, and styles elements.
    is_staff = path.startswith("/admin/")
    unsafe = ["'unsafe-eval'", "'unsafe-inline'"] if is_staff else []
    assert re.findall(r"'unsafe[\w-]+'", policy) == unsafe
    assert is_staff == ("style-src-attr 'unsafe-inline'" in policy)
    for tag in re.findall(r"<(?:style|script)\b[^>]*>", page.content.decode()):
        [nonce] = re.findall(r'nonce="([^"]+)"', tag) or [None]
        assert f"'nonce-{nonce}'" in policy or "src=" in tag
    assert not re.search(r"<[^>]+ on\w+=", page.content.decode())


def test_an_answer_of_the_api_loads_nothing(client):
    answer = client.get("/api/v1/nothing")
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
