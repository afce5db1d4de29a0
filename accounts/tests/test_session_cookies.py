"""The cookies of a browser's session: how long they live, and when the API deletes them."""

import pytest
from rest_framework.test import APIClient

from accounts.models import LoginSession, User
from accounts.services.sessions import open_session
from accounts.tests.clients import Browser, bearer, code_of, ended_access
from accounts.tests.factories import PASSWORD
from accounts.tokens import issue_pair
from courses.tests.factories import CourseFactory, LectureFactory

ME = "/api/v1/users/me"
SIGNIN = "/api/v1/auth/signin"
SIGNOUT = "/api/v1/auth/signout"

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(student):
    return open_session(student).session


def cookies_deleted(response):
    """Return whether a response deletes both cookies; one without the other is an error."""
    dropped = {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0}
    assert dropped in (set(), {"access_token", "refresh_token"})
    return bool(dropped)


def browser_with(access="", refresh=""):
    browser = Browser()
    for name, token in (("access_token", access), ("refresh_token", refresh)):
        if token:
            browser.cookies[name] = token
    return browser


def test_the_access_cookie_lives_as_long_as_the_refresh_cookie(browser, student):
    response = browser.post(SIGNIN, {"email": student.email, "password": PASSWORD})
    access, refresh = response.cookies["access_token"], response.cookies["refresh_token"]
    assert access["max-age"] == refresh["max-age"]
    assert 14 * 86400 - 10 <= access["max-age"] <= 14 * 86400


def looks_at_the_person(course, lecture):
    """List requests whose response depends on the person, public ones too."""
    return [
        ("get", ME),
        ("get", f"/api/v1/courses/{course.pk}"),
        ("get", f"/api/v1/courses/{course.slug}"),
        ("get", f"/api/v1/courses/{course.pk}/lectures"),
        ("get", f"/api/v1/lectures/{lecture.pk}"),
        ("head", f"/api/v1/lectures/{lecture.pk}"),
        ("post", f"/api/v1/lectures/{lecture.pk}/playback"),
        ("post", "/api/v1/courses"),
    ]


@pytest.fixture
def requests(instructor):
    course = CourseFactory(instructor=instructor, status="published")
    return looks_at_the_person(course, LectureFactory(course=course, is_preview=True))


def test_an_ended_token_is_named_and_its_cookies_stay(requests, session):
    for method, path in requests:
        response = getattr(browser_with(ended_access(session)), method)(path)
        assert response.status_code == 401, path
        if method != "head":
            assert code_of(response) == "token_expired"
        assert not response.cookies


def test_the_cookies_of_a_revoked_session_are_deleted(requests, student):
    access = open_session(student).access
    LoginSession.objects.all().delete()
    for method, path in requests:
        response = getattr(browser_with(access), method)(path)
        assert response.status_code == 401, path
        if method != "head":
            assert code_of(response) == "session_revoked"
        assert cookies_deleted(response)


@pytest.mark.parametrize("access", ["x", "a.b.c", "a.b", "é", "%00"])
def test_a_broken_token_is_named_and_its_cookies_are_deleted(requests, access):
    for method, path in requests[:3]:
        response = getattr(browser_with(access), method)(path)
        assert code_of(response) == "invalid_token"
        assert cookies_deleted(response)


def test_the_request_after_deleted_cookies_is_a_visitors(requests):
    browser = browser_with("half.a.token")
    _, preview = requests[4]
    assert browser.get(preview).status_code == 401
    assert browser.get(preview).status_code == 200
    assert code_of(browser.get(ME)) == "not_authenticated"


def test_an_empty_cookie_is_none(visitor):
    visitor.cookies["access_token"] = ""
    assert code_of(visitor.get(ME)) == "not_authenticated"


def test_a_token_both_ended_and_revoked_is_revoked(session):
    access = ended_access(session)
    session.delete()
    response = browser_with(access).get(ME)
    assert code_of(response) == "session_revoked"
    assert cookies_deleted(response)


def test_a_bearer_token_gets_the_same_codes_and_no_cookie_is_touched(student):
    pair = open_session(student)
    ended = {"Authorization": f"Bearer {ended_access(pair.session)}"}
    assert code_of(APIClient().get(ME, headers=ended)) == "token_expired"
    pair.session.delete()
    browser = browser_with("broken", "broken")
    for header, code in (
        (ended, "session_revoked"),
        ({"Authorization": f"Bearer {pair.access}"}, "session_revoked"),
        ({"Authorization": "Bearer x"}, "invalid_token"),
    ):
        response = browser.get(ME, headers=header)
        assert code_of(response) == code
        assert not response.cookies


