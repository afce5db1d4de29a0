"""A student's work at an assignment: saved, handed in, graded, returned."""

from datetime import timedelta

import httpx
import pytest
from bson import ObjectId
from django.utils import timezone

from assessments.models import Assignment, Submission
from assessments.tests.factories import HandInFactory
from certificates.models import Certificate
from courses.tests.factories import LectureFactory
from learning.models import Enrollment
from learning.services.enrollment import revoke
from lms.models import Event
from media.models import Asset

pytestmark = pytest.mark.django_db


def url(essay, path="submission") -> str:
    return f"/api/v1/lectures/{essay.lecture_id}/{path}"


def errors(response) -> list[tuple[str, str | None]]:
    return [(each["code"], each["attr"]) for each in response.json()["errors"]]


def end(essay, **changes) -> None:
    """Let the due date pass a minute ago."""
    due_at = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=essay.pk).update(due_at=due_at, **changes)


def test_work_is_saved_handed_in_replaced_and_graded(
    essay, course, student, instructor, enrolled, teacher
):
    mine = url(essay)
    empty = enrolled.get(mine).json()
    assert (empty["id"], empty["status"], empty["text"], empty["files"]) == (None, "draft", "", [])
    assert not Submission.objects.exists()
    file, other = HandInFactory(owner=student), HandInFactory(owner=student)
    draft = enrolled.put(mine, {"text": "One", "files": [str(file.pk)] * 2}).json()
    assert (draft["status"], draft["text"], draft["submitted_at"]) == ("draft", "One", None)
    assert [each["id"] for each in draft["files"]] == [str(file.pk)]
    inbox = url(essay, "submissions")
    assert teacher.get(inbox).json()["results"] == []
    grade = f"/api/v1/submissions/{draft['id']}/grade"
    early = teacher.put(grade, {"score": 70})
    assert (early.status_code, errors(early)) == (409, [("nothing_submitted", None)])
    first = enrolled.post(f"{mine}/submit", {}).json()
    assert (first["status"], first["text"], len(first["files"])) == ("submitted", "One", 1)
    assert enrolled.post(f"{mine}/submit", {}).json() == first
    assert enrolled.put(mine, {"text": "One", "files": [str(file.pk)]}).json() == first
    assert enrolled.put(mine, {"text": "Two"}).json()["files"] == []
    last = enrolled.post(f"{mine}/submit", {"files": [str(other.pk)]}).json()
    assert (last["status"], last["text"], last["files"][0]["id"]) == (
        "submitted", "Two", str(other.pk),
    )  # fmt: skip
    assert last["submitted_at"] > first["submitted_at"]
    [seen] = teacher.get(inbox, {"status": "submitted"}).json()["results"]
    assert seen["student"]["id"] == str(student.pk)
    assert seen == {**last, "is_late": False, "student": seen["student"]}
    graded = teacher.put(grade, {"score": 70, "feedback": "Good."}).json()
    assert (graded["status"], graded["percentage"], graded["passed"]) == ("graded", 70, True)
    own = enrolled.get(mine).json()
    assert own == {name: graded[name] for name in own} | {"is_late": None}
    assert "student" not in own
    again = enrolled.post(f"{mine}/submit", {"text": "Three"})
    assert (again.status_code, errors(again)) == (409, [("already_graded", None)])
    assert enrolled.put(mine, {"text": "Three"}).status_code == 409
    enrollment = Enrollment.objects.get()
    assert enrollment.passed_lectures == enrollment.completed_lectures == [essay.lecture_id]
    assert enrollment.completed_at is not None
    assert Certificate.objects.filter(user=student, course=course).exists()
    types = Event.objects.filter(object_id=ObjectId(draft["id"])).order_by("number")
    assert list(types.values_list("type", flat=True)) == [
        *["submission.submitted"] * 3, "submission.graded",
    ]  # fmt: skip


