"""One course in full: who may see it and who may change it."""

import pytest

from courses.models import Course
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def errors(response, status=400):
    assert response.status_code == status, response.content
    return {(error["attr"], error["code"]) for error in response.json()["errors"]}


# --- Reading ------------------------------------------------------------------------------------------------


def test_a_course_is_found_by_id_and_by_slug(visitor):
    course = CourseFactory(published=True, slug="курс")
    by_id, by_slug = visitor.get(f"{URL}/{course.pk}"), visitor.get(f"{URL}/курс")
    assert by_id.status_code == 200
    assert by_id.json() == by_slug.json()
    assert by_id["ETag"] == by_slug["ETag"]
    again = visitor.get(f"{URL}/курс", HTTP_IF_NONE_MATCH=by_id["ETag"])
    assert again.status_code == 304


@pytest.mark.parametrize("key", ["nobody-has-this", "0" * 24, "$gt", "%00", "a" * 500, "🎓"])
def test_an_unknown_course_is_404(visitor, key):
    assert visitor.get(f"{URL}/{key}").status_code == 404


def test_the_outline_shows_published_lectures_in_order_and_no_content(visitor):
    course = CourseFactory(published=True)
    second = SectionFactory(course=course, position=1)
    first = SectionFactory(course=course, position=0)
    b, a = LectureFactory(section=first, position=1), LectureFactory(section=first, position=0)
    LectureFactory(section=first, is_published=False)
    preview = LectureFactory(section=second, is_preview=True, body="secret text")
    response = visitor.get(f"{URL}/{course.pk}")
    sections = response.json()["sections"]
    assert [section["id"] for section in sections] == [str(first.pk), str(second.pk)]
    assert [lecture["id"] for lecture in sections[0]["lectures"]] == [str(a.pk), str(b.pk)]
    assert sections[1]["lectures"] == [
        {
            "id": str(preview.pk),
            "title": preview.title,
            "kind": "article",
            "duration_seconds": 0,
            "is_preview": True,
            "position": 0,
        }
    ]
    assert b"secret text" not in response.content


def test_the_author_sees_unpublished_lectures(client_of, staff):
    course = CourseFactory(published=True)
    LectureFactory(section__course=course, is_published=False)
    for person in (course.instructor, staff):
        [section] = client_of(person).get(f"{URL}/{course.pk}").json()["sections"]
        assert [lecture["is_published"] for lecture in section["lectures"]] == [False]


def test_a_course_in_full_costs_one_command(visitor, commands):
    course = LectureFactory(section__course=CourseFactory(published=True)).course
    with commands() as sent:
        assert visitor.get(f"{URL}/{course.slug}").status_code == 200
    assert [command.command_name for command in sent] == ["aggregate"]


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_only_its_instructor_and_staff_see_a_hidden_course(
    visitor, client_of, student, other_instructor, staff, status
):
    course = CourseFactory(status=status)
    url = f"{URL}/{course.pk}"
    assert visitor.get(url).status_code == 404
    assert client_of(student).get(url).status_code == 404
    assert client_of(other_instructor).get(url).status_code == 404
    assert client_of(course.instructor).get(url).status_code == 200
    assert client_of(staff).get(url).status_code == 200


def test_an_instructor_lists_their_own_courses_of_every_status(client_of, instructor):
    for status in Course.Status:
        CourseFactory(instructor=instructor, status=status, slug=status)
    CourseFactory(published=True)
    client = client_of(instructor)
    listed = client.get(f"{URL}/mine").json()["results"]
    assert [card["status"] for card in listed] == ["archived", "published", "in_review", "draft"]
    [draft] = client.get(f"{URL}/mine", {"status": "draft"}).json()["results"]
    assert draft["slug"] == "draft"
    assert errors(client.get(f"{URL}/mine", {"status": "gone"})) == {("status", "invalid_choice")}


def test_the_own_list_costs_two_commands(client_of, instructor, commands):
    CourseFactory.create_batch(3, instructor=instructor)
    client = client_of(instructor)
    with commands() as sent:
        assert len(client.get(f"{URL}/mine").json()["results"]) == 3
    assert len(sent) == 2


def test_only_instructors_have_a_list_of_own_courses(client_of, student, visitor):
    assert client_of(student).get(f"{URL}/mine").status_code == 403
    assert visitor.get(f"{URL}/mine").status_code == 401


# --- Who may change it --------------------------------------------------------------------------------------


WRITES = [
    ("patch", "", {"title": "Mine now"}),
    ("delete", "", None),
    ("post", "/publish", None),
    ("post", "/unpublish", None),
    ("post", "/archive", None),
    ("put", "/thumbnail", {}),
    ("post", "/sections", {"title": "Mine now"}),
    ("put", "/curriculum", []),
    ("post", "/lectures", {}),
]


@pytest.mark.parametrize(("method", "path", "data"), WRITES)
@pytest.mark.parametrize(("published", "expected"), [(True, 403), (False, 404)])
def test_nobody_changes_the_course_of_another_instructor(
    client_of, student, other_instructor, method, path, data, published, expected
):
    course = CourseFactory(published=published)
    for person in (student, other_instructor):
        response = getattr(client_of(person), method)(f"{URL}/{course.pk}{path}", data)
        assert response.status_code == expected
    assert Course.objects.get(pk=course.pk).title == course.title
    assert not course.sections.exists()


@pytest.mark.parametrize(("method", "path", "data"), WRITES)
def test_a_visitor_cannot_change_a_course(visitor, method, path, data):
    course = CourseFactory(published=True)
    response = getattr(visitor, method)(f"{URL}/{course.pk}{path}", data)
    assert response.status_code == 401


def test_staff_change_a_course_but_not_its_outline(client_of, staff):
    course = CourseFactory(published=True)
    client, url = client_of(staff), f"{URL}/{course.pk}"
    assert client.patch(url, {"title": "Decent"}).status_code == 200
    assert client.post(f"{url}/unpublish").json()["status"] == "draft"
    assert client.post(f"{url}/sections", {"title": "No"}).status_code == 403
    assert client.put(f"{url}/thumbnail", {}, format="multipart").status_code == 403
    assert client.delete(url).status_code == 204
