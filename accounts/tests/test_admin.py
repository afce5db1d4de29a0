from datetime import timedelta

import pyotp
import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.models import InstructorRequest, LoginSession, SecondFactor, User
from accounts.services.sessions import open_session
from accounts.tests.clients import limits, link_in
from accounts.tests.factories import PASSWORD, UserFactory

LOGIN = "/admin/login/"
PEOPLE = "/admin/accounts/user/"
REQUESTS = "/admin/accounts/instructorrequest/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper_office():
    """The admin, of staff who may change people and are no superusers."""
    helper = UserFactory(name="Hal Helper", email="hal@example.test", is_staff=True)
    wanted = ["view_user", "change_user", "view_instructorrequest", "change_instructorrequest"]
    helper.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client = Client()
    client.force_login(helper)
    return client


def login(email, password=PASSWORD, **extra):
    client = Client()
    response = client.post(
        f"{LOGIN}?next=/admin/", {"username": email, "password": password, **extra}
    )
    return client, response


def act(client, url, action, *rows):
    body = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    response = client.post(url, body, follow=True)
    assert response.status_code == 200
    return response


def erase(client, user):
    body = {"action": "erase", "_selected_action": [str(user.pk)], "confirmed": "yes"}
    client.post(PEOPLE, body)


def test_staff_sign_in_with_address_and_password(staff):
    client, response = login("STEVE@example.test")
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("email", ["sam@example.test", "nobody@example.test", "x" * 5000, "\x00"])
def test_people_who_are_not_staff_cannot_sign_in_to_the_admin(student, email):
    _, response = login(email)
    assert response.status_code == 200
    assert "errornote" in response.content.decode() or "errorlist" in response.content.decode()


def test_sign_in_attempts_at_the_admin_and_at_the_api_are_counted_together(staff, visitor):
    with limits(signin_email="3/min"):
        visitor.post("/api/v1/auth/token", {"email": staff.email, "password": "wrong password"})
        assert [login(staff.email, "wrong")[1].status_code for _ in range(3)] == [200, 200, 429]
        _, refused = login(" STEVE@example.test", PASSWORD)
        assert refused.status_code == 429
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "Try again in" in refused.content.decode()


def test_sign_in_attempts_at_the_admin_are_counted_per_ip_address():
    with limits(signin="2/min"):
        statuses = [login(f"s{n}@example.test")[1].status_code for n in range(3)]
    assert statuses == [200, 200, 429]


def test_staff_with_a_second_factor_need_its_code(staff):
    factor = SecondFactor(user=staff, confirmed_at=timezone.now())
    app = pyotp.TOTP(factor.set_secret())
    factor.save()
    assert "one-time-code" in Client().get(LOGIN).content.decode()
    for code in ("", "000000"):
        client, response = login(staff.email, code=code)
        assert response.status_code == 200
        assert client.get("/admin/").status_code == 302
    client, response = login(staff.email, code=app.now())
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_password_changed_in_the_admin_ends_the_sessions_at_the_api(office, staff, mailoutbox):
    tokens = open_session(staff)
    url = "/admin/password_change/"
    body = {"old_password": PASSWORD, "new_password1": "plum tree in june"}
    for new in ("x y" * 50, "short"):
        refused = office.post(url, body | {"new_password1": new, "new_password2": new})
        assert refused.status_code == 200
    assert office.post(url, body | {"new_password2": "plum tree in june"}).status_code == 302
    assert office.get("/admin/").status_code == 200
    assert not LoginSession.objects.filter(pk=tokens.session.pk).exists()
    assert login(staff.email, "plum tree in june")[1].status_code == 302
    assert [mail.subject for mail in mailoutbox] == ["Your password was changed | Lectern"]


def test_staff_can_be_required_to_have_a_second_factor(staff, settings):
    settings.STAFF_SECOND_FACTOR = True
    client, response = login(staff.email)
    assert "Staff need a second factor" in response.content.decode()
    assert client.get("/admin/").status_code == 302


def test_people_can_be_searched_by_address_and_name(office, student, other_student):
    for words in ("sam@example", "Sam Stu", "SAM"):
        page = office.get(PEOPLE, {"q": words}).content.decode()
        assert "sam@example.test" in page
        assert "olga@example.test" not in page


@pytest.mark.parametrize("words", ["(", "\\", ".*", "$where"])
def test_special_characters_do_not_break_the_search(office, student, words):
    response = office.get(PEOPLE, {"q": words})
    assert response.status_code == 200
    assert "sam@example.test" not in response.content.decode()


def test_a_persons_page_shows_no_password_hash_and_no_token(office, student):
    tokens = open_session(student, user_agent="Phone", ip="192.0.2.1")
    page = office.get(f"{PEOPLE}{student.pk}/change/").content.decode()
    assert "Phone" in page
    assert "192.0.2.1" in page
    for secret in (student.password, tokens.session.jti, "md5$", "jti"):
        assert secret not in page


