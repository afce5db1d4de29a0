"""What an assignment asks: set by its author as a whole, read by those who may watch."""

from datetime import UTC, datetime

import pytest
from bson import ObjectId

from assessments.exceptions import InvalidRubric
from assessments.models import Assignment
from assessments.services.assignments import merge_rubric
from assessments.tests.factories import AssignmentFactory, SubmissionFactory
from courses.tests.factories import LectureFactory
from learning.services.enrollment import enroll

A, B = str(ObjectId()), str(ObjectId())
RUBRIC = [{"id": A, "title": "Form", "points": 40}, {"id": B, "title": "Content", "points": 60}]


@pytest.fixture
def lecture(course):
    return LectureFactory(section__course=course, kind="assignment", body="")


def url(lecture) -> str:
    return f"/api/v1/lectures/{lecture.pk}/assignment"


def errors(response) -> list[tuple[str, str | None]]:
    return [(each["code"], each["attr"]) for each in response.json()["errors"]]


def test_a_criterion_keeps_its_id_by_its_id_or_its_title():
    renamed = merge_rubric(
        RUBRIC,
        [
            {"title": "Content", "points": 50},
            {"id": ObjectId(A), "title": "Language", "points": 40},
            {"title": "Form", "points": 10},
        ],
        100,
    )
    assert [each["title"] for each in renamed] == ["Content", "Language", "Form"]
    assert [each["id"] for each in renamed[:2]] == [B, A]
    assert renamed[2]["id"] not in (A, B)
    assert merge_rubric(RUBRIC, [], 100) == []


@pytest.mark.parametrize(
    ("rubric", "words"),
    [
        ([{"title": "Form", "points": 99}], "add up to 99. They must add up to 100"),
        ([{"id": ObjectId(), "title": "Form", "points": 100}], "has no criterion"),
        ([{"title": "x", "points": 50}, {"title": "x", "points": 50}], "once"),
        ([{"id": ObjectId(A), "title": str(n), "points": 50} for n in range(2)], "once"),
    ],
)
def test_a_rubric_adds_up_and_names_each_criterion_once(rubric, words):
    with pytest.raises(InvalidRubric, match=words):
        merge_rubric(RUBRIC, rubric, 100)


@pytest.mark.django_db
def test_an_author_sets_an_assignment_as_a_whole(lecture, instructor, client_of):
    client = client_of(instructor)
    assert client.get(url(lecture)).status_code == 404
    whole = {
        "instructions": "# Write\n<script>",
        "points": 100,
        "rubric": [{"title": "Form", "points": 40}, {"title": "Content", "points": 60}],
        "due_at": "2030-01-01T00:00:00Z",
        "late": "mark",
        "accept": ["files", "files"],
        "max_files": 2,
        "passing_percent": 70,
    }
    body = client.put(url(lecture), whole).json()
    assert body == client.get(url(lecture)).json()
    assert {name: body[name] for name in ("points", "late", "max_files", "passing_percent")} == {
        "points": 100, "late": "mark", "max_files": 2, "passing_percent": 70,
    }  # fmt: skip
    assert body["due_at"] == "2030-01-01T00:00:00.000Z"
    assert (body["accept"], body["lecture"]) == (["files"], str(lecture.pk))
    assert "<h1>Write</h1>" in body["instructions_html"]
    assert "<script" not in body["instructions_html"]
    renamed = [body["rubric"][1] | {"title": "Ideas"}, {"title": "Form", "points": 40}]
    again = client.put(url(lecture), whole | {"rubric": renamed}).json()["rubric"]
    assert [each["id"] for each in again] == [each["id"] for each in body["rubric"][::-1]]
    plain = client.put(url(lecture), {"instructions": "Write."}).json()
    assert (plain["due_at"], plain["late"], plain["accept"]) == (None, "accept", ["text", "files"])
    assert (plain["rubric"], plain["points"], plain["passing_percent"]) == ([], 10_000, 50)
    assert Assignment.objects.count() == 1


