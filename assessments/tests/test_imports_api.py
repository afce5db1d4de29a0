"""Import and export of questions over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.formats import FORMATS
from assessments.models import Question, QuestionRevision
from assessments.models.question import Kind
from assessments.tests.factories import ask

pytestmark = pytest.mark.django_db
OUTSIDE = b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


def send(client, name, text, **form):
    file = SimpleUploadedFile("questions", text if isinstance(text, bytes) else text.encode())
    return client.post("/api/v1/questions/import", {"as": name, "file": file, **form}, format="multipart")  # fmt: skip


def test_one_bad_question_does_not_keep_the_others_out(client_of, instructor, commands):
    client, text = client_of(instructor), "One? {T}\n\nTwo? {\n\nThree? {=a ~b}"
    tried = send(client, "gift", text, dry_run="true")
    assert tried.status_code == 200
    assert [len(each["errors"]) for each in tried.json()["results"]] == [0, 1, 0]
    assert not Question.objects.exists()
    with commands() as sent:
        results = send(client, "gift", text).json()["results"]
    assert len(sent) <= 6  # two of them for the session
    assert [each["index"] for each in results] == [0, 1, 2]
    assert results[1]["question"] is None
    [error] = results[1]["errors"]
    assert (error["code"], error["attr"]) == ("invalid_syntax", None)
    bank = client.get("/api/v1/questions").json()["results"]
    assert {each["id"] for each in bank} == {results[0]["question"]["id"], results[2]["question"]["id"]}  # fmt: skip
    assert QuestionRevision.objects.count() == 2


def test_an_import_that_is_no_file_is_refused(client_of, instructor):
    client = client_of(instructor)
    for name, text, code in [
        ("gift", b"x" * (1024 * 1024 + 1), "payload_too_large"),
        ("odt", "x", "invalid_choice"),
        ("moodle_xml", OUTSIDE, "invalid_file"),
        ("gift", "a {T}\n\n" * 501, "too_many_questions"),
        ("json", "", "empty"),
    ]:
        refused = send(client, name, text)
        assert [each["code"] for each in refused.json()["errors"]] == [code]


def test_the_bank_is_exported_and_imported_again(client_of, instructor, other_instructor):
    for kind in Kind:
        ask(instructor, kind, tags=["x"])
    ask(other_instructor)
    client = client_of(instructor)
    for name in FORMATS:
        answer = client.get(f"/api/v1/questions/export?as={name}&tag=x")
        text = b"".join(answer.streaming_content)
        assert "attachment" in answer["Content-Disposition"]
        results = send(client_of(other_instructor), name, text).json()["results"]
        assert [each["errors"] for each in results] == [[]] * (7 if name == "gift" else 8)
    assert client.get("/api/v1/questions/export?as=odt").status_code == 400
