import pytest
from django.contrib.auth import hashers
from django.core import signing
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.clients import Browser, limits, link_in
from accounts.tests.factories import PASSWORD
from accounts.tests.office import login

SIGNIN = "/api/v1/auth/signin"
TOKEN = "/api/v1/auth/token"
FORGOT = "/api/v1/auth/password/forgot"

pytestmark = pytest.mark.django_db


def attempt(
    email="sam@example.test", password="wrong password", client=None, url=TOKEN, ip="192.0.2.1"
):
    body = {"email": email, "password": password}
    return (client or APIClient()).post(url, body, REMOTE_ADDR=ip)


def test_sign_in_attempts_are_counted_per_e_mail_address_from_all_ip_addresses(student):
    with limits(signin_email="5/min"):
        statuses = [attempt(ip=f"192.0.2.{n}").status_code for n in range(6)]
        assert statuses == [401] * 5 + [429]
        refused = attempt(password=PASSWORD)
        assert refused.status_code == 429
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert refused.json()["errors"][0]["code"] == "throttled"
        assert attempt("olga@example.test").status_code == 401


def test_attempts_with_an_unknown_address_are_limited_too():
    with limits(signin_email="3/min"):
        statuses = [attempt("nobody@example.test").status_code for _ in range(4)]
    assert statuses == [401] * 3 + [429]


@pytest.mark.parametrize("url", [SIGNIN, TOKEN])
def test_another_spelling_of_the_address_gives_no_further_attempts(student, url):
    spellings = [
        "sam@example.test",
        "SAM@EXAMPLE.TEST",
        " Sam@example.test",
        "\uff53am@example.test",
    ]
    with limits(signin_email="3/min"):
        statuses = [attempt(email, url=url).status_code for email in spellings]
    assert statuses == [401] * 3 + [429]


def test_attempts_with_cookies_and_with_tokens_are_counted_together(student):
    with limits(signin_email="3/min"):
        urls = [SIGNIN, TOKEN, SIGNIN, TOKEN]
        assert [attempt(url=url).status_code for url in urls] == [401] * 3 + [429]


def test_attempts_are_counted_per_ip_address():
    with limits(signin="3/min"):
        statuses = [attempt(f"person{n}@example.test").status_code for n in range(4)]
        assert statuses == [401] * 3 + [429]
        assert attempt(ip="192.0.2.9").status_code == 401


def test_the_addresses_of_one_ipv6_network_are_counted_as_one():
    with limits(signin="2/min"):
        near = ["2001:db8::1", "2001:db8::2", "2001:DB8::ffff:0:0:3"]
        far = ["2001:db8:0:1::1", "::ffff:192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2"]
        statuses = [
            attempt(f"person{n}@example.test", ip=ip).status_code for n, ip in enumerate(near + far)
        ]
    assert statuses == [401, 401, 429] + [401] * 4