@pytest.mark.django_db
def test_a_bad_assignment_is_refused_field_by_field(lecture, instructor, client_of):
    client = client_of(instructor)
    for changed, expected in [
        ({"instructions": ""}, ("blank", "instructions")),
        ({"instructions": "x" * 50_001}, ("max_length", "instructions")),
        ({"instructions": ">" * 150}, ("too_nested", "instructions")),
        ({"points": 0}, ("min_value", "points")),
        ({"points": 100_001}, ("max_value", "points")),
        ({"points": "many"}, ("invalid", "points")),
        ({"rubric": [{"title": "x", "points": 9_999}]}, ("invalid_rubric", "rubric")),
        ({"rubric": [{"title": "x", "points": -1}]}, ("min_value", "rubric.0.points")),
        ({"rubric": [{"id": "x", "title": "x", "points": 1}]}, ("invalid", "rubric.0.id")),
        ({"rubric": {}}, ("not_a_list", "rubric")),
        ({"due_at": "2030-01-01"}, ("invalid", "due_at")),
        ({"late": "never"}, ("invalid_choice", "late")),
        ({"accept": []}, ("empty", "accept")),
        ({"accept": ["video"]}, ("invalid_choice", "accept.0")),
        ({"max_files": 0}, ("min_value", "max_files")),
        ({"passing_percent": 101}, ("max_value", "passing_percent")),
    ]:
        response = client.put(url(lecture), {"instructions": "Write."} | changed)
        assert (response.status_code, errors(response)) == (400, [expected]), changed
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_those_who_may_watch_read_it_and_only_the_author_sets_it(
    course, lecture, visitor, student, other_student, instructor, other_instructor, staff, client_of
):
    due = datetime(2030, 1, 1, tzinfo=UTC)
    AssignmentFactory(lecture=lecture, due_at=due)
    article = LectureFactory(section=lecture.section)
    enroll(student.pk, course.pk, source="free")
    for person, may_read in [
        (student, 200), (other_student, 403), (instructor, 200), (other_instructor, 403), (staff, 200)
    ]:  # fmt: skip
        client = client_of(person)
        assert client.get(url(lecture)).status_code == may_read
        may_write = 200 if person == instructor else 403
        assert client.put(url(lecture), {"instructions": "x"}).status_code == may_write
    assert visitor.get(url(lecture)).status_code == 401
    lecture.is_preview = True
    lecture.save()
    assert visitor.get(url(lecture)).status_code == 200
    client = client_of(instructor)
    assert client.get(url(article)).status_code == 404
    assert client.put(url(article), {"instructions": "x"}).status_code == 404


@pytest.mark.django_db
def test_an_assignment_must_be_set_before_its_course_is_published(instructor, client_of):
    lecture = LectureFactory(section__course__instructor=instructor, kind="assignment", body="")
    client, publish = client_of(instructor), f"/api/v1/courses/{lecture.course_id}/publish"
    response = client.post(publish)
    assert errors(response) == [("not_publishable", f"lectures.{lecture.pk}.assignment")]
    AssignmentFactory(lecture=lecture)
    assert client.post(publish).status_code == 200


@pytest.mark.django_db
def test_an_assignment_is_deleted_with_its_lecture_until_somebody_worked_on_it(
    lecture, student, instructor, client_of
):
    assignment = AssignmentFactory(lecture=lecture)
    client, path = client_of(instructor), f"/api/v1/lectures/{lecture.pk}"
    SubmissionFactory(lecture=lecture, user=student)
    Assignment.objects.update(has_submissions=True)
    response = client.delete(path)
    assert (response.status_code, errors(response)[0][0]) == (409, "has_attempts")
    unused = AssignmentFactory(lecture__section=lecture.section)
    assert client.delete(f"/api/v1/lectures/{unused.lecture_id}").status_code == 204
    assert list(Assignment.objects.all()) == [assignment]