def test_late_work_is_accepted_marked_or_refused(essay, student, enrolled, teacher):
    mine, inbox = url(essay), url(essay, "submissions")

    def lateness() -> tuple:
        [seen] = teacher.get(inbox).json()["results"]
        return enrolled.get(mine).json()["is_late"], seen["is_late"]

    enrolled.post(f"{mine}/submit", {"text": "In time"})
    assert lateness() == (None, False)
    end(essay, late="mark")
    assert lateness() == (False, False)
    enrolled.post(f"{mine}/submit", {"text": "Late"})
    assert lateness() == (True, True)
    end(essay, late="accept")
    assert lateness() == (None, True)
    end(essay, late="refuse")
    same = enrolled.post(f"{mine}/submit", {"text": "Late"})
    assert (same.status_code, same.json()["text"]) == (200, "Late")
    for refused in (
        enrolled.post(f"{mine}/submit", {"text": "Later"}),
        enrolled.put(mine, {"text": "Later"}),
    ):
        assert (refused.status_code, errors(refused)) == (409, [("past_due", None)])
    grade = f"/api/v1/submissions/{same.json()['id']}/grade"
    back = teacher.put(grade, {"score": 30, "feedback": "Try again.", "returned": True}).json()
    assert (back["status"], back["passed"]) == ("returned", False)
    assert enrolled.put(mine, {"text": "Better"}).json()["status"] == "returned"
    assert enrolled.post(f"{mine}/submit", {}).json()["status"] == "submitted"
    kept = enrolled.get(mine).json()
    assert (kept["score"], kept["feedback"]) == (30, "Try again.")


def test_only_what_the_assignment_takes_is_handed_in(essay, student, other_student, enrolled):
    mine = url(essay)
    ready, more = HandInFactory(owner=student), HandInFactory(owner=student)
    wrong_kind = HandInFactory(owner=student, kind="file")
    pending = HandInFactory(owner=student, status=Asset.Status.PROCESSING)
    foreign = HandInFactory(owner=other_student)

    def refused(body, **assignment) -> list:
        found = []
        Assignment.objects.update(**({"accept": ["text", "files"], "max_files": 5} | assignment))
        for response in (enrolled.put(mine, body), enrolled.post(f"{mine}/submit", body)):
            assert response.status_code == 400, body
            found += errors(response)
        assert found[0] == found[1]
        return found[0]

    assert refused({"text": "x" * 50_001}) == ("max_length", "text")
    assert refused({"text": 5.5, "files": "x"})[0] in ("invalid", "not_a_list")
    assert refused({"files": ["x"]}) == ("invalid", "files.0")
    assert refused({"files": [str(ObjectId())]}) == ("does_not_exist", "files")
    assert refused({"files": [str(wrong_kind.pk)]}) == ("does_not_exist", "files")
    assert refused({"files": [str(foreign.pk)]}) == ("does_not_exist", "files")
    assert refused({"files": [str(ready.pk), str(pending.pk)]}) == ("not_ready", "files")
    both = {"files": [str(ready.pk), str(more.pk)]}
    assert refused(both, max_files=1) == ("too_many_files", "files")
    assert refused(both, accept=["text"]) == ("not_accepted", "files")
    assert refused({"text": "x"}, accept=["files"]) == ("not_accepted", "text")
    assert not Submission.objects.exists()
    Assignment.objects.update(accept=["text", "files"])
    empty = enrolled.post(f"{mine}/submit", {"text": " \n"})
    assert (empty.status_code, errors(empty)) == (400, [("empty_submission", None)])
    assert enrolled.put(mine, {}).json()["status"] == "draft"
    # What is saved is checked again when it is handed in.
    enrolled.put(mine, {"text": "Saved"})
    Assignment.objects.update(accept=["files"])
    late = enrolled.post(f"{mine}/submit", {})
    assert (late.status_code, errors(late)) == (400, [("not_accepted", "text")])


