"""What is kept of a certificate's holder: exported, and erased."""

import pytest

from accounts.personal_data import erase_everything, export_everything
from certificates.models import Certificate
from certificates.services import issue

pytestmark = pytest.mark.django_db


def test_a_person_exports_their_certificates(certificate, course, student):
    [exported] = export_everything(student)["certificates"]
    assert (exported["person_name"], exported["course_title"]) == (student.name, course.title)
    assert exported["code"] == certificate.code


def test_erasing_a_person_removes_the_name_and_withdraws_the_certificate(
    certificate, course, student, other_student, visitor
):
    other = Certificate.objects.get(code=issue(other_student.pk, course.pk))
    for _ in range(2):  # repeatable
        erase_everything(student)
    body = visitor.get(f"/api/v1/certificates/{certificate.code}").json()
    assert (body["name"], body["valid"]) == ("", False)
    assert "name was withdrawn" in visitor.get(f"/certificates/{certificate.code}").text
    assert visitor.get(f"/api/v1/certificates/{other.code}").json()["valid"]
