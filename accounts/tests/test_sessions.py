import pytest
from rest_framework.test import APIClient

from accounts.models import LoginSession
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer, code_of

SESSIONS = "/api/v1/auth/sessions"
SIGNOUT = "/api/v1/auth/signout"
EVERYWHERE = "/api/v1/auth/signout-everywhere"
ME = "/api/v1/users/me"

pytestmark = pytest.mark.django_db


def test_a_person_sees_their_sessions_newest_first(student, other_student):
    open_session(other_student)
    phone = open_session(student, user_agent="Phone", ip="192.0.2.1")
    laptop = open_session(student, user_agent="Laptop", ip="2001:db8::1")
    answer = bearer(laptop).get(SESSIONS).json()
    assert answer["next"] is answer["previous"] is None
    assert [set(row) for row in answer["results"]] == [
        {"id", "user_agent", "ip", "created_at", "last_used_at", "is_current"}
    ] * 2
    assert [(row["user_agent"], row["ip"], row["is_current"]) for row in answer["results"]] == [
        ("Laptop", "2001:db8::1", True),
        ("Phone", "192.0.2.1", False),
    ]
    assert answer["results"][1]["id"] == str(phone.session.pk)


def test_the_list_is_paged(student):
    tokens = [open_session(student) for _ in range(5)][-1]
    first = bearer(tokens).get(SESSIONS, {"page_size": 3}).json()
    second = bearer(tokens).get(first["next"]).json()
    assert (len(first["results"]), len(second["results"])) == (3, 2)
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}
    assert bearer(tokens).get(SESSIONS, {"page_size": 1000}).status_code == 400


def test_the_list_takes_two_database_commands(student, commands):
    tokens = [open_session(student) for _ in range(5)][-1]
    client = bearer(tokens)
    with commands() as sent:
        client.get(SESSIONS)
    assert len(sent) == 2


def test_deleting_a_session_invalidates_its_access_token_immediately(student):
    stolen, mine = open_session(student), open_session(student)
    assert bearer(stolen).get(ME).status_code == 200
    response = bearer(mine).delete(f"{SESSIONS}/{stolen.session.pk}")
    assert response.status_code == 204
    refused = bearer(stolen).get(ME)
    assert refused.status_code == 401
    assert code_of(refused) == "session_revoked"
    assert bearer(mine).get(ME).status_code == 200
    assert bearer(mine).delete(f"{SESSIONS}/{stolen.session.pk}").status_code == 404


def test_nobody_can_end_the_session_of_somebody_else(student, other_student):
    theirs, mine = open_session(other_student), open_session(student)
    assert bearer(mine).delete(f"{SESSIONS}/{theirs.session.pk}").status_code == 404
    assert bearer(theirs).get(ME).status_code == 200


@pytest.mark.parametrize("bad", ["nonsense", "1", "g" * 24, "0" * 24, "%00"])
def test_a_malformed_id_is_answered_with_404(client_of, student, bad):
    assert client_of(student).delete(f"{SESSIONS}/{bad}").status_code == 404


def test_a_browser_that_deletes_its_own_session_loses_its_cookies(browser_of, student):
    browser = browser_of(student)
    assert browser.delete(f"{SESSIONS}/{LoginSession.objects.get().pk}").status_code == 204
    assert browser.cookies["access_token"].value == ""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", SESSIONS),
        ("delete", f"{SESSIONS}/{'0' * 24}"),
        ("post", SIGNOUT),
        ("post", EVERYWHERE),
    ],
)
def test_a_visitor_is_refused(visitor, method, path):
    response = getattr(visitor, method)(path)
    assert response.status_code == 401
    assert code_of(response) == "not_authenticated"


def test_signing_out_ends_the_session_and_deletes_the_cookies(browser_of, student):
    browser = browser_of(student)
    access = browser.cookies["access_token"].value
    response = browser.post(SIGNOUT)
    assert response.status_code == 204
    assert response.content == b""
    for name, path in (("access_token", "/"), ("refresh_token", "/api/v1/auth")):
        assert response.cookies[name].value == ""
        assert response.cookies[name]["max-age"] == 0
        assert response.cookies[name]["path"] == path
    assert not LoginSession.objects.exists()
    stolen = APIClient().get(ME, headers={"Authorization": f"Bearer {access}"})
    assert code_of(stolen) == "session_revoked"


def test_a_browser_can_sign_out_after_its_access_token_has_expired(browser_of, student):
    browser = browser_of(student)
    del browser.cookies["access_token"]
    assert browser.post(SIGNOUT).status_code == 204
    assert not LoginSession.objects.exists()


def test_signing_out_with_a_bearer_token_ends_only_that_session(student):
    one, two = open_session(student), open_session(student)
    assert bearer(one).post(SIGNOUT).status_code == 204
    assert list(LoginSession.objects.all()) == [two.session]
    assert code_of(bearer(one).post(SIGNOUT)) == "session_revoked"


def test_signing_out_everywhere_ends_all_sessions_of_the_person(browser_of, student, other_student):
    phone, theirs = open_session(student), open_session(other_student)
    browser = browser_of(student)
    assert browser.post(EVERYWHERE).status_code == 204
    assert browser.cookies["access_token"].value == ""
    assert code_of(bearer(phone).get(ME)) == "session_revoked"
    assert bearer(theirs).get(ME).status_code == 200
