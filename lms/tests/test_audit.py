"""What staff do leaves an entry, which nobody changes."""

import pytest
from bson import ObjectId

from accounts.tests.office import PEOPLE, save_person
from courses.models import Category, Course
from courses.services import reviews
from courses.tests.factories import CategoryFactory, CourseFactory
from lms import audit
from lms.models import AuditEntry

ENTRIES = "/admin/lms/auditentry/"

pytestmark = pytest.mark.django_db


def test_a_change_leaves_what_was_before_and_after_and_nothing_else(office, staff, student):
    assert save_person(office, student, name="Samuel", is_active="").status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.action, entry.model) == (staff.pk, "change", "accounts.user")
    assert entry.object_id == str(entry.person_id) == str(student.pk)
    assert entry.before == {"name": "Sam Student", "is_active": True}
    assert entry.after == {"name": "Samuel", "is_active": False}


def test_adding_and_deleting_leave_entries(office):
    office.post("/admin/courses/category/add/", {"name": "Maths", "slug": "maths"})
    added = AuditEntry.objects.get()
    assert (added.action, added.after) == ("add", {"name": "Maths", "slug": "maths"})
    office.post(f"/admin/courses/category/{added.object_id}/delete/", {"post": "yes"})
    deleted = AuditEntry.objects.first()
    assert (deleted.action, deleted.before) == ("delete", added.after)


def test_a_save_that_changed_nothing_writes_nothing(office, student, commands):
    with commands() as sent:
        assert save_person(office, student).status_code == 302
    wrote = {each.command.get("update") for each in sent if each.command_name == "update"}
    assert wrote <= {"django_session"}
    assert not AuditEntry.objects.exists()


def test_an_entry_is_never_changed_or_deleted(office, staff):
    audit.record(staff.pk, staff, "sign_out")
    entry = AuditEntry.objects.get()
    for write in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
    ):
        with pytest.raises(TypeError):
            write()
    page = f"{ENTRIES}{entry.pk}/change/"
    assert office.get(page).status_code == 200
    assert office.post(page, {"action": "x"}).status_code == 403
    assert office.post(f"{ENTRIES}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert office.get(f"{ENTRIES}add/").status_code == 403


def test_entries_are_found_by_who_by_row_by_action_by_model_and_by_day(office, staff, student):
    audit.record(staff.pk, student, "sign_out", reason="They lost a phone.")
    entry = AuditEntry.objects.get()
    day = f"{entry.at:%Y-%m-%d}"
    for term in (staff.email.upper(), str(student.pk), "sign_out", "accounts.user", day):
        assert "They lost a phone." in office.get(ENTRIES, {"q": term}).text, term
    for term in (student.email, str(ObjectId()), "publish", "courses.course", "2001-01-01", "("):
        assert "They lost a phone." not in office.get(ENTRIES, {"q": term}).text, term
    assert "They lost a phone." in office.get(f"{PEOPLE}{student.pk}/history/").text


def test_no_secret_and_no_place_of_a_file_is_kept(student):
    student.avatar = "lms/avatars/abc.jpg"
    kept = audit.values(student)
    assert kept["password"] == kept["avatar"] == audit.HIDDEN


def test_money_times_and_ids_are_kept_as_json():
    course = CourseFactory(category=CategoryFactory(), published=True)
    kept = audit.values(course)
    assert kept["price_amount"] == 4999
    assert kept["category"] == str(course.category_id)
    assert kept["published_at"] == course.published_at.isoformat()
    audit.record(ObjectId(), course, "publish", after=kept)
    assert AuditEntry.objects.get().after == kept
    assert Course.objects.get().instructor_id == AuditEntry.objects.get().person_id


def test_the_line_ends_of_a_browser_are_no_change(office, commands):
    course = CourseFactory(description="One\n\nTwo", category=CategoryFactory())
    page = f"/admin/courses/course/{course.pk}/change/"
    form = office.get(page).context["adminform"].form
    body = {name: form[name].value() for name in form.fields}
    body["description"] = "One\r\n\r\nTwo"
    for inline in ("sections", "lectures"):
        body |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    with commands() as sent:
        assert office.post(page, body).status_code == 302
    assert not [each for each in sent if each.command.get("update") == "courses_course"]
    assert not AuditEntry.objects.exists()
    assert office.post(page, body | {"description": "One\r\nTwo"}).status_code == 302
    course.refresh_from_db()
    assert course.description == "One\nTwo"
    assert AuditEntry.objects.get().after == {"description": "One\nTwo"}


def test_a_change_whose_entry_cannot_be_written_is_not_made(
    client_of, office, staff, student, fail_commands
):
    course = CourseFactory(category=CategoryFactory(name="Maths"), title="Knots", published=True)
    review = reviews.write(student, course, rating=1)
    category, spare = course.category, CategoryFactory(name="Spare")
    api = client_of(staff)
    for client in (office, api):
        client.raise_request_exception = False
    in_list = {"action": "hide", "_selected_action": [str(review.pk)], "reason": "Spam"}
    for send in (
        lambda: api.patch(f"/api/v1/courses/{course.pk}", {"title": "Lost"}),
        lambda: office.post(
            f"/admin/courses/category/{category.pk}/change/", {"name": "Lost", "slug": "lost"}
        ),
        lambda: office.post(f"/admin/courses/category/{spare.pk}/delete/", {"post": "yes"}),
        lambda: office.post("/admin/courses/review/", in_list),
    ):
        fail_commands("insert", errorCode=2)  # nothing else is inserted by these
        assert send().status_code >= 500
    course.refresh_from_db()
    assert (course.title, course.rating_count) == ("Knots", 1)
    assert {"Maths", "Spare"} <= set(Category.objects.values_list("name", flat=True))
    assert not AuditEntry.objects.exists()