def test_a_token_whose_key_was_replaced_is_broken(student, settings):
    settings.JWT_SIGNING_KEYS = ["o" * 40]
    access = open_session(student).access
    settings.JWT_SIGNING_KEYS = ["n" * 40]
    response = browser_with(access).get(ME)
    assert code_of(response) == "invalid_token"
    assert cookies_deleted(response)


def test_a_password_changed_elsewhere_deletes_the_cookies_here(browser_of, student):
    here, elsewhere = browser_of(student), browser_of(student)
    change = {"current_password": PASSWORD, "new_password": "another long pass phrase"}
    assert elsewhere.post("/api/v1/auth/password/change", change).status_code == 200
    response = here.get(ME)
    assert code_of(response) == "session_revoked"
    assert cookies_deleted(response)


@pytest.mark.parametrize("end", [User.delete, lambda user: User.objects.update(is_active=False)])
def test_a_person_who_was_erased_or_disabled_is_a_visitor_next(browser_of, student, end):
    browser = browser_of(student)
    end(student)
    response = browser.get(ME)
    assert code_of(response) == "session_revoked"
    assert cookies_deleted(response)


def test_a_dead_cookie_is_named_before_a_missing_csrf_token(session):
    access = ended_access(session)
    assert code_of(browser_with(access).patch(ME, {"name": "Sam"})) == "token_expired"
    session.delete()
    response = browser_with(access).patch(ME, {"name": "Sam"})
    assert code_of(response) == "session_revoked"
    assert cookies_deleted(response)


@pytest.mark.parametrize("state", ["ended", "revoked", "broken"])
def test_a_dead_cookie_does_not_prevent_signing_in_again(student, session, state):
    access = "broken" if state == "broken" else ended_access(session)
    if state == "revoked":
        session.delete()
    browser = browser_with(access, "broken")
    assert browser.sign_in(student).get(ME).status_code == 200


def test_a_live_cookie_beside_a_foreign_one_of_the_same_name_counts(student):
    """Another program on localhost may have set its own, for another path: browsers send both, in any order."""
    access = open_session(student).access
    for first, second in (("foreign", access), (access, "foreign")):
        both = {"Cookie": f"access_token={first}; access_token={second}"}
        assert APIClient().get(ME, headers=both).status_code == 200
    foreign = {"Cookie": "access_token=foreign; access_token=x.y.z"}
    assert code_of(APIClient().get(ME, headers=foreign)) == "invalid_token"


def test_a_preflight_looks_at_no_cookie(settings):
    response = browser_with("broken").options(
        ME,
        headers={
            "Origin": settings.FRONTEND_URL,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "x-csrftoken",
        },
    )
    assert response.status_code == 200
    assert not response.cookies


def test_a_browser_signs_out_with_an_ended_access_cookie_alone(session):
    browser = browser_with(ended_access(session))
    browser.take_csrf()
    response = browser.post(SIGNOUT)
    assert response.status_code == 204
    assert cookies_deleted(response)
    assert not LoginSession.objects.exists()


def test_signing_out_by_cookie_still_requires_the_csrf_token(session):
    assert code_of(browser_with(ended_access(session)).post(SIGNOUT)) == "csrf_failed"
    assert LoginSession.objects.exists()


def test_a_program_signs_out_with_a_live_token_only(student):
    pair = open_session(student)
    headers = {"Authorization": f"Bearer {ended_access(pair.session)}"}
    assert code_of(APIClient().post(SIGNOUT, headers=headers)) == "token_expired"
    assert bearer(pair).post(SIGNOUT).status_code == 204


def test_refreshing_without_a_refresh_cookie_deletes_a_dead_access_cookie(session):
    response = browser_with(ended_access(session)).post("/api/v1/auth/refresh")
    assert code_of(response) == "not_authenticated"
    assert cookies_deleted(response)


def test_an_ended_refresh_token_is_a_session_that_has_ended(session):
    session.expires_at = session.created_at  # in the token; the row stays alive
    response = APIClient().post("/api/v1/auth/refresh", {"refresh": issue_pair(session).refresh})
    assert code_of(response) == "session_revoked"
    assert LoginSession.objects.exists()
