"""An instructor writes sections and lectures."""

import pytest

from courses.models import Lecture, Section
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from learning.services.enrollment import enroll
from media.models import Asset
from media.tests.factories import AssetFactory, CaptionsFactory, FileFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def course(instructor):
    return CourseFactory(instructor=instructor)


@pytest.fixture
def section(course):
    return SectionFactory(course=course)


@pytest.fixture
def client(client_of, instructor):
    return client_of(instructor)


def errors(response, status=400):
    assert response.status_code == status, response.content
    return {(error["attr"], error["code"]) for error in response.json()["errors"]}


# --- Sections -----------------------------------------------------------------------------------------------


def test_a_section_is_added_changed_and_removed(client, course):
    made = client.post(f"{URL}/courses/{course.pk}/sections", {"title": "One"})
    assert made.status_code == 201
    url = f"{URL}/sections/{made.json()['id']}"
    assert made.json() == {
        "id": made.json()["id"],
        "course": str(course.pk),
        "title": "One",
        "position": 0,
        "opens": None,
    }
    client.post(f"{URL}/courses/{course.pk}/sections", {"title": "Zero", "position": 0})
    assert client.patch(url, {"title": "Uno"}).json()["position"] == 1
    assert client.patch(url, {"position": 0}).json()["position"] == 0
    assert client.delete(url).status_code == 204
    assert client.delete(url).status_code == 404
    assert [each.title for each in course.sections.all()] == ["Zero"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, ("title", "required")),
        ({"title": " "}, ("title", "blank")),
        ({"title": "x" * 121}, ("title", "max_length")),
        ({"title": "a", "position": -1}, ("position", "min_value")),
        ({"title": "a", "position": "first"}, ("position", "invalid")),
        ({"title": "a", "position": 10**9}, ("position", "max_value")),
    ],
)
def test_invalid_sections_are_refused(client, course, data, error):
    assert errors(client.post(f"{URL}/courses/{course.pk}/sections", data)) == {error}


@pytest.mark.parametrize(("published", "expected"), [(True, 403), (False, 404)])
def test_nobody_changes_parts_of_the_course_of_another_instructor(
    client_of, student, other_instructor, published, expected
):
    lecture = LectureFactory(section__course=CourseFactory(published=published))
    for person in (student, other_instructor):
        stranger = client_of(person)
        for url in (f"{URL}/sections/{lecture.section_id}", f"{URL}/lectures/{lecture.pk}"):
            assert stranger.patch(url, {"title": "Mine"}).status_code == expected
            assert stranger.delete(url).status_code == expected
    lecture.refresh_from_db()
    assert lecture.title != "Mine"


@pytest.mark.parametrize("path", ["sections", "lectures"])
@pytest.mark.parametrize("pk", ["0" * 24, "nonsense"])
def test_unknown_parts_are_404(client, path, pk):
    assert client.patch(f"{URL}/{path}/{pk}", {"title": "a"}).status_code == 404
    assert client.delete(f"{URL}/{path}/{pk}").status_code == 404


def test_visitors_cannot_change_parts(visitor):
    lecture = LectureFactory(section__course=CourseFactory(published=True))
    assert visitor.patch(f"{URL}/sections/{lecture.section_id}", {}).status_code == 401
    assert visitor.patch(f"{URL}/lectures/{lecture.pk}", {}).status_code == 401


# --- Lectures -----------------------------------------------------------------------------------------------


def test_an_article_is_written_in_markdown_and_shown_as_safe_html(client, course, section):
    body = "# Title\n\nOne <script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    response = client.post(
        f"{URL}/courses/{course.pk}/lectures",
        {"section": str(section.pk), "title": "Read", "kind": "article", "body": body},
    )
    assert response.status_code == 201, response.content
    lecture = response.json()
    assert lecture["body"] == body
    assert "<h1>Title</h1>" in lecture["body_html"]
    assert "<strong>bold</strong>" in lecture["body_html"]
    assert "<script" not in lecture["body_html"]
    assert "href" not in lecture["body_html"]
    course.refresh_from_db()
    assert course.lecture_count == 1


