"""Certificates: issued once, verified by anyone, online and off."""

import json
import os
import sys
from base64 import b64encode
from subprocess import run

import jwt
import pytest
from django.utils import timezone

from accounts.models import User
from certificates import credential
from certificates.models import Certificate
from certificates.pdf import sheet
from certificates.serializers import CertificateSerializer
from certificates.services import new_code, reinstate, withdraw
from courses.models import Course
from learning.services.enrollment import enroll, restore, revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(enrolled, progress_url) -> Certificate:
    return Certificate.objects.get(
        code=enrolled.post(f"{progress_url}/complete").json()["certificate"]
    )


def url(certificate, rest="") -> str:
    return f"/api/v1/certificates/{certificate.code}{rest}"


def verified(token: str, keys: dict) -> dict:
    """Verify as a stranger would, with any JWT library and the published keys."""
    kid = jwt.get_unverified_header(token)["kid"].partition("#")[2]
    key = next(jwt.PyJWK(each) for each in keys["keys"] if each["kid"] == kid)
    return jwt.decode(token, key, algorithms=["EdDSA"])


def test_anyone_verifies_a_certificate(certificate, visitor, student, course):
    answer = visitor.get(url(certificate))
    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == list(CertificateSerializer().fields)
    assert told["name"] == student.name
    assert told["course"] == {"id": str(course.pk), "title": course.title}
    assert told["instructor"] == course.instructor.name
    assert (told["valid"], told["revoked_at"]) == (True, None)
    assert told["url"] == f"http://127.0.0.1:8000/certificates/{certificate.code}"
    assert student.email not in answer.text


def test_a_code_is_found_as_people_type_it(certificate, visitor):
    for typed in (certificate.code.lower(), certificate.code.replace("-", "")):
        assert visitor.get(f"/api/v1/certificates/{typed}").json()["code"] == certificate.code


def test_codes_are_long_random_and_without_look_alikes():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 29 for code in codes)
    assert not set("ILOU") & set("".join(codes))


@pytest.mark.parametrize("code", ["nothing", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "%00", "x" * 500])
def test_an_unknown_code_is_not_there(code, visitor, db):
    for path in (f"/api/v1/certificates/{code}", f"/api/v1/certificates/{code}/pdf"):
        assert visitor.get(path).status_code == 404
    page = visitor.get(f"/certificates/{code}")
    assert page.status_code == 404
    assert "No such certificate" in page.text


def test_the_names_stay_as_they_were(certificate, visitor, student, course):
    before = visitor.get(url(certificate)).json()
    User.objects.filter(pk=student.pk).update(name="Somebody Else")
    Course.objects.filter(pk=course.pk).update(title="Another title")
    assert visitor.get(url(certificate)).json() == before


def test_one_lists_ones_own(certificate, student, other_student, client_of, visitor):
    told = client_of(student).get("/api/v1/certificates").json()
    assert [each["code"] for each in told["results"]] == [certificate.code]
    assert client_of(other_student).get("/api/v1/certificates").json()["results"] == []
    assert visitor.get("/api/v1/certificates").status_code == 401


def test_a_certificate_ends_with_the_access_and_comes_back_with_it(
    certificate, visitor, student, course
):
    revoke(student.pk, course.pk, source="free", reason="Refunded.")
    told = visitor.get(url(certificate)).json()
    assert (told["valid"], told["pdf"], told["credential"]) == (False, None, None)
    assert told["revoked_at"].endswith("Z")
    answer = visitor.get(url(certificate, "/pdf"))
    assert answer.status_code == 410
    assert answer.json()["errors"][0]["code"] == "certificate_revoked"
    assert "was revoked on" in visitor.get(f"/certificates/{certificate.code}").text
    restore(student.pk, course.pk, source="free")
    assert visitor.get(url(certificate)).json()["valid"]


def test_what_staff_withdrew_does_not_come_back_with_the_access(
    certificate, visitor, student, course
):
    assert withdraw(certificate)
    assert not withdraw(certificate)
    revoke(student.pk, course.pk, source="free")
    restore(student.pk, course.pk, source="free")
    assert not visitor.get(url(certificate)).json()["valid"]
    assert reinstate(certificate)
    assert not reinstate(certificate)
    assert visitor.get(url(certificate)).json()["valid"]


