"""The number of a course's students: exact for every reader, and no document that each purchase writes."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts.tests.factories import UserFactory
from courses.exceptions import HasStudents
from courses.models import Course, StudentChange
from courses.queries.courses import find_course
from courses.queries.instructors import render_instructor
from courses.services import authoring, students
from courses.tests.factories import CourseFactory
from learning.services.enrollment import enroll, revoke
from learning.tests.factories import EnrollmentFactory
from lms.mongodb import connection
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def count(client):
    """Return the number of the only course, on its card, in full, and of its instructor."""
    [card] = client.get(URL).json()["results"]
    detail = client.get(f"{URL}/{card['id']}").json()
    instructor = client.get(f"/api/v1/instructors/{card['instructor']['id']}").json()
    return {card["enrolled_count"], detail["enrolled_count"], instructor["student_count"]}


def test_every_reader_counts_a_student_at_once_and_after_the_sum(visitor, student):
    course = CourseFactory(published=True)
    enroll(student.pk, course.pk, source="free")
    assert count(visitor) == {1}
    call_command("count_students")
    assert count(visitor) == {1}
    revoke(student.pk, course.pk, source="free")
    assert count(visitor) == {0}
    call_command("count_students")
    assert count(visitor) == {0}
    assert not StudentChange.objects.exists()


def test_the_catalogue_is_ordered_by_the_sums_and_its_pages_miss_no_course(visitor):
    courses = CourseFactory.create_batch(3, published=True)
    for number, course in enumerate(courses):
        for _ in range(number):
            enroll(UserFactory().pk, course.pk, source="free")
    call_command("count_students")
    enroll(UserFactory().pk, courses[0].pk, source="free")  # not in the order yet
    page = visitor.get(URL, {"ordering": "-enrolled", "page_size": 1}).json()
    slugs = [page["results"][0]["slug"]]
    while page["next"]:
        page = visitor.get(page["next"]).json()
        slugs.append(page["results"][0]["slug"])
    assert slugs == [course.slug for course in reversed(courses)]


def test_changes_are_added_in_bounded_transactions(monkeypatch, commands):
    monkeypatch.setattr(students, "MAX_CHANGES", 2)
    courses = CourseFactory.create_batch(2)
    for course in courses:
        for _ in range(5):
            students.count_student(course.pk, by=1)
    with commands() as sent:
        assert students.sum_up() == 10
    assert sum(event.command_name == "commitTransaction" for event in sent) >= 6
    assert [course.enrolled_count for course in Course.objects.all()] == [5, 5]


def test_only_the_first_enrollment_writes_to_the_course(commands):
    course = CourseFactory()
    for written in (1, 0, 0):
        person = UserFactory()
        with commands() as sent:
            enroll(person.pk, course.pk, source="free")
        writes = [each for each in sent if each.command.get("update") == Course._meta.db_table]
        assert len(writes) == written


@pytest.mark.django_db(transaction=True)
def test_sums_beside_each_other_and_beside_enrollments_lose_none():
    course = CourseFactory(published=True)
    people = UserFactory.create_batch(12)
    calls = [lambda person=person: enroll(person.pk, course.pk, source="free") for person in people]
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(call) for call in [*calls, *[students.sum_up] * 4]]:
            done.result()
    students.sum_up()
    assert Course.objects.get().enrolled_count == 12


def test_a_reader_of_old_documents_counts_them_too(student):
    """A course that was written before there were changes."""
    course = CourseFactory(enrolled_count=7)
    enroll(student.pk, course.pk, source="free")
    document = find_course(course.pk)
    assert document["enrolled_count"] + document["new_students"] == 8
    assert render_instructor(course.instructor)["student_count"] == 8
    assert connection.get_collection(StudentChange._meta.db_table).count_documents({}) == 1


@pytest.mark.parametrize(
    ("name", "refer"),
    [
        ("learning.migrations.0007_mark_taken_courses", EnrollmentFactory),
        ("payments.migrations.0004_mark_taken_courses", OrderFactory),
    ],
)
def test_courses_that_were_taken_before_the_flag_existed_are_marked(name, refer):
    taken, free = CourseFactory.create_batch(2)
    refer(course=taken)
    Course.objects.update(was_taken=False)
    migration = import_module(name)
    for _ in range(2):
        with connection.schema_editor() as editor:
            migration.mark(apps, editor)
    assert list(Course.objects.filter(was_taken=True)) == [taken]
    authoring.delete(free)
    with pytest.raises(HasStudents):
        authoring.delete(taken)