def test_a_persons_page_links_to_their_orders_and_enrollments(office, student):
    from django.contrib import admin

    page = office.get(f"{PEOPLE}{student.pk}/change/").content.decode()
    registered = {model._meta.label_lower for model in admin.site._registry}
    for label, model in (
        ("payments/order", "payments.order"),
        ("learning/enrollment", "learning.enrollment"),
    ):
        link = f"/admin/{label}/?user__id__exact={student.pk}"
        assert (link in page) == (model in registered)
        if model in registered:
            assert office.get(link).status_code == 200


def test_staff_can_end_one_session(office, student):
    session = open_session(student).session
    body = {
        "email": student.email,
        "name": student.name,
        "role": student.role,
        "is_active": "on",
        "headline": "",
        "bio": "",
        "login_sessions-TOTAL_FORMS": 1,
        "login_sessions-INITIAL_FORMS": 1,
        "login_sessions-0-id": str(session.pk),
        "login_sessions-0-user": str(student.pk),
        "login_sessions-0-DELETE": "on",
    }
    response = office.post(f"{PEOPLE}{student.pk}/change/", body)
    assert response.status_code == 302, response.content.decode()
    assert not LoginSession.objects.exists()
    student.refresh_from_db()
    assert student.email_verified


def test_a_persons_page_shows_only_the_newest_sessions(office, student):
    now = timezone.now()
    opened = [now - timedelta(minutes=n) for n in range(60)]
    rows = [
        LoginSession(
            user=student, created_at=at, expires_at=at + timedelta(days=14), ip="192.0.2.1"
        )
        for at in opened
    ]
    LoginSession.objects.bulk_create(rows)
    page = office.get(f"{PEOPLE}{student.pk}/change/").content.decode()
    assert 'name="login_sessions-INITIAL_FORMS" value="50"' in page
    assert str(rows[49].pk) in page
    assert str(rows[50].pk) not in page
    body = {"login_sessions-TOTAL_FORMS": 50, "login_sessions-INITIAL_FORMS": 50}
    for n, row in enumerate(rows[1:51]):  # the last has been opened since the page was made
        body |= {f"login_sessions-{n}-id": str(row.pk)}
        body |= {f"login_sessions-{n}-user": str(student.pk)}
    body |= {"login_sessions-0-DELETE": "on"}
    assert saved(office, student, **body).status_code == 302
    assert not LoginSession.objects.filter(pk=rows[1].pk).exists()
    assert LoginSession.objects.count() == 59


def saved(client, user, **changes):
    body = {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "is_active": "on",
        "headline": "",
        "bio": "",
        "login_sessions-TOTAL_FORMS": 0,
        "login_sessions-INITIAL_FORMS": 0,
    }
    response = client.post(f"{PEOPLE}{user.pk}/change/", body | changes)
    user.refresh_from_db()
    return response


def test_a_disabled_person_is_signed_out(office, student):
    open_session(student)
    assert saved(office, student, is_active="").status_code == 302
    assert not student.is_active
    assert not LoginSession.objects.exists()


def test_a_corrected_address_is_normalized_and_not_verified(office, student, other_student):
    assert saved(office, student, email="New@Example.Test").status_code == 302
    assert student.email == "new@example.test"
    assert not student.email_verified
    assert saved(office, student, email="OLGA@example.test").status_code == 200
    assert student.email == "new@example.test"


def test_links_sent_before_staff_corrected_the_address_do_not_work(
    office, student, client_of, visitor, mailoutbox
):
    body = {"email": "thief@example.test", "current_password": PASSWORD}
    assert client_of(student).patch("/api/v1/users/me", body).status_code == 200
    visitor.post("/api/v1/auth/password/forgot", {"email": student.email})
    (_, verify), (_, reset) = link_in(mailoutbox[0]), link_in(mailoutbox[-1])
    assert saved(office, student, email="new@example.test").status_code == 302
    reset["new_password"] = "plum tree in june"
    assert visitor.post("/api/v1/auth/verify-email", verify).status_code == 400
    assert visitor.post("/api/v1/auth/password/reset", reset).status_code == 400
    student.refresh_from_db()
    assert (student.email, student.email_verified) == ("new@example.test", False)


def test_staff_write_only_the_fields_that_they_changed(office, student, commands):
    with commands() as sent:
        saved(office, student, name="Samuel")
    [changed] = [
        update["u"]
        for event in sent
        if event.command_name == "update" and event.command["update"] == "accounts_user"
        for update in event.command["updates"]
    ]
    assert "Samuel" in str(changed)
    assert not [name for name in ("password", "email", "is_active") if name in str(changed)]


def test_staff_can_end_all_sessions_of_the_selected_people(office, student, other_student):
    open_session(student), open_session(student)
    kept = open_session(other_student).session
    act(office, PEOPLE, "sign_out", student)
    assert list(LoginSession.objects.all()) == [kept]


