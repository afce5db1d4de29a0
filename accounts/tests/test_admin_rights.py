import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.models import InstructorRequest, LoginSession, SecondFactor, User
from accounts.services.sessions import open_session
from accounts.tests.factories import UserFactory
from accounts.tests.office import PEOPLE, act, erase, login, save_person

REQUESTS = "/admin/accounts/instructorrequest/"

pytestmark = pytest.mark.django_db


def test_staff_cannot_erase_themselves(office, staff):
    erase(office, staff)
    staff.refresh_from_db()
    assert staff.is_active


def test_people_cannot_be_deleted_in_the_admin(office, student):
    assert office.post(f"{PEOPLE}{student.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in office.get(PEOPLE).content.decode()


def test_superusers_give_rights_by_groups(office, student):
    form = office.get("/admin/auth/group/add/").content.decode()
    assert "Can view person" in form
    wanted = Permission.objects.get(codename="view_user")
    body = {"name": "Helpers", "permissions": [str(wanted.pk)]}
    assert office.post("/admin/auth/group/add/", body).status_code == 302
    helpers = Group.objects.get()
    assert office.get(f"/admin/auth/group/{helpers.pk}/change/").status_code == 200
    save_person(office, student, is_staff="on", groups=[str(helpers.pk)])
    client, _ = login(student.email)
    assert client.get(PEOPLE).status_code == 200
    assert client.get(f"{PEOPLE}{student.pk}/change/").status_code == 200
    assert client.get("/admin/auth/group/").status_code == 403


def test_staff_without_superuser_rights_cannot_grant_privileges(helper_office, student):
    response = save_person(helper_office, student, is_staff="on", is_superuser="on", name="Samuel")
    assert response.status_code == 302
    assert (student.name, student.is_staff, student.is_superuser) == ("Samuel", False, False)


@pytest.mark.parametrize(
    "rights", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}, {"is_superuser": True}]
)
def test_staff_without_superuser_rights_cannot_change_other_staff(
    helper_office, rights, mailoutbox
):
    helper = User.objects.get()
    helper.user_permissions.add(Permission.objects.get(codename="erase_user"))
    colleague = UserFactory(email="steve@example.test", **rights)
    open_session(colleague)
    SecondFactor.objects.create(user=colleague, confirmed_at=timezone.now())
    assert save_person(helper_office, colleague, email="hal2@example.test").status_code == 403
    for action in ("sign_out", "mail_reset", "remove_second_factor"):
        act(helper_office, PEOPLE, action, colleague, reason="They asked for it.")
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
    helper.user_permissions.add(Permission.objects.get(codename="erase_user"))
    erase(helper_office, student)
    student.refresh_from_db()
    assert not student.is_active


def test_staff_can_approve_several_instructor_requests_at_once(
    helper_office, student, other_student, mailoutbox
):
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