def test_staff_cannot_reinstate_a_certificate_without_access(certificate, visitor, student, course):
    withdraw(certificate)
    revoke(student.pk, course.pk, source="free")
    reinstate(certificate)
    assert not visitor.get(url(certificate)).json()["valid"]
    restore(student.pk, course.pk, source="free")
    assert visitor.get(url(certificate)).json()["valid"]


def test_other_grants_keep_a_certificate_valid(certificate, visitor, student, course):
    enroll(student.pk, course.pk, source="staff")
    revoke(student.pk, course.pk, source="free")
    assert visitor.get(url(certificate)).json()["valid"]


def test_the_pdf_is_a_pdf_with_the_signed_credential_in_it(certificate, visitor):
    answer = visitor.get(url(certificate, "/pdf"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert certificate.code in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")
    assert answer.content == sheet.draw(certificate)
    assert credential.sign(certificate).encode() in answer.content.replace(b"\\\n", b"")


def test_the_pdf_may_be_asked_for_by_its_type(certificate, visitor):
    asked = {"headers": {"Accept": "application/pdf"}}
    answer = visitor.get(url(certificate, "/pdf"), **asked)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    answer = visitor.get("/api/v1/certificates/nothing/pdf", **asked)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Ada", "C"),
        ("W" * 100, "M" * 120),
        ("Nguyễn Thị Ωμέγα Łukasz Дмитрий", "A title of many words " * 5),
        ("李小龙 まこと 김철수", "データベース入門 " * 10),
        ("محمد", "😀 <b>&amp;</b>"),
        ("🎉" * 100, "分" * 120),
        ("", " "),
    ],
)
def test_any_name_can_be_drawn(name, title):
    certificate = Certificate(
        code=new_code(),
        person_name=name,
        course_title=title,
        instructor_name=name,
        issued_at=timezone.now(),
    )
    assert sheet.draw(certificate).startswith(b"%PDF-")


def test_the_page_for_people_shows_the_certificate_safely(certificate, visitor):
    Certificate.objects.update(person_name="<script>alert(1)</script>")
    answer = visitor.get(f"/certificates/{certificate.code}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "This certificate is valid" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert visitor.post(f"/certificates/{certificate.code}").status_code == 405


def test_the_credential_verifies_offline_with_the_published_keys(certificate, visitor):
    keys = visitor.get("/.well-known/certificate-keys.json").json()
    token = visitor.get(url(certificate)).json()["credential"]
    badge = verified(token, keys)
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    subject = badge["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == certificate.person_name
    assert subject["achievement"]["name"] == certificate.course_title
    assert badge["id"].endswith(certificate.code)
    assert "d" not in keys["keys"][0]


def test_a_forged_credential_does_not_verify(certificate, visitor):
    keys = visitor.get("/.well-known/certificate-keys.json").json()
    header, _, signature = credential.sign(certificate).split(".")
    forged = credential.badge(certificate) | {"name": "Another course"}
    payload = jwt.utils.base64url_encode(json.dumps(forged).encode()).decode()
    with pytest.raises(jwt.InvalidSignatureError):
        verified(f"{header}.{payload}.{signature}", keys)


def test_what_was_signed_with_an_older_key_still_verifies(certificate, visitor, settings):
    first = credential.sign(certificate)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    second = credential.sign(certificate)
    settings.CERTIFICATE_SIGNING_KEYS = [b64encode(b"0" * 32).decode()]
    third = credential.sign(certificate)
    assert len({first, second, third}) == 3
    keys = visitor.get("/.well-known/certificate-keys.json").json()
    assert len(keys["keys"]) == 3
    for token in (first, second, third):
        assert verified(token, keys)["id"].endswith(certificate.code)


def test_a_signing_key_of_the_wrong_form_stops_the_start():
    env = os.environ | {"CERTIFICATE_SIGNING_KEY": "too short"}
    started = run(
        [sys.executable, "-c", "import lms.settings"], env=env, capture_output=True, text=True
    )
    assert "CERTIFICATE_SIGNING_KEY must be 32 bytes in base64" in started.stderr