def test_a_forged_forwarded_header_gives_no_further_attempts():
    with limits(signin="2/min"):
        client = APIClient()
        statuses = []
        for n in range(3):
            client.credentials(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
            statuses.append(attempt(f"person{n}@example.test", client=client).status_code)
    assert statuses == [401, 401, 429]


def test_guesses_cannot_lock_the_owner_out_of_a_known_browser(student):
    browser = APIClient()
    assert attempt(password=PASSWORD, client=browser, url=SIGNIN).status_code == 200
    with limits(signin_email="3/min"):
        for _ in range(5):
            attempt(ip="198.51.100.1")
        assert attempt(password=PASSWORD).status_code == 429
        assert attempt(password=PASSWORD, client=browser, url=SIGNIN).status_code == 200


def test_guesses_do_not_delay_the_owner_after_a_password_reset(student, mailoutbox):
    browser = APIClient()
    with limits(signin_failed="3/h"):
        assert [attempt().status_code for _ in range(4)] == [401] * 3 + [429]
        browser.post(FORGOT, {"email": student.email})
        _, link = link_in(mailoutbox[0])
        body = {**link, "new_password": "plum tree in june"}
        assert browser.post("/api/v1/auth/password/reset", body).status_code == 200
        assert attempt(password="plum tree in june").status_code == 429
        assert attempt(password="plum tree in june", client=browser).status_code == 200


def known_browsers(number):
    """Return browsers that the student has signed in with, and forget these attempts."""
    browsers = [APIClient() for _ in range(number)]
    for browser in browsers:
        assert attempt(password=PASSWORD, client=browser, url=SIGNIN).status_code == 200
    cache.clear()
    return browsers


@pytest.mark.parametrize("limit", [{"signin_email": "3/min"}, {"signin_failed": "3/h"}])
def test_several_known_browsers_give_no_more_guesses_than_one(student, limit):
    browsers = known_browsers(4)
    with limits(**limit):
        assert [attempt(client=browser).status_code for browser in browsers] == [401] * 3 + [429]


def test_a_new_password_makes_older_browsers_unknown(client_of, student, mailoutbox):
    browsers = known_browsers(4)
    browser = APIClient()
    browser.post(FORGOT, {"email": student.email})
    _, link = link_in(mailoutbox[0])
    body = {**link, "new_password": "plum tree in june"}
    assert browser.post("/api/v1/auth/password/reset", body).status_code == 200
    with limits(signin_email="3/min"):
        assert [attempt().status_code for _ in range(4)] == [401] * 3 + [429]
        assert {attempt(client=each).status_code for each in browsers} == {429}
        assert attempt(password="plum tree in june", client=browser, url=SIGNIN).status_code == 200


@pytest.mark.parametrize("page", ["api", "admin"])
def test_the_browser_that_changes_the_password_stays_known(staff, page):
    browser = Browser().sign_in(staff)
    new = "plum tree in june"
    if page == "api":
        body = {"current_password": PASSWORD, "new_password": new}
        assert browser.post("/api/v1/auth/password/change", body).status_code == 200
    else:
        office, _ = login(staff.email)
        body = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert office.post("/admin/password_change/", body).status_code == 302
        browser.cookies["device"] = office.cookies["device"].value
    cache.clear()
    with limits(signin_email="2/min"):
        assert [attempt(staff.email).status_code for _ in range(3)] == [401, 401, 429]
        assert attempt(staff.email, new, client=browser).status_code == 200


@override_settings(
    PASSWORD_HASHERS=[
        "accounts.hashers.Argon2",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
def test_a_browser_stays_known_when_its_sign_in_replaced_an_old_hash(student):
    old = hashers.PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    User.objects.update(password=old)
    [browser] = known_browsers(1)
    with limits(signin_email="2/min"):
        assert [attempt().status_code for _ in range(3)] == [401, 401, 429]
        assert attempt(password=PASSWORD, client=browser).status_code == 200


def test_attempts_from_a_known_browser_are_limited_too(student):
    browser = APIClient()
    attempt(password=PASSWORD, client=browser, url=SIGNIN)
    with limits(signin_email="3/min"):
        statuses = [attempt(client=browser, url=SIGNIN).status_code for _ in range(4)]
    assert statuses == [401] * 3 + [429]


def test_a_browser_is_known_only_for_its_owner(student, other_student):
    browser = APIClient()
    attempt(password=PASSWORD, client=browser, url=SIGNIN)
    forged = APIClient()
    forged.cookies["device"] = signing.dumps("0" * 16, salt="accounts.device")
    with limits(signin_email="2/min"):
        for client in (browser, APIClient(), forged):
            last = attempt("olga@example.test", client=client)
    assert last.status_code == 429


def test_many_failures_are_limited_for_longer_until_a_sign_in_succeeds(student):
    with limits(signin_failed="4/h"):
        assert [attempt().status_code for _ in range(3)] == [401] * 3
        assert attempt(password=PASSWORD).status_code == 200
        assert [attempt().status_code for _ in range(5)] == [401] * 4 + [429]
        assert int(attempt()["Retry-After"]) <= 3600


def test_attempts_that_were_refused_do_not_count_towards_the_longer_limit(student):
    with limits(signin_failed="3/h"):
        with limits(signin_email="1/min", signin_failed="3/h"):
            assert [attempt().status_code for _ in range(9)] == [401] + [429] * 8
        assert [attempt().status_code for _ in range(3)] == [401, 401, 429]


def test_sign_ups_are_counted_per_ip_address(visitor):
    with limits(signup="2/h"):
        statuses = []
        for n in range(3):
            body = {"name": "Anna", "email": f"a{n}@example.test", "password": "plum tree in june"}
            statuses.append(visitor.post("/api/v1/auth/signup", body).status_code)
    assert statuses == [201, 201, 429]


def test_requests_to_reset_a_password_are_counted_per_e_mail_and_per_ip_address(
    mailoutbox, student
):
    def forget(email, ip="192.0.2.1"):
        return APIClient().post(FORGOT, {"email": email}, REMOTE_ADDR=ip).status_code

    with limits(forgot_email="2/h"):
        assert [forget(student.email, f"192.0.2.{n}") for n in range(3)] == [202, 202, 429]
        assert forget("SAM@example.test") == 429
        assert len(mailoutbox) == 2
    with limits(forgot="2/h"):
        assert [forget(f"x{n}@example.test", "192.0.2.77") for n in range(3)] == [202, 202, 429]


def test_resent_links_are_counted_per_person(client_of, student, other_student):
    with limits(resend="2/h"):
        client = client_of(student)
        url = "/api/v1/auth/verify-email/resend"
        assert [client.post(url).status_code for _ in range(3)] == [202, 202, 429]
        assert client_of(other_student).post(url).status_code == 202


def test_changes_of_the_address_are_counted_together_with_resent_links(
    client_of, student, mailoutbox
):
    client = client_of(student)

    def change(email):
        body = {"email": email, "current_password": PASSWORD}
        return client.patch("/api/v1/users/me", body).status_code

    with limits(resend="2/h"):
        assert [change(f"victim{n}@example.test") for n in range(3)] == [200, 200, 429]
        assert client.post("/api/v1/auth/verify-email/resend").status_code == 429
        assert len([mail for mail in mailoutbox if "victim" in mail.to[0]]) == 2
        assert change("SAM@example.test") == 200  # cancels the change
        assert client.patch("/api/v1/users/me", {"name": "Samuel"}).status_code == 200


def test_guesses_of_the_current_password_with_a_session_are_limited(client_of, student):
    client = client_of(student)
    wrong = {"current_password": "wrong password", "new_password": "another one entirely"}
    with limits(password="3/min"):
        statuses = [
            client.post("/api/v1/auth/password/change", wrong).status_code,
            client.delete("/api/v1/users/me", wrong).status_code,
            client.post("/api/v1/auth/second-factor", wrong).status_code,
            client.patch("/api/v1/users/me", wrong | {"email": "x@example.test"}).status_code,
        ]
        assert statuses == [400, 400, 400, 429]
        assert client.patch("/api/v1/users/me", {"name": "Sam"}).status_code == 200


def test_a_body_without_an_address_is_not_counted():
    with limits(signin_email="1/min"):
        statuses = [APIClient().post(TOKEN, body).status_code for body in ([], {}, {"email": []})]
    assert statuses == [400, 400, 400]
