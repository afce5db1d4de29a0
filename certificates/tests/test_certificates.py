"""Certificates: issued once, listed by their holder, verified by everybody."""

import pytest
from bson import ObjectId

from accounts.models import User
from certificates.models import Certificate
from certificates.serializers import CertificateSerializer
from certificates.services import (
    end_access,
    issue,
    new_code,
    reinstate,
    restore_access,
    withdraw,
)
from courses.models import Course

pytestmark = pytest.mark.django_db


def url(certificate, rest="") -> str:
    return f"/api/v1/certificates/{certificate.code}{rest}"


def test_a_certificate_is_issued_once(certificate, student, course):
    assert issue(student.pk, course.pk) == certificate.code
    assert Certificate.objects.count() == 1


def test_anyone_verifies_a_certificate(certificate, visitor, student, course):
    response = visitor.get(url(certificate))
    assert response.status_code == 200
    body = response.json()
    assert list(body) == list(CertificateSerializer().fields)
    assert body["name"] == student.name
    assert body["course"] == {"id": str(course.pk), "title": course.title}
    assert body["instructor"] == course.instructor.name
    assert (body["valid"], body["revoked_at"]) == (True, None)
    assert body["url"] == f"http://localhost:8000/certificates/{certificate.code}"
    assert student.email not in response.text


def test_a_code_is_found_as_people_type_it(certificate, visitor):
    for typed in (certificate.code.lower(), certificate.code.replace("-", "")):
        assert visitor.get(f"/api/v1/certificates/{typed}").json()["code"] == certificate.code


def test_codes_are_long_random_and_without_look_alikes():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 29 for code in codes)
    assert not set("ILOU") & set("".join(codes))


@pytest.mark.parametrize("code", ["nothing", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", "%00", "x" * 500])
def test_an_unknown_code_is_not_found(code, visitor):
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


def test_people_list_only_their_own_certificates(
    certificate, student, other_student, client_of, visitor
):
    body = client_of(student).get("/api/v1/certificates").json()
    assert [each["code"] for each in body["results"]] == [certificate.code]
    assert client_of(other_student).get("/api/v1/certificates").json()["results"] == []
    assert visitor.get("/api/v1/certificates").status_code == 401


def test_a_certificate_is_valid_while_neither_fact_ends_it(certificate, student, course):
    def revoked_at():
        certificate.refresh_from_db()
        return certificate.revoked_at

    assert revoked_at() is None
    end_access(student.pk, course.pk)
    ended = revoked_at()
    assert withdraw(certificate)
    end_access(student.pk, course.pk)
    assert revoked_at() == ended
    restore_access(student.pk, course.pk)
    assert revoked_at() == certificate.withdrawn_at
    assert reinstate(certificate)
    assert revoked_at() is None


def test_only_the_certificate_of_that_person_and_course_ends(certificate, student, course):
    end_access(student.pk, ObjectId())
    end_access(ObjectId(), course.pk)
    certificate.refresh_from_db()
    assert certificate.is_valid


def test_the_page_for_people_shows_the_certificate_safely(certificate, visitor):
    Certificate.objects.update(person_name="<script>alert(1)</script>")
    response = visitor.get(f"/certificates/{certificate.code}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert "This certificate is valid" in response.text
    assert "&lt;script&gt;" in response.text
    assert "<script>" not in response.text
    assert visitor.post(f"/certificates/{certificate.code}").status_code == 405
