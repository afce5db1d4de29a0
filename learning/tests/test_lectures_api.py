"""Lectures and playback, for those who may see them."""

import pytest
from bson import ObjectId

from courses.models import Course, Lecture
from learning.serializers import PlaybackSerializer
from learning.services import study
from learning.services.enrollment import revoke
from media.models import PlaybackGrant
from media.tests.factories import AssetFactory, CaptionsFactory, FileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def video(course, instructor, lectures_of) -> Lecture:
    asset = AssetFactory(owner=instructor)
    [lecture] = lectures_of(course, 1, kind="video", body="", asset=asset, duration_seconds=60)
    return lecture


@pytest.fixture
def article(course, lectures_of) -> Lecture:
    [lecture] = lectures_of(course, 1)
    return lecture


def url(lecture) -> str:
    return f"/api/v1/lectures/{lecture.pk}"


def play(client, lecture):
    return client.post(f"{url(lecture)}/playback")


def code(response) -> str:
    return response.json()["errors"][0]["code"]


def test_a_student_reads_an_article(course, article, student, enroll, client_of):
    enroll(student, course)
    response = client_of(student).get(url(article))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response.json() == {
        "id": str(article.pk),
        "course": str(course.pk),
        "section": str(article.section_id),
        "title": article.title,
        "description": "",
        "kind": "article",
        "duration_seconds": 0,
        "is_preview": False,
        "position": 0,
        "body": "# Read me",
        "body_html": response.json()["body_html"],
        "file": None,
        "completed": False,
        "position_seconds": 0,
        "locked": None,
    }
    assert "<h1>Read me</h1>" in response.json()["body_html"]


def test_a_student_downloads_a_file(course, instructor, student, enroll, client_of, lectures_of):
    asset = FileFactory(owner=instructor, original_name="slides.pdf")
    [lecture] = lectures_of(course, 1, kind="file", body="", asset=asset)
    enroll(student, course)
    file = client_of(student).get(url(lecture)).json()["file"]
    assert (file["name"], file["bytes"]) == ("slides.pdf", asset.bytes)
    assert "expires_at=" in file["url"]
    played = play(client_of(student), lecture).json()
    assert (played["kind"], played["poster"], played["captions"]) == ("file", None, [])
    assert "expires_at=" in played["url"]


def test_a_lecture_shows_what_the_student_did_with_it(course, video, student, enroll, client_of):
    enroll(student, course)
    study.record(student.pk, course.pk, video.pk, completed=True, position_seconds=30)
    body = client_of(student).get(url(video)).json()
    assert (body["completed"], body["position_seconds"]) == (True, 30)


def test_a_person_without_access_cannot_read_or_play_a_lecture(
    course, article, visitor, student, other_student, other_instructor, enroll, client_of
):
    enroll(student, course)
    revoke(student.pk, course.pk, source="free")
    for ask in (lambda client: client.get(url(article)), lambda client: play(client, article)):
        assert ask(visitor).status_code == 401
        for person in (student, other_student, other_instructor):
            response = ask(client_of(person))
            assert (response.status_code, code(response)) == (403, "enrollment_required")
            assert "Read me" not in response.text


def test_an_unpublished_or_unknown_lecture_is_404(
    course, article, visitor, student, enroll, client_of
):
    Lecture.objects.filter(pk=article.pk).update(is_published=False)
    enroll(student, course)
    assert client_of(student).get(url(article)).status_code == 404
    assert play(client_of(student), article).status_code == 404
    assert visitor.get(url(article)).status_code == 404
    assert visitor.get(f"/api/v1/lectures/{ObjectId()}").status_code == 404
    assert visitor.get("/api/v1/lectures/nonsense").status_code == 404


def test_a_lecture_whose_course_is_gone_is_404(course, article, instructor, client_of):
    Course.objects.filter(pk=course.pk).delete()
    assert client_of(instructor).get(url(article)).status_code == 404
    assert play(client_of(instructor), article).status_code == 404


def test_only_its_students_see_the_lectures_of_a_draft(
    course, article, visitor, student, other_student, enroll, client_of
):
    enroll(student, course)
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert visitor.get(url(article)).status_code == 404
    assert client_of(other_student).get(url(article)).status_code == 404
    assert client_of(student).get(url(article)).status_code == 200


def test_the_author_sees_the_files_of_a_lecture(course, video, instructor, staff, client_of):
    Lecture.objects.filter(pk=video.pk).update(is_published=False)
    for person in (instructor, staff):
        body = client_of(person).get(url(video)).json()
        assert body["asset"] == str(video.asset_id)
        assert (body["is_published"], body["next_asset"], body["captions"]) == (False, None, [])