def test_a_lecture_is_inserted_at_its_position_and_moved(client, course, section):
    there = SectionFactory(course=course)
    old = LectureFactory(section=section)
    data = {"section": str(section.pk), "title": "New", "kind": "article", "position": 0}
    new = client.post(f"{URL}/courses/{course.pk}/lectures", data).json()
    assert [each.title for each in section.lectures.order_by("position")] == ["New", old.title]
    moved = client.patch(f"{URL}/lectures/{new['id']}", {"section": str(there.pk)}).json()
    assert (moved["section"], moved["position"]) == (str(there.pk), 0)
    assert client.delete(f"{URL}/lectures/{new['id']}").status_code == 204
    assert not there.lectures.exists()


def test_a_lecture_keeps_its_kind(client, section):
    lecture = LectureFactory(section=section)
    url = f"{URL}/lectures/{lecture.pk}"
    assert errors(client.patch(url, {"kind": "video"})) == {("kind", "immutable")}
    assert client.patch(url, {"kind": "article", "is_preview": True}).json()["is_preview"] is True


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"section": "0" * 24}, ("section", "does_not_exist")),
        ({"section": "first"}, ("section", "invalid")),
        ({"section": None}, ("section", "null")),
        ({"kind": "song"}, ("kind", "invalid_choice")),
        ({"title": ""}, ("title", "blank")),
        ({"asset": "0" * 24}, ("asset", "does_not_exist")),
        ({"asset": {"$gt": ""}}, ("asset", "invalid")),
        ({"body": "text"}, ("body", "wrong_kind")),
        ({"captions": ["0" * 24]}, ("captions", "does_not_exist")),
        ({"captions": "x"}, ("captions", "not_a_list")),
        ({"captions": ["x"]}, ("captions.0", "invalid")),
        ({"is_preview": "maybe"}, ("is_preview", "invalid")),
    ],
)
def test_invalid_lectures_are_refused(client, course, section, change, error):
    data = {"section": str(section.pk), "title": "Watch", "kind": "video"} | change
    assert errors(client.post(f"{URL}/courses/{course.pk}/lectures", data)) == {error}
    assert not Lecture.objects.exists()


def test_a_lecture_stays_in_its_course(client, course):
    elsewhere = SectionFactory(course=CourseFactory(instructor=course.instructor))
    data = {"section": str(elsewhere.pk), "title": "a", "kind": "article"}
    response = client.post(f"{URL}/courses/{course.pk}/lectures", data)
    assert errors(response) == {("section", "does_not_exist")}


def test_a_file_must_belong_to_the_instructor_have_the_right_kind_and_not_be_failed(
    client, course, section, instructor
):
    url = f"{URL}/courses/{course.pk}/lectures"
    data = {"section": str(section.pk), "title": "Watch", "kind": "video"}
    foreign, file = AssetFactory(), FileFactory(owner=instructor)
    failed = AssetFactory(owner=instructor, status=Asset.Status.FAILED)
    own = AssetFactory(owner=instructor, duration_seconds=75)
    assert errors(client.post(url, data | {"asset": str(foreign.pk)})) == {
        ("asset", "does_not_exist")
    }
    assert errors(client.post(url, data | {"asset": str(failed.pk)})) == {
        ("asset", "does_not_exist")
    }
    assert errors(client.post(url, data | {"asset": str(file.pk)})) == {("asset", "wrong_kind")}
    made = client.post(url, data | {"asset": str(own.pk)}).json()
    assert (made["asset"], made["duration_seconds"]) == (str(own.pk), 75)
    made = client.post(url, data | {"kind": "file", "asset": str(file.pk)}).json()
    assert made["asset"] == str(file.pk)