def test_staff_who_sign_out_everywhere_are_signed_out_of_the_admin_too(office, helper_office, client_of, staff):
    elsewhere = Client()
    elsewhere.force_login(staff)
    client_of(staff).post("/api/v1/auth/signout-everywhere")
    for left in (office, elsewhere):
        assert left.get(PEOPLE).status_code == 302
    assert helper_office.get(PEOPLE).status_code == 200


def test_staff_can_send_a_reset_link_but_do_not_see_it(office, student, mailoutbox):
    page = act(office, PEOPLE, "mail_reset", student).content.decode()
    _, query = link_in(mailoutbox[0])
    assert query["token"] not in page


def test_staff_can_remove_a_lost_second_factor(office, student):
    SecondFactor.objects.create(user=student, confirmed_at=timezone.now())
    act(office, PEOPLE, "remove_second_factor", student)
    assert not SecondFactor.objects.exists()


def test_staff_can_erase_a_person_after_confirming(office, student):
    page = act(office, PEOPLE, "erase", student).content.decode()
    assert "permanently" in page
    student.refresh_from_db()
    assert student.is_active
    erase(office, student)
    student.refresh_from_db()
    assert student.name == "Deleted user"


def test_staff_cannot_erase_themselves(office, staff):
    erase(office, staff)
    staff.refresh_from_db()
    assert staff.is_active


def test_people_cannot_be_added_or_deleted_in_the_admin(office, student):
    assert office.get(f"{PEOPLE}add/").status_code == 403
    assert office.post(f"{PEOPLE}{student.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in office.get(PEOPLE).content.decode()


def test_superusers_give_rights_by_groups(office, student):
    form = office.get("/admin/auth/group/add/").content.decode()
    assert "Can view user" in form
    wanted = Permission.objects.get(codename="view_user")
    body = {"name": "Helpers", "permissions": [str(wanted.pk)]}
    assert office.post("/admin/auth/group/add/", body).status_code == 302
    helpers = Group.objects.get()
    assert office.get(f"/admin/auth/group/{helpers.pk}/change/").status_code == 200
    saved(office, student, is_staff="on", groups=[str(helpers.pk)])
    client, _ = login(student.email)
    assert client.get(PEOPLE).status_code == 200
    assert client.get(f"{PEOPLE}{student.pk}/change/").status_code == 200
    assert client.get("/admin/auth/group/").status_code == 403


def test_staff_without_superuser_rights_cannot_grant_privileges(helper_office, student):
    response = saved(helper_office, student, is_staff="on", is_superuser="on", name="Samuel")
    assert response.status_code == 302
    assert (student.name, student.is_staff, student.is_superuser) == ("Samuel", False, False)


@pytest.mark.parametrize(
    "rights", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}, {"is_superuser": True}]
)
def test_staff_without_superuser_rights_cannot_change_other_staff(helper_office, rights, mailoutbox):
    helper = User.objects.get()
    helper.user_permissions.add(Permission.objects.get(codename="delete_user"))
    colleague = UserFactory(email="steve@example.test", **rights)
    open_session(colleague)
    SecondFactor.objects.create(user=colleague, confirmed_at=timezone.now())
    assert saved(helper_office, colleague, email="hal2@example.test").status_code == 403
    for action in ("sign_out", "mail_reset", "remove_second_factor"):
        act(helper_office, PEOPLE, action, colleague)
    erase(helper_office, colleague)
    colleague.refresh_from_db()
    assert (colleague.email, colleague.is_active) == ("steve@example.test", True)
    assert LoginSession.objects.exists()
    assert SecondFactor.objects.exists()
    assert not mailoutbox


def test_erasing_requires_the_permission_to_delete(helper_office, student):
    assert "Erase" not in helper_office.get(PEOPLE).content.decode()
    erase(helper_office, student)
    student.refresh_from_db()
    assert student.is_active
    helper = User.objects.get(email="hal@example.test")
    helper.user_permissions.add(Permission.objects.get(codename="delete_user"))
    erase(helper_office, student)
    student.refresh_from_db()
    assert not student.is_active


def test_staff_can_approve_several_instructor_requests_at_once(helper_office, student, other_student, mailoutbox):
    rows = [InstructorRequest.objects.create(user=user) for user in (student, other_student)]
    assert "pending" in helper_office.get(REQUESTS).content.decode().lower()
    act(helper_office, REQUESTS, "approve", *rows)
    assert User.objects.filter(role="instructor").count() == 2
    assert {row.status for row in InstructorRequest.objects.all()} == {"approved"}
    assert InstructorRequest.objects.first().decided_by.email == "hal@example.test"
    assert sorted(mail.to[0] for mail in mailoutbox) == ["olga@example.test", "sam@example.test"]


def test_a_declined_instructor_request_cannot_be_approved_later(office, student, mailoutbox):
    request = InstructorRequest.objects.create(user=student)
    act(office, REQUESTS, "decline", request)
    act(office, REQUESTS, "approve", request)
    student.refresh_from_db()
    assert not student.is_instructor
    assert len(mailoutbox) == 1