def test_a_student_does_not_see_storage_ids(course, video, student, enroll, client_of):
    enroll(student, course)
    response = client_of(student).get(url(video))
    assert not {"asset", "next_asset", "captions", "is_published"} & response.json().keys()
    assert video.asset.public_id not in response.text


def test_a_student_watches_a_video(course, instructor, student, enroll, client_of, lectures_of):
    captions = CaptionsFactory(owner=instructor, original_name="intro.en.vtt", language="en")
    asset = AssetFactory(owner=instructor)
    [video] = lectures_of(
        course, 1, kind="video", body="", asset=asset, captions=[captions.pk, ObjectId()]
    )
    enroll(student, course)
    response = play(client_of(student), video)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    body = response.json()
    assert body.keys() == PlaybackSerializer().fields.keys()
    assert body["kind"] == "video"
    assert body["url"].startswith("http")
    assert [each["language"] for each in body["captions"]] == ["en"]
    assert PlaybackGrant.objects.get().user_id == student.pk


def test_a_visitor_watches_a_preview_of_a_published_course(course, video, visitor):
    Lecture.objects.filter(pk=video.pk).update(is_preview=True)
    assert visitor.get(url(video)).status_code == 200
    assert play(visitor, video).status_code == 200
    assert PlaybackGrant.objects.count() == 0
    Course.objects.filter(pk=course.pk).update(status="archived")
    assert play(visitor, video).status_code == 404


def test_a_lecture_that_cannot_be_played_says_why(
    course, article, instructor, student, enroll, client_of, lectures_of
):
    enroll(student, course)
    bare, waiting = lectures_of(course, 2, kind="video", body="")
    asset = AssetFactory(owner=instructor, status="processing")
    Lecture.objects.filter(pk=waiting.pk).update(asset=asset)
    for lecture, expected in (
        (bare, "not_ready"),
        (waiting, "not_ready"),
        (article, "nothing_to_play"),
    ):
        response = play(client_of(student), lecture)
        assert (response.status_code, code(response)) == (409, expected)


def test_too_many_devices_at_once_are_refused(course, video, student, enroll, client_of, settings):
    enroll(student, course)
    for _ in range(settings.PLAYBACK_STREAMS):
        assert play(client_of(student), video).status_code == 200
    response = play(client_of(student), video)
    assert (response.status_code, code(response)) == (429, "too_many_streams")


def test_watching_costs_few_database_commands(course, video, student, enroll, client_of, commands):
    enroll(student, course)
    client = client_of(student)
    with commands() as sent:
        assert client.get(url(video)).status_code == 200
    assert [event.command_name for event in sent] == ["aggregate", "aggregate"]
    with commands() as sent:
        assert play(client, video).status_code == 200
    assert len(sent) <= 4


def test_the_course_stays_visible_to_its_students(
    course, visitor, student, other_student, enroll, client_of
):
    enroll(student, course)
    Course.objects.filter(pk=course.pk).update(status="archived")
    for path in (f"courses/{course.pk}", f"courses/{course.slug}", f"courses/{course.pk}/lectures"):
        assert client_of(student).get(f"/api/v1/{path}").status_code == 200
        assert client_of(other_student).get(f"/api/v1/{path}").status_code == 404
        assert visitor.get(f"/api/v1/{path}").status_code == 404
    revoke(student.pk, course.pk, source="free")
    assert client_of(student).get(f"/api/v1/courses/{course.pk}").status_code == 404


def test_the_outline_shows_students_what_they_completed(
    course, lectures, visitor, student, other_student, instructor, enroll, client_of
):
    enroll(student, course)
    study.record(student.pk, course.pk, lectures[1].pk, completed=True, position_seconds=7)

    def outline(client):
        sections = client.get(f"/api/v1/courses/{course.pk}/lectures").json()["sections"]
        return [lecture for section in sections for lecture in section["lectures"]]

    seen = outline(client_of(student))
    assert [each["completed"] for each in seen] == [False, True, False]
    assert [each["position_seconds"] for each in seen] == [0, 7, 0]
    assert [each["locked"] for each in seen] == [None] * 3
    assert [each["completed"] for each in outline(client_of(instructor))] == [False] * 3
    for client in (visitor, client_of(other_student)):
        for lecture in outline(client):
            assert not {"completed", "position_seconds", "locked"} & lecture.keys()


def test_a_student_of_an_archived_course_sees_it_but_may_not_change_it(
    course, student, other_student, enroll, client_of
):
    enroll(student, course)
    Course.objects.filter(pk=course.pk).update(status="archived")
    url_of_course = f"/api/v1/courses/{course.pk}"
    for person, status in ((student, 403), (other_student, 404)):
        client = client_of(person)
        assert client.patch(url_of_course, {"title": "Mine"}, "json").status_code == status
        assert client.delete(url_of_course).status_code == status
