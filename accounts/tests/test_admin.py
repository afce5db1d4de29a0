import pytest
from django.contrib import admin
from django.utils import timezone

from accounts.models import LoginSession, SecondFactor
from accounts.services.sessions import open_session
from accounts.tests.clients import link_in
from accounts.tests.factories import PASSWORD
from accounts.tests.office import PEOPLE, act, erase, save_person

SESSIONS = "/admin/accounts/loginsession/"

pytestmark = pytest.mark.django_db


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
    session, kept = open_session(student).session, open_session(student).session
    response = office.post(f"{SESSIONS}{session.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302, response.content.decode()
    assert list(LoginSession.objects.all()) == [kept]


def test_only_superusers_end_the_sessions_of_staff(helper_office, staff, student):
    for person, status in ((staff, 403), (student, 302)):
        session = open_session(person).session
        url = f"{SESSIONS}{session.pk}/delete/"
        assert helper_office.post(url, {"post": "yes"}).status_code == status


def test_a_disabled_person_is_signed_out(office, student):
    open_session(student)
    assert save_person(office, student, is_active="").status_code == 302
    assert not student.is_active
    assert not LoginSession.objects.exists()


def test_a_corrected_address_is_normalized_and_not_verified(office, student, other_student):
    assert save_person(office, student, email="New@Example.Test").status_code == 302
    assert student.email == "new@example.test"
    assert not student.email_verified
    assert save_person(office, student, email="OLGA@example.test").status_code == 200
    assert student.email == "new@example.test"


def test_links_sent_before_staff_corrected_the_address_do_not_work(
    office, student, client_of, visitor, mailoutbox
):
    body = {"email": "thief@example.test", "current_password": PASSWORD}
    assert client_of(student).patch("/api/v1/users/me", body).status_code == 200
    visitor.post("/api/v1/auth/password/forgot", {"email": student.email})
    (_, verify), (_, reset) = link_in(mailoutbox[0]), link_in(mailoutbox[-1])
    assert save_person(office, student, email="new@example.test").status_code == 302
    reset["new_password"] = "plum tree in june"
    assert visitor.post("/api/v1/auth/verify-email", verify).status_code == 400
    assert visitor.post("/api/v1/auth/password/reset", reset).status_code == 400
    student.refresh_from_db()
    assert (student.email, student.email_verified) == ("new@example.test", False)


def test_staff_write_only_the_fields_that_they_changed(office, student, commands):
    with commands() as sent:
        save_person(office, student, name="Samuel")
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
    act(office, PEOPLE, "sign_out", student, reason="The laptop was stolen.")
    assert list(LoginSession.objects.all()) == [kept]


def test_staff_can_send_a_reset_link_but_do_not_see_it(office, student, mailoutbox):
    page = act(office, PEOPLE, "mail_reset", student).content.decode()
    _, query = link_in(mailoutbox[0])
    assert query["token"] not in page


def test_staff_can_remove_a_lost_second_factor(office, student):
    SecondFactor.objects.create(user=student, confirmed_at=timezone.now())
    act(office, PEOPLE, "remove_second_factor", student, reason="Lost the phone.")
    assert not SecondFactor.objects.exists()


def test_staff_can_erase_a_person_after_confirming(office, student):
    page = act(office, PEOPLE, "erase", student).content.decode()
    assert "permanently" in page
    student.refresh_from_db()
    assert student.is_active
    erase(office, student)
    student.refresh_from_db()
    assert student.name == "Deleted user"
