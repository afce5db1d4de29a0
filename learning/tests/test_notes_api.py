"""Private notes on lectures: for who may watch, and for nobody but their author."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from accounts.personal_data import erase_everything, export_everything
from courses.models import Lecture
from courses.services.lectures import remove_lecture
from courses.services.sections import remove_section
from learning.models import Note
from learning.services import notes
from learning.services.enrollment import revoke
from lms.renderers import JSONRenderer

pytestmark = pytest.mark.django_db


def code(response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def path_of(lecture) -> str:
    return f"/api/v1/lectures/{lecture.pk}/notes"


@pytest.fixture
def path(lectures) -> str:
    return path_of(lectures[0])


def bodies(client, path) -> list[str]:
    return [each["body"] for each in client.get(path).json()["results"]]


def fill(user, lecture, count):
    """Write so many notes on a lecture."""
    Note.objects.bulk_create(
        Note(user=user, lecture=lecture, course_id=lecture.course_id, body="x", place=-1)
        for _ in range(count)
    )


def test_a_note_is_written_changed_and_deleted(enrolled, lectures, path):
    made = enrolled.post(path, {"body": " First\n\tline ", "position_seconds": 61.9})
    assert made.status_code == 201
    note = made.json()
    assert note == {
        "id": note["id"],
        "lecture": str(lectures[0].pk),
        "body": "First\n\tline",
        "position_seconds": 61,
        "created_at": note["created_at"],
        "updated_at": note["updated_at"],
    }
    own = f"/api/v1/notes/{note['id']}"
    changed = enrolled.patch(own, {"body": "Second"}).json()
    assert changed == note | {"body": "Second", "updated_at": changed["updated_at"]}
    assert enrolled.patch(own, {"position_seconds": None}).json()["position_seconds"] is None
    assert enrolled.patch(own, {"position_seconds": 0}).json()["position_seconds"] == 0
    assert bodies(enrolled, path) == ["Second"]
    assert enrolled.delete(own).status_code == 204
    assert enrolled.delete(own).status_code == 404
    assert bodies(enrolled, path) == []


def test_notes_stand_in_the_order_of_the_lecture(enrolled, path, commands):
    for body, position in [("c", 30), ("d", 30), ("a", None), ("e", 400), ("b", 0)]:
        assert enrolled.post(path, {"body": body, "position_seconds": position}).status_code == 201
    with commands() as sent:
        page = enrolled.get(f"{path}?page_size=2").json()
    assert len(sent) == 3  # who asks, the lecture, the notes
    read = []
    while page["next"]:
        read += [each["body"] for each in page["results"]]
        page = enrolled.get(page["next"]).json()
    assert [*read, *(each["body"] for each in page["results"])] == ["a", "b", "c", "d", "e"]
    assert bodies(enrolled, page["previous"]) == ["c", "d"]
    assert code(enrolled.get(f"{path}?page_size=0")) == (400, "invalid")


def test_a_bad_note_is_refused(enrolled, path):
    for body in (
        {},
        [],
        {"body": ""},
        {"body": " \n "},
        {"body": "x" * 5001},
        {"body": None},
        {"body": ["x"]},
        {"body": "a\0b"},
        {"body": "x", "position_seconds": -1},
        {"body": "x", "position_seconds": "60"},
        {"body": "x", "position_seconds": True},
        {"body": "x", "position_seconds": [60]},
    ):
        assert enrolled.post(path, body).status_code == 400, body
    lone = enrolled.post(path, b'{"body": "\\ud800"}', content_type="application/json")
    assert lone.status_code == 400
    assert not Note.objects.exists()


def test_a_position_is_never_beyond_twelve_days(enrolled, path):
    note = enrolled.post(path, {"body": "x" * 5000, "position_seconds": 1e300}).json()
    assert note["position_seconds"] == (1 << 20) - 1


def test_only_the_author_knows_of_a_note(
    enrolled, path, course, lectures, other_student, instructor, staff, enroll, client_of, visitor
):
    own = f"/api/v1/notes/{enrolled.post(path, {'body': 'Mine'}).json()['id']}"
    enroll(other_student, course)
    for person in (other_student, instructor, staff):
        client = client_of(person)
        assert bodies(client, path) == []
        assert client.patch(own, {"body": "Yours"}).status_code == 404
        assert client.delete(own).status_code == 404
        assert client.post(path, {"body": "Theirs"}).status_code == 201
    assert bodies(enrolled, path) == ["Mine"]
    assert visitor.get(path).status_code == 401
    assert visitor.patch(own, {"body": "Yours"}).status_code == 401


def test_who_may_not_watch_takes_no_notes_but_on_previews(
    lectures, path, student, client_of, visitor
):
    client = client_of(student)
    for answer in (client.get(path), client.post(path, {"body": "x"})):
        assert code(answer) == (403, "enrollment_required")
    Lecture.objects.filter(pk=lectures[0].pk).update(is_preview=True)
    assert client.post(path, {"body": "x"}).status_code == 201
    assert visitor.post(path, {"body": "x"}).status_code == 401
    Lecture.objects.filter(pk=lectures[0].pk).update(is_published=False)
    assert client.get(path).status_code == 404


def test_after_access_has_ended_notes_may_be_exported_and_deleted(enrolled, path, course, student):
    own = f"/api/v1/notes/{enrolled.post(path, {'body': 'Kept'}).json()['id']}"
    revoke(student.pk, course.pk, source="free")
    assert code(enrolled.get(path)) == (403, "enrollment_required")
    assert code(enrolled.patch(own, {"body": "x"})) == (403, "enrollment_required")
    exported = orjson.loads(JSONRenderer().render(export_everything(student)["learning"]))
    [note] = exported["notes"]
    assert (note["course"], note["lecture"]) == (course.title, Lecture.objects.first().title)
    assert (note["body"], note["position_seconds"]) == ("Kept", None)
    assert enrolled.delete(own).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_thirty_notes_at_once_the_last_free_place_takes_one(
    course, lectures, student, other_student, enroll, client_of
):
    for person in (student, other_student):
        enroll(person, course)
    fill(student, lectures[1], notes.MAX_NOTES - 1)
    client = client_of(student)
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda n: client.post(path_of(lectures[n % 3]), {"body": "x"}), range(30))
        )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 29
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert code(refused) == (409, "too_many_notes")
    assert refused.json()["errors"][0]["params"] == {"max_notes": 500}
    assert Note.objects.count() == notes.MAX_NOTES
    assert client_of(other_student).post(path_of(lectures[0]), {"body": "x"}).status_code == 201


def test_notes_go_with_the_lecture_the_section_and_the_account(
    course, lectures, lectures_of, student, other_student
):
    [elsewhere] = lectures_of(course, 1)
    for lecture in (*lectures, elsewhere):
        fill(student, lecture, 2)
    fill(other_student, elsewhere, 1)
    remove_lecture(lectures[0])
    assert Note.objects.count() == 7
    remove_section(lectures[1].section)
    assert set(Note.objects.values_list("lecture", flat=True)) == {elsewhere.pk}
    erase_everything(student)
    assert [note.user_id for note in Note.objects.all()] == [other_student.pk]
    course.delete()
    assert not Note.objects.exists()
