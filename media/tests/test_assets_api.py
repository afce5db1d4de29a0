"""GET and DELETE /media/assets, GET /media/limits."""

import pytest

from courses.tests.factories import LectureFactory
from media.models import Asset, Deletion
from media.tests.factories import AssetFactory, CaptionsFactory, FileFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/media/assets"


def ids(response):
    return [asset["id"] for asset in response.json()["results"]]


def test_an_instructor_lists_own_files_newest_first(teacher, instructor, other_instructor):
    mine = [AssetFactory(owner=instructor) for _ in range(3)]
    AssetFactory(owner=other_instructor)
    response = teacher.get(URL)
    assert response.status_code == 200
    assert ids(response) == [str(asset.pk) for asset in reversed(mine)]
    assert set(response.json()) == {"next", "previous", "results"}


def test_the_next_page_continues_where_the_first_ends(teacher, instructor):
    mine = [AssetFactory(owner=instructor) for _ in range(5)]
    first = teacher.get(URL, {"page_size": 2})
    second = teacher.get(first.json()["next"])
    assert ids(first) + ids(second) == [str(asset.pk) for asset in mine[:0:-1]]


def test_kind_and_status_filter(teacher, instructor):
    AssetFactory(owner=instructor)
    pdf = FileFactory(owner=instructor, status="failed", failure_reason="too_large")
    assert ids(teacher.get(URL, {"kind": "file"})) == [str(pdf.pk)]
    assert ids(teacher.get(URL, {"status": "failed", "kind": "file"})) == [str(pdf.pk)]
    assert teacher.get(URL, {"kind": "image"}).status_code == 400


def test_a_file_is_shown_without_its_place_at_cloudinary(teacher, instructor):
    asset = AssetFactory(owner=instructor)
    response = teacher.get(f"{URL}/{asset.pk}")
    assert response.status_code == 200
    body = response.json()
    created_at = body.pop("created_at")
    assert created_at.endswith("Z")
    assert body == {
        "id": str(asset.pk),
        "kind": "video",
        "status": "ready",
        "failure_reason": "",
        "failure_detail": "",
        "original_name": asset.original_name,
        "bytes": 1_000_000,
        "duration_seconds": 60,
        "language": None,
    }


@pytest.mark.parametrize("verb", ["get", "delete"])
def test_another_instructors_file_is_not_found(client_of, other_instructor, verb):
    asset = AssetFactory()
    response = getattr(client_of(other_instructor), verb)(f"{URL}/{asset.pk}")
    assert response.status_code == 404
    assert Asset.objects.filter(pk=asset.pk).exists()


@pytest.mark.parametrize("bad", ["0" * 24, "x", "0" * 23, "0" * 25, "Z" * 24])
def test_an_unknown_file_is_not_found(teacher, bad):
    assert teacher.get(f"{URL}/{bad}").status_code == 404
    assert teacher.delete(f"{URL}/{bad}").status_code == 404


def test_a_file_cannot_be_changed(teacher, instructor):
    asset = AssetFactory(owner=instructor)
    for verb in ("put", "patch", "post"):
        assert getattr(teacher, verb)(f"{URL}/{asset.pk}", {"status": "ready"}).status_code == 405


def test_visitors_get_401_and_students_see_their_own_files(visitor, client_of, student):
    student_client, asset = client_of(student), AssetFactory()
    mine = FileFactory(owner=student, kind="submission")
    for path in (URL, f"{URL}/{asset.pk}"):
        assert visitor.get(path).status_code == 401
    assert visitor.delete(f"{URL}/{asset.pk}").status_code == 401
    assert ids(student_client.get(URL, {"kind": "submission"})) == [str(mine.pk)]
    assert student_client.get(f"{URL}/{asset.pk}").status_code == 404
    assert student_client.delete(f"{URL}/{asset.pk}").status_code == 404


def test_a_deleted_file_is_deleted_here_and_at_cloudinary(teacher, mp4, is_stored):
    created = teacher.post("/api/v1/media/videos", {"file": mp4}, format="multipart")
    stored = Asset.objects.get().stored
    assert is_stored(stored)
    path = f"{URL}/{created.json()['id']}"
    assert teacher.delete(path).status_code == 204
    assert teacher.get(path).status_code == 404
    assert teacher.delete(path).status_code == 404
    assert not is_stored(stored)
    assert not Deletion.objects.exists()


def test_a_file_that_a_lecture_uses_cannot_be_deleted(
    teacher, instructor, sandbox, sent_to_cloudinary
):
    asset = AssetFactory(owner=instructor)
    LectureFactory(asset=asset)
    response = teacher.delete(f"{URL}/{asset.pk}")
    assert response.status_code == 409
    assert response.json()["errors"][0]["code"] == "in_use"
    assert Asset.objects.filter(pk=asset.pk).exists()
    assert sent_to_cloudinary() == []


def test_captions_that_a_lecture_uses_cannot_be_deleted(
    teacher, instructor, sandbox, sent_to_cloudinary
):
    captions = CaptionsFactory(owner=instructor)
    lecture = LectureFactory(kind="video", captions=[captions.pk])
    path = f"{URL}/{captions.pk}"
    response = teacher.delete(path)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (409, "in_use")
    assert sent_to_cloudinary() == []
    lecture.delete()
    assert teacher.delete(path).status_code == 204


def test_a_file_in_any_status_can_be_deleted(teacher, instructor, sandbox):
    for status in Asset.Status.values:
        asset = AssetFactory(owner=instructor, status=status)
        assert teacher.delete(f"{URL}/{asset.pk}").status_code == 204


def test_every_signed_in_user_gets_the_limits(visitor, client_of, student):
    assert visitor.get("/api/v1/media/limits").status_code == 401
    assert client_of(student).get("/api/v1/media/limits").status_code == 200


def test_the_limits_list_the_accepted_formats_and_sizes(teacher, settings):
    settings.MAX_FILE_BYTES = 123
    body = teacher.get("/api/v1/media/limits").json()
    assert body["chunk_bytes"] == settings.CLOUDINARY_CHUNK_BYTES
    assert set(body) == {"chunk_bytes", "video", "file", "captions", "submission", "image"}
    assert body["file"]["max_bytes"] == 123
    assert body["captions"] == {"formats": ["vtt"], "max_bytes": 1024 * 1024}
    assert body["image"]["formats"] == ["jpg", "png", "webp"]


def test_a_page_of_any_length_costs_two_commands(teacher, instructor, commands):
    CaptionsFactory.create_batch(30, owner=instructor)
    with commands() as sent:
        assert len(ids(teacher.get(URL, {"page_size": 25}))) == 25
    assert len(sent) == 2
    pipeline = sent[-1].command["pipeline"]
    assert [next(iter(stage)) for stage in pipeline[:3]] == ["$match", "$sort", "$limit"]
