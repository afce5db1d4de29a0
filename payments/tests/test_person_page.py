"""A person's page in the admin, with what every app shows on it, and the answer why somebody cannot watch."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import SentMail, StaffNote
from accounts.panels import panels
from accounts.services import erasure
from accounts.services.notices import inform
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer
from accounts.tests.factories import UserFactory
from accounts.tests.office import PEOPLE, act
from courses.models import Review
from courses.tests.factories import LectureFactory, SectionFactory
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll, revoke
from lms.models import AuditEntry
from lms.mongodb import connection
from media.models import Streams
from media.services import playback
from media.tests.factories import AssetFactory
from payments.models import Order
from payments.tests.factories import CouponFactory, OrderFactory

pytestmark = pytest.mark.django_db

MAX_COMMANDS = 45
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def page_of(person):
    return f"{PEOPLE}{person.pk}/change/"


def why(person, course):
    return f"/admin/learning/enrollment/why/{person.pk}/?course={course.pk}"


def client_with(*codenames):
    helper = UserFactory(is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(helper)
    return client


def titles(answer):
    return {panel["name"] for panel in answer.context["panels"]}


def test_one_page_shows_all_that_is_stored_about_a_person(office, student, course, commands):
    for number in range(12):
        OrderFactory(user=student, course=course, status="expired", attention=f"Look at {number}")
    enroll(student.pk, course.pk, source="staff")
    Review.objects.create(user=student, course=course, rating=4, comment="Clear words.")
    AssetFactory(owner=student, original_name="talk.mp4")
    CouponFactory(owner=student, code="MINE")
    open_session(student, user_agent="Phone")
    inform(student, "News", "A secret text.")
    office.post(f"{PEOPLE}{student.pk}/note/", {"text": "Called on Monday."})
    gone = Order.objects.order_by("-created_at").first()
    connection.get_collection(Order._meta.db_table).update_one(
        {"_id": gone.pk}, {"$set": {"course_id": ObjectId()}}
    )
    with commands() as sent:
        answer = office.get(page_of(student))
    assert len(sent) <= MAX_COMMANDS
    text = answer.content.decode()
    for word in ("Clear words.", "talk.mp4", "MINE", "Phone", "News", "Called on Monday.", "0 %"):
        assert word in text, word
    assert "A secret text." not in text
    assert "Look at 11" in text
    assert "Look at 1<" not in text  # only the newest ten
    for panel in panels:
        assert office.get(panel.list_url(student)).status_code == 200, panel.name


def test_a_panel_is_shown_to_those_who_may_see_its_list(student):
    answer = client_with("view_user", "view_order").get(page_of(student))
    assert titles(answer) == {"orders", "coupons_used", "sessions"}
    assert not answer.context["person_links"]
    assert not answer.context["person_actions"]
    note = client_with("view_user").post(f"{PEOPLE}{student.pk}/note/", {"text": "Hm"})
    assert (note.status_code, StaffNote.objects.count()) == (403, 0)


def test_notes_and_mails_are_in_the_persons_copy_and_go_with_the_account(office, student, staff):
    office.post(f"{PEOPLE}{student.pk}/note/", {"text": "Called on Monday."})
    inform(student, "News", "A text.")
    copy = bearer(open_session(student)).get("/api/v1/users/me/export").json()["account"]
    assert [note["text"] for note in copy["notes_by_staff"]] == ["Called on Monday."]
    assert str(staff.pk) not in str(copy)
    assert [(row["subject"], row["outcome"]) for row in copy["mails"]] == [("News", "sent")]
    erasure.erase_account(student)
    assert not StaffNote.objects.exists()
    assert not SentMail.objects.exists()
    student.refresh_from_db()
    office.post(f"{PEOPLE}{student.pk}/note/", {"text": "Too late."})
    assert not StaffNote.objects.exists()


def test_a_mail_that_fails_is_logged_as_failed(student, settings):
    smtp = {"BACKEND": SMTP, "OPTIONS": {"host": "127.0.0.1", "port": 1}}
    settings.MAILERS = {"default": smtp}
    inform(student, "News", "A text.")
    assert SentMail.objects.get().outcome == "failed"
    assert mail.outbox == []


def test_an_account_is_disabled_for_a_reason_and_the_page_comes_back(office, student):
    open_session(student)
    body = {"action": "disable", "_selected_action": str(student.pk)}
    url = f"{PEOPLE}?id__exact={student.pk}"
    assert 'name="reason"' in office.post(url, body).content.decode()
    answer = office.post(url, body | {"reason": "Shares the account"})
    assert answer["Location"] == page_of(student)
    student.refresh_from_db()
    assert not student.is_active
    assert AuditEntry.objects.get(action="disable").reason == "Shares the account"
    act(office, PEOPLE, "enable", student)


def test_the_page_says_why_somebody_cannot_watch_and_mends_it(office, student, course, staff):
    url = why(student, course)
    assert "never got the course" in office.get(url).content.decode()
    assert office.post(url, {"remedy": "give", "reason": ""}).status_code == 200
    assert not is_enrolled(student.pk, course.pk)
    assert office.post(url, {"remedy": "give", "reason": "Goodwill"}).status_code == 302
    assert is_enrolled(student.pk, course.pk)
    revoke(student.pk, course.pk, source="staff", by=staff.pk, reason="Mistake")
    text = office.get(url).content.decode()
    assert "every grant that they had has ended" in text
    assert staff.email in text
    office.post(url, {"remedy": "restore staff None", "reason": "It was right"})
    assert is_enrolled(student.pk, course.pk)
    assert "They can watch" in office.get(url).content.decode()
    entries = AuditEntry.objects.filter(action="mend_access", person_id=student.pk)
    assert {entry.reason for entry in entries} == {"Goodwill", "It was right"}


def test_the_page_shows_streams_files_and_orders_and_ends_a_stream(
    office, shop, bought, student, course, settings
):
    settings.PLAYBACK_STREAMS = 1
    until = timezone.now() + timedelta(minutes=5)
    playback._hold_stream(student.pk, "tv", until)
    lecture = LectureFactory(section=SectionFactory(course=course), kind="video", body="")
    lecture.asset = AssetFactory(owner=course.instructor, status="failed", failure_detail="Codec.")
    lecture.save()
    url = why(student, course)
    text = office.get(url).content.decode()
    for word in ("1 of 1 streams", "tv", "Codec.", "Access granted", "Check order"):
        assert word in text, word
    office.post(url, {"remedy": "end stream tv", "reason": "Lost the TV"})
    assert not playback.list_streams(student.pk)
    assert Streams.objects.count() == 1
    answer = office.post(url, {"remedy": f"sync {bought.pk}", "reason": "Asked"}, follow=True)
    assert "Done: Check order" in answer.content.decode()
    office.post(url, {"remedy": "give", "reason": "Not offered to who can watch"})
    assert not AuditEntry.objects.filter(reason__startswith="Not").exists()


def test_the_page_needs_permissions_and_survives_any_course(office, student, course):
    url = why(student, course)
    assert client_with("view_user").get(url).status_code == 403
    helper = client_with("view_enrollment")
    text = helper.get(url).content.decode()
    assert "Give access" not in text
    assert "never ordered" not in text
    helper.post(url, {"remedy": "give", "reason": "Try"})
    assert not is_enrolled(student.pk, course.pk)
    base = url.partition("=")[0]
    for wanted in ("", "nothing", "f" * 24, "\0", "%", "x" * 300):
        assert office.get(f"{base}=", {"course": wanted}).status_code == 200, wanted
    found = office.get(base.partition("?")[0], {"course": course.slug[:-1]}).context["found"]
    assert [each.pk for each in found] == [course.pk]