def test_captions_belong_to_a_video_and_to_its_instructor(client, course, section, instructor):
    own, foreign = CaptionsFactory(owner=instructor), CaptionsFactory()
    lecture = LectureFactory(section=section, kind="video", body="")
    url = f"{URL}/lectures/{lecture.pk}"
    twice = client.patch(url, {"captions": [str(own.pk), str(own.pk)]})
    assert twice.json()["captions"] == [str(own.pk)]
    assert errors(client.patch(url, {"captions": [str(foreign.pk)]})) == {
        ("captions", "does_not_exist")
    }
    article = LectureFactory(section=section)
    response = client.patch(f"{URL}/lectures/{article.pk}", {"captions": [str(own.pk)]})
    assert errors(response) == {("captions", "wrong_kind")}


def test_a_video_that_a_lecture_shows_is_not_deleted(client, section, instructor):
    asset = AssetFactory(owner=instructor)
    LectureFactory(section=section, kind="video", body="", asset=asset)
    assert errors(client.delete(f"{URL}/media/assets/{asset.pk}"), 409) == {(None, "in_use")}


# --- The whole of it ----------------------------------------------------------------------------------------


def test_an_instructor_puts_the_whole_curriculum_in_order(client, course, section):
    other = SectionFactory(course=course)
    a, b, c = (LectureFactory(section=section) for _ in range(3))
    order = [
        {"section": str(other.pk), "lectures": [str(c.pk), str(a.pk)]},
        {"section": str(section.pk), "lectures": [str(b.pk)]},
    ]
    response = client.put(f"{URL}/courses/{course.pk}/curriculum", order)
    assert response.status_code == 200, response.content
    assert [
        {
            "section": each["id"],
            "lectures": [lecture["id"] for lecture in each["lectures"]],
        }
        for each in response.json()["sections"]
    ] == order
    outline = client.get(f"{URL}/courses/{course.pk}/lectures").json()
    assert [each["id"] for each in outline["sections"]] == [each["section"] for each in order]


@pytest.mark.parametrize(
    ("order", "attr"),
    [
        ({}, "non_field_errors"),
        ("x", "non_field_errors"),
        ([1], "non_field_errors"),
        ([{"section": "x", "lectures": []}], "section"),
        ([{"lectures": []}], "section"),
        ([{"section": "0" * 24}], "lectures"),
        ([{"section": "0" * 24, "lectures": ["x"]}], "lectures.0"),
        ([{"section": "0" * 24, "lectures": "x"}], "lectures"),
        ([], "sections"),
        ([{"section": "0" * 24, "lectures": []}], "sections"),
    ],
)
def test_a_curriculum_with_foreign_or_missing_parts_changes_nothing(
    client, course, section, order, attr
):
    response = client.put(f"{URL}/courses/{course.pk}/curriculum", order)
    assert {name for name, _ in errors(response)} == {attr}
    assert list(Section.objects.filter(course=course)) == [section]


def test_a_large_curriculum_costs_few_commands(client, course, section, commands):
    lectures = [LectureFactory(section=section, position=n) for n in range(12)]
    order = [{"section": str(section.pk), "lectures": [str(each.pk) for each in lectures[::-1]]}]
    with commands() as sent:
        client.put(f"{URL}/courses/{course.pk}/curriculum", order)
    assert len(sent) <= 10


def test_after_an_edit_the_percentage_of_students_is_right(client, client_of, course, student):
    section = SectionFactory(course=course)
    done, gone, late = (LectureFactory(section=section) for _ in range(3))
    enroll(student.pk, course.pk, source="free")
    studying, progress = client_of(student), f"{URL}/courses/{course.pk}/progress"

    def percentage():
        return studying.get(progress).json()["percentage"]

    for lecture in (done, gone):
        studying.patch(f"{progress}/lectures/{lecture.pk}", {"completed": True})
    assert percentage() == 66
    client.delete(f"{URL}/lectures/{gone.pk}")
    assert percentage() == 50
    client.patch(f"{URL}/lectures/{late.pk}", {"is_published": False})
    assert percentage() == 100
    client.delete(f"{URL}/sections/{section.pk}")
    assert percentage() == 0
