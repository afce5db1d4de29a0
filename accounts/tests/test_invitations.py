"""People and staff are invited, and nobody gives more rights than they have."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from accounts.tests.clients import link_in
from accounts.tests.factories import UserFactory
from accounts.tests.office import PEOPLE, login, save_person
from lms.models import AuditEntry

GROUPS = "/admin/auth/group/"
NEW = {"email": "New@Example.test", "name": "Nora New", "role": "student", "locale": ""}

pytestmark = pytest.mark.django_db


def group(name, *codenames):
    made = Group.objects.create(name=name)
    made.permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


@pytest.fixture
def owner_office():
    """Somebody who manages staff without being a superuser."""
    rights = ("view_user", "add_user", "change_user", "manage_staff")
    owner = UserFactory(email="olive@example.test", is_staff=True)
    owner.groups.add(group("Owner", *rights, "add_group", "change_group", "view_group"))
    return login(owner.email)[0]


def test_who_is_invited_chooses_a_password_by_a_link(office, visitor, mailoutbox):
    answer = office.post(f"{PEOPLE}add/", NEW | {"locale": "de"})
    assert answer.status_code == 302, answer.content
    new = User.objects.get(email="new@example.test")
    assert (new.has_usable_password(), new.email_verified, new.is_staff) == (False, False, False)
    [mail] = mailoutbox
    assert mail.to == [new.email]
    page, query = link_in(mail)
    assert page.endswith("reset-password")
    body = query | {"new_password": "plum tree in june"}
    assert visitor.post("/api/v1/auth/password/reset", body).status_code == 200
    new.refresh_from_db()
    assert new.check_password("plum tree in june")
    assert new.email_verified
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after["email"]) == ("add", new.email)


def test_an_invitation_of_an_address_that_is_taken_is_a_sentence(office, student):
    answer = office.post(f"{PEOPLE}add/", NEW | {"email": student.email.upper()})
    assert answer.status_code == 200
    assert "already exists" in answer.text


def test_an_owner_invites_staff_with_a_role_that_gives_nothing_more(owner_office):
    desk, more = group("Desk", "view_user"), group("More", "refund_order")
    page = owner_office.get(f"{PEOPLE}add/").text
    assert "Desk" in page
    assert "More" not in page
    invited = NEW | {"is_staff": "on", "groups": [str(desk.pk)]}
    assert owner_office.post(f"{PEOPLE}add/", invited).status_code == 302
    new = User.objects.get(email="new@example.test")
    assert new.is_staff
    assert list(new.groups.all()) == [desk]
    refused = invited | {"email": "two@example.test", "groups": [str(more.pk)]}
    assert owner_office.post(f"{PEOPLE}add/", refused).status_code == 200
    assert not User.objects.filter(email="two@example.test").exists()
    assert save_person(owner_office, new, is_superuser="on", is_staff="on").status_code == 302
    assert not new.is_superuser


def test_who_may_only_add_people_makes_no_staff(helper_office):
    helper = User.objects.get()
    helper.user_permissions.add(Permission.objects.get(codename="add_user"))
    desk = group("Desk", "view_user")
    body = NEW | {"is_staff": "on", "is_superuser": "on", "groups": [str(desk.pk)]}
    assert helper_office.post(f"{PEOPLE}add/", body).status_code == 302
    new = User.objects.get(email="new@example.test")
    assert (new.is_staff, new.is_superuser, new.groups.count()) == (False, False, 0)


def test_an_owner_cannot_change_staff_with_more_rights(owner_office):
    colleague = UserFactory(email="carl@example.test", is_staff=True)
    colleague.groups.add(group("More", "refund_order"))
    for fields in ({}, {"is_active": False}, {"is_superuser": True}):
        User.objects.filter(pk=colleague.pk).update(**fields)
        assert save_person(owner_office, colleague, email="x@example.test").status_code == 403
    colleague.groups.clear()
    User.objects.filter(pk=colleague.pk).update(is_superuser=False)
    assert save_person(owner_office, colleague, email="x@example.test").status_code == 302


def test_nobody_puts_a_permission_into_a_group_that_they_do_not_hold(owner_office):
    held, other = (Permission.objects.get(codename=c) for c in ("view_user", "refund_order"))
    desk, more = group("Desk", "view_user"), group("More", "refund_order")
    page = f"{GROUPS}{desk.pk}/change/"
    assert "Can refund" not in owner_office.get(page).text
    body = {"name": "Desk", "permissions": [str(held.pk), str(other.pk)]}
    assert owner_office.post(page, body).status_code == 200
    assert list(desk.permissions.all()) == [held]
    assert owner_office.post(f"{GROUPS}{more.pk}/change/", {"name": "x"}).status_code == 403
    assert owner_office.post(f"{GROUPS}{more.pk}/delete/", {"post": "yes"}).status_code == 403


def test_only_permissions_that_mean_something_are_offered(office):
    page = office.get(f"{GROUPS}add/").text
    for name in ("Can view person", "Can erase people", "Can refund orders"):
        assert name in page
    for name in ("Can delete user", "Can add session", "Can change mail token", "Can add order"):
        assert name not in page


def test_a_group_keeps_what_is_not_offered(office):
    desk = group("Desk", "delete_user", "view_user")
    form = office.get(f"{GROUPS}{desk.pk}/change/").context["adminform"].form
    kept = [str(each.pk) for each in form.initial["permissions"]]
    body = {"name": "Renamed", "permissions": kept}
    assert office.post(f"{GROUPS}{desk.pk}/change/", body).status_code == 302
    assert desk.permissions.count() == 2
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"name": "Desk"}, {"name": "Renamed"})