def test_only_those_who_are_enrolled_and_not_locked_out_hand_in(
    course, essay, visitor, student, other_student, instructor, staff, enrolled, client_of
):
    first = LectureFactory(section=essay.lecture.section)
    mine = url(essay)
    for person in (other_student, instructor, staff):
        client = client_of(person)
        for response in (
            client.get(mine), client.put(mine, {"text": "x"}), client.post(f"{mine}/submit", {})
        ):  # fmt: skip
            assert errors(response) == [("enrollment_required", None)]
    assert visitor.get(mine).status_code == 401
    assert enrolled.get(f"/api/v1/lectures/{first.pk}/submission").status_code == 404
    essay.lecture.requires = [first.pk]
    essay.lecture.save()
    for response in (
        enrolled.get(url(essay, "assignment")),
        enrolled.put(mine, {"text": "x"}),
        enrolled.post(f"{mine}/submit", {"text": "x"}),
    ):
        [error] = response.json()["errors"]
        assert (response.status_code, error["code"]) == (403, "locked")
        assert error["params"]["lectures"] == [str(first.pk)]
    assert enrolled.get(mine).status_code == 200
    essay.lecture.requires = []
    essay.lecture.save()
    work = enrolled.post(f"{mine}/submit", {"text": "x"}).json()
    revoke(student.pk, course.pk, source="free")
    for response in (
        enrolled.get(mine), enrolled.put(mine, {"text": "y"}), enrolled.post(f"{mine}/submit", {})
    ):  # fmt: skip
        assert errors(response) == [("enrollment_required", None)]
    graded = client_of(instructor).put(f"/api/v1/submissions/{work['id']}/grade", {"score": 100})
    assert graded.json()["passed"] is True
    assert Enrollment.objects.get().passed_lectures == []


def test_a_file_is_uploaded_handed_in_and_read_by_its_student_the_instructor_and_staff(
    sandbox, course, essay, student, other_student, staff, enrolled, teacher, client_of
):
    asked = {"kind": "submission", "filename": "Photo.PNG", "size_bytes": 30}
    assert client_of(other_student).post("/api/v1/media/uploads", asked).status_code == 403
    assert (
        enrolled.post(
            "/api/v1/media/uploads", asked | {"kind": "file", "filename": "a.pdf"}
        ).status_code
        == 403
    )
    upload = enrolled.post("/api/v1/media/uploads", asked).json()
    ticket, pk = upload["upload"], upload["asset"]["id"]
    png = b"\x89PNG\r\n\x1a\n" + b"x" * 22
    sent = httpx.post(
        ticket["url"], data=ticket["fields"], files={"file": ("Photo.PNG", png)}
    ).json()
    proof = {name: sent[name] for name in ("public_id", "version", "signature")}
    done = enrolled.post(f"/api/v1/media/uploads/{pk}/complete", proof).json()
    assert (done["status"], done["bytes"], done["kind"]) == ("ready", 30, "submission")
    mine = url(essay)
    work = enrolled.put(mine, {"files": [pk]}).json()
    link, asset = f"/api/v1/submissions/{work['id']}/files/{pk}", f"/api/v1/media/assets/{pk}"
    assert httpx.get(enrolled.get(link).json()["url"]).content == png
    assert teacher.get(link).status_code == 404  # a draft
    assert errors(enrolled.delete(asset)) == [("in_use", None)]
    enrolled.post(f"{mine}/submit", {})
    for client in (teacher, client_of(staff)):
        body = client.get(link).json()
        assert set(body) == {"url", "expires_at"}
        assert httpx.get(body["url"]).content == png
    assert client_of(other_student).get(link).status_code == 404
    assert enrolled.get(link.replace(pk, str(ObjectId()))).status_code == 404
    enrolled.put(mine, {"text": "No picture"})
    assert enrolled.get(link).status_code == 404
    assert enrolled.delete(asset).status_code == 204
