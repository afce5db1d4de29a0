from io import BytesIO

import pytest

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests.clients import code_of

ME = "/api/v1/users/me"
CSRF = "/api/v1/auth/csrf"

pytestmark = pytest.mark.django_db


def test_the_token_is_returned_and_its_cookie_is_set(browser):
    response = browser.get(CSRF)
    assert response.status_code == 200
    assert set(response.json()) == {"csrf_token"}
    assert response.cookies["csrftoken"].value
    assert response["Cache-Control"] == "private, no-store"


def test_signing_in_also_sets_the_csrf_cookie(browser, student):
    browser.sign_in(student)
    browser.credentials(HTTP_X_CSRFTOKEN=browser.cookies["csrftoken"].value)
    assert browser.patch(ME, {"name": "Sam"}).status_code == 200


def test_a_token_from_before_signing_in_still_works(browser, student):
    browser.take_csrf()
    browser.sign_in(student)
    assert browser.patch(ME, {"name": "Sam"}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("token", [None, "", "x" * 64, "wrong"])
def test_an_unsafe_request_by_cookie_requires_the_token(browser_of, student, method, token):
    browser = browser_of(student)
    browser.credentials(**({} if token is None else {"HTTP_X_CSRFTOKEN": token}))
    response = getattr(browser, method)(ME, {"name": "Eve"})
    assert response.status_code == 403
    assert code_of(response) == "csrf_failed"
    assert User.objects.get().name == "Sam Student"


def test_a_token_in_a_form_does_not_count(browser_of, student):
    browser = browser_of(student)
    token = browser.get(CSRF).json()["csrf_token"]
    browser.credentials()
    body = {"csrfmiddlewaretoken": token}
    response = browser.post("/api/v1/users/me/instructor", body, format="multipart")
    assert response.status_code == 403


def test_an_untrusted_origin_is_refused_even_with_the_token(browser_of, student, settings):
    browser = browser_of(student)
    response = browser.patch(ME, {"name": "Eve"}, headers={"Origin": "https://evil.test"})
    assert response.status_code == 403
    origin = settings.FRONTEND_URL
    assert browser.patch(ME, {"name": "Sam"}, headers={"Origin": origin}).status_code == 200


def test_a_safe_request_by_cookie_needs_no_token(browser_of, student):
    browser = browser_of(student)
    browser.credentials()
    assert browser.get(ME).status_code == 200


def test_a_bearer_token_needs_no_csrf_token(browser, student):
    browser.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(student).access}")
    assert browser.patch(ME, {"name": "Sam"}).status_code == 200


def test_the_authorization_header_takes_precedence_over_the_cookie(
    browser_of, student, other_student
):
    browser = browser_of(student)
    browser.credentials(HTTP_AUTHORIZATION=f"bearer {open_session(other_student).access}")
    assert browser.get(ME).json()["name"] == "Olga Other"
    assert browser.patch(ME, {"name": "Olga"}).json()["id"] == str(other_student.pk)
    browser.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert code_of(browser.get(ME)) == "invalid_token"


def test_the_token_is_checked_before_an_upload_is_read(browser_of, student):
    class Upload(BytesIO):
        def read(self, *args):
            raise AssertionError("the body was read")

    browser = browser_of(student)
    token = browser._credentials["HTTP_X_CSRFTOKEN"]
    browser.credentials(HTTP_X_CSRFTOKEN=token[::-1])
    response = browser.generic(
        "POST",
        "/api/v1/users/me/instructor",
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Upload(), "CONTENT_LENGTH": str(2 * 1024**3)},
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    "path", ["signin", "signin/second-factor", "signup", "refresh", "token", "token/second-factor"]
)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", None])
def test_a_page_of_another_site_is_told_why_cookies_cannot_work(browser, settings, path, site):
    headers = {"Origin": settings.FRONTEND_URL} | ({"Sec-Fetch-Site": site} if site else {})
    response = browser.post(f"/api/v1/auth/{path}", {}, headers=headers)
    refused = site == "cross-site" and not path.startswith("token")
    assert (code_of_first(response) == "cross_site_cookies") is refused
    if refused:
        assert response.status_code == 403
        detail = response.json()["errors"][0]["detail"]
        assert all(hint in detail for hint in ("same host name", "proxy", "bearer", "docs/spa.md"))


def code_of_first(response):
    return response.json()["errors"][0]["code"]


def test_a_program_that_refreshes_by_body_may_be_on_another_site(browser, student):
    body = {"refresh": open_session(student).refresh}
    response = browser.post("/api/v1/auth/refresh", body, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_only_trusted_origins_may_send_credentials(browser, settings):
    headers = {
        "Origin": settings.FRONTEND_URL,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "x-csrftoken,content-type,authorization,if-none-match",
    }
    preflight = browser.options(ME, headers=headers)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == settings.FRONTEND_URL
    assert preflight["Access-Control-Allow-Credentials"] == "true"
    allowed = preflight["Access-Control-Allow-Headers"].split(", ")
    assert {"x-csrftoken", "content-type", "authorization", "if-none-match"} <= set(allowed)
    answer = browser.get(ME, headers={"Origin": settings.FRONTEND_URL})
    assert set(answer["Access-Control-Expose-Headers"].split(", ")) == {
        *("X-Request-ID", "Retry-After", "ETag", "Content-Disposition", "Content-Length"),
        *("RateLimit", "RateLimit-Policy"),
    }
    other = browser.options(ME, headers=headers | {"Origin": "https://evil.test"})
    assert "Access-Control-Allow-Origin" not in other.headers
