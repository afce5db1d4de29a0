"""What an author sets up as gates: the order of study, openings, and what a lecture requires."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from courses.exceptions import RequiresInCircle
from courses.models import Lecture
from courses.services.lectures import change_lecture
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(instructor):
    return CourseFactory(instructor=instructor)


@pytest.fixture
def lectures(course):
    section = SectionFactory(course=course)
    return [LectureFactory(section=section) for _ in range(3)]


@pytest.fixture
def author(instructor, client_of):
    return client_of(instructor)


def require(author, lecture, *others):
    ids = [str(getattr(each, "pk", each)) for each in others]
    return author.patch(f"/api/v1/lectures/{lecture.pk}", {"requires": ids})


def error(response):
    [found] = response.json()["errors"]
    return response.status_code, found["code"], found["attr"]


def test_a_lecture_requires_others_of_its_course_without_a_circle(author, lectures):
    a, b, c = lectures
    assert error(require(author, a, a)) == (400, "cycle", "requires")
    assert require(author, a, b, b).json()["requires"] == [str(b.pk)]
    assert require(author, b, c).status_code == 200
    assert error(require(author, c, a)) == (400, "cycle", "requires")
    for foreign in (LectureFactory(), ObjectId()):
        assert error(require(author, c, foreign)) == (400, "foreign_lecture", "requires")
    assert error(require(author, c, "x"))[:2] == (400, "invalid")
    assert require(author, a).json()["requires"] == []
    assert require(author, c, a).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_close_no_circle(lectures):
    a, b, c = lectures
    pairs = [(a, b), (b, c), (c, a)]

    def change(pair):
        lecture, other = pair
        try:
            change_lecture(lecture, requires=[other.pk])
        except RequiresInCircle as error:
            return error
        return None

    with ThreadPoolExecutor(len(pairs)) as pool:
        refused = list(pool.map(change, pairs))
    assert sum(map(bool, refused)) == 1
    assert sum(bool(each.requires) for each in Lecture.objects.all()) == 2


def test_a_new_lecture_may_require_others(author, course, lectures):
    body = {
        "section": str(lectures[0].section_id),
        "title": "New",
        "kind": "article",
        "requires": [str(lectures[2].pk)],
    }
    made = author.post(f"/api/v1/courses/{course.pk}/lectures", body)
    assert (made.status_code, made.json()["requires"]) == (201, [str(lectures[2].pk)])
    outline = author.get(f"/api/v1/courses/{course.pk}").json()["sections"][0]["lectures"]
    assert outline[-1]["requires"] == [str(lectures[2].pk)]


def test_what_is_deleted_is_not_required_any_more(author, course, lectures):
    a, b, c = lectures
    other = LectureFactory(section=SectionFactory(course=course))
    require(author, a, b, c, other)
    assert author.delete(f"/api/v1/lectures/{b.pk}").status_code == 204
    assert Lecture.objects.get(pk=a.pk).requires == [c.pk, other.pk]
    assert author.delete(f"/api/v1/sections/{other.section_id}").status_code == 204
    assert Lecture.objects.get(pk=a.pk).requires == [c.pk]


def test_a_course_is_studied_in_order_or_freely(author, course):
    url = f"/api/v1/courses/{course.pk}"
    assert author.get(url).json()["pacing"] == "free"
    assert author.patch(url, {"pacing": "in_order"}).json()["pacing"] == "in_order"
    assert error(author.patch(url, {"pacing": "slow"})) == (400, "invalid_choice", "pacing")


def test_an_opening_is_a_time_or_a_number_of_days(author, lectures):
    for opens, code, attr in (
        ({}, "one_of_both", "opens"),
        ({"at": "2027-01-01T00:00:00Z", "days": 1}, "one_of_both", "opens"),
        ({"days": -1}, "min_value", "opens.days"),
        ({"days": 10**9}, "max_value", "opens.days"),
        ({"at": "2027-01-01"}, "invalid", "opens.at"),
        ("tomorrow", "invalid", "opens.non_field_errors"),
    ):
        response = author.patch(f"/api/v1/sections/{lectures[0].section_id}", {"opens": opens})
        assert error(response) == (400, code, attr)
