"""The staff's pages of courses, reviews and categories."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from courses.models import Category, Course, Lecture, Review
from courses.services import reviews
from courses.tests.factories import CourseFactory, LectureFactory
from learning.services.enrollment import enroll

pytestmark = pytest.mark.django_db


def run(office, model, action, *rows):
    url = reverse(f"admin:courses_{model}_changelist")
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], "reason": "Asked."}
    response = office.post(url, data)
    assert response.status_code == 302, response.content
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_courses_are_listed_with_instructor_price_and_rating(office, commands, student):
    for _ in range(3):
        course = CourseFactory(published=True, thumbnail="lms/thumbnails/abc.jpg")
        reviews.write(student, course, rating=4)
    with commands() as sent:
        page = office.get(reverse("admin:courses_course_changelist"))
    text = page.content.decode()
    assert course.instructor.email in text
    assert "49.99 USD" in text
    assert "4.00 of 1" in text
    assert "<img" in text
    assert len(sent) <= 8


def test_courses_are_found_by_title_or_instructor(office):
    one, two = CourseFactory(title="First"), CourseFactory(title="The other")
    url = reverse("admin:courses_course_changelist")
    for query in ("first", one.instructor.email.upper()):
        text = office.get(url, {"q": query}).content.decode()
        assert one.title in text
        assert two.title not in text


def test_staff_filter_courses_in_review_and_approve_them(office):
    waiting = LectureFactory(section__course__status="in_review").course
    CourseFactory(title="Draft, elsewhere")
    url = reverse("admin:courses_course_changelist")
    text = office.get(url, {"status__exact": "in_review"}).content.decode()
    assert waiting.title in text
    assert "Draft, elsewhere" not in text
    run(office, "course", "approve", waiting)
    assert Course.objects.get(pk=waiting.pk).status == "published"


def test_an_incomplete_course_is_not_approved_and_the_message_says_why(office):
    course = CourseFactory(status="in_review")
    [message] = run(office, "course", "approve", course)
    assert "Add a lecture" in message
    assert Course.objects.get().status == "in_review"


@pytest.mark.parametrize(("action", "status"), [("unpublish", "draft"), ("archive", "archived")])
def test_staff_take_a_course_from_sale(office, action, status):
    course = CourseFactory(published=True)
    run(office, "course", action, course)
    assert Course.objects.get().status == status


def form_of(page):
    """Return the values of an admin form as a browser sends them back."""
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for each in [formset.management_form, *formset.forms]:
            for name, field in each.fields.items():
                data[each.add_prefix(name)] = each.get_initial_for_field(field, name)
    return {name: getattr(value, "pk", value) for name, value in data.items() if value is not None}


def test_a_correction_changes_only_the_corrected_fields(office):
    lecture = LectureFactory(section__course__published=True)
    url = reverse("admin:courses_course_change", args=[lecture.course_id])
    data = form_of(office.get(url))
    Course.objects.update(enrolled_count=5)  # people enroll after the form was opened
    data |= {"title": "Decent", "lectures-0-title": "Corrected", "lectures-0-is_published": ""}
    response = office.post(url, data)
    assert response.status_code == 302, response.context["errors"]
    course, lecture = Course.objects.get(), Lecture.objects.get()
    assert (course.title, course.enrolled_count, course.lecture_count) == ("Decent", 5, 0)
    assert (lecture.title, lecture.is_published, lecture.body) == ("Corrected", False, "# Read me")


def test_staff_cannot_set_a_price_that_cannot_be_charged(office):
    course = CourseFactory()
    url = reverse("admin:courses_course_change", args=[course.pk])
    for amount, rule in (
        ("0.10", "The price must be 0, or from 0.50 USD to 999,999.99 USD."),
        ("1000000", "Enter at most 999,999.99 USD."),
    ):
        response = office.post(url, form_of(office.get(url)) | {"price_amount": amount})
        assert response.status_code == 200
        assert rule in response.content.decode()


def test_a_price_typed_as_64_is_64_dollars(office):
    course = CourseFactory(currency="usd")
    url = reverse("admin:courses_course_change", args=[course.pk])
    office.post(url, form_of(office.get(url)) | {"price_amount": "64"})
    course.refresh_from_db()
    assert course.price_amount == 6400


def test_a_course_with_students_is_not_deleted(office, student):
    studied, free = CourseFactory(published=True), CourseFactory(published=True)
    enroll(student.pk, studied.pk, source="free")
    url = reverse("admin:courses_course_delete", args=[studied.pk])
    assert office.post(url, {"post": "yes"}).status_code == 200
    url = reverse("admin:courses_course_delete", args=[free.pk])
    assert office.post(url, {"post": "yes"}).status_code == 302
    assert list(Course.objects.all()) == [studied]


def test_reported_reviews_are_hidden_shown_and_dismissed(office, student):
    course = CourseFactory(published=True)
    review = reviews.write(student, course, rating=1, comment="Spam")
    reviews.report(review, by=course.instructor, reason="Advertises")
    page = office.get(reverse("admin:courses_review_changelist"), {"is": "reported"})
    assert "Advertises" in page.content.decode()
    run(office, "review", "dismiss", review)
    assert Review.objects.get().reported_at is None
    reviews.report(review, by=course.instructor, reason="Advertises")
    run(office, "review", "hide", review)
    course.refresh_from_db()
    assert course.rating_count == 0
    page = office.get(reverse("admin:courses_review_changelist"), {"is": "reported"})
    assert "Spam" not in page.text, "hiding it settles the report"
    run(office, "review", "unhide", review)
    course.refresh_from_db()
    assert course.rating_count == 1


def test_a_review_deleted_by_staff_is_not_counted(office, student):
    course = CourseFactory(published=True)
    review = reviews.write(student, course, rating=1)
    office.post(reverse("admin:courses_review_delete", args=[review.pk]), {"post": "yes"})
    course.refresh_from_db()
    assert (Review.objects.count(), course.rating_count) == (0, 0)


def test_staff_create_categories(office):
    url = reverse("admin:courses_category_add")
    assert office.post(url, {"name": "Code", "slug": "code"}).status_code == 302
    assert Category.objects.get().slug == "code"
