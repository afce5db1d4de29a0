"""What is kept of a certificate's holder: shown to them, and erased."""

import pytest

from accounts.personal_data import erase_everything, export_everything
from certificates.models import Certificate
from learning.services import study

pytestmark = pytest.mark.django_db


def test_a_person_is_shown_their_certificates(course, lectures, student, enroll):
    enroll(student, course)
    study.complete(student.pk, course.pk)
    [told] = export_everything(student)["certificates"]
    assert (told["person_name"], told["course_title"]) == (student.name, course.title)
    assert told["code"] == Certificate.objects.get().code


def test_who_leaves_takes_the_name_along_and_the_certificate_is_withdrawn(
    course, lectures, student, other_student, enroll, visitor
):
    for person in (student, other_student):
        enroll(person, course)
        study.complete(person.pk, course.pk)
    for _ in range(2):  # repeatable
        erase_everything(student)
    certificate = Certificate.objects.get(user=student)
    told = visitor.get(f"/api/v1/certificates/{certificate.code}").json()
    assert (told["name"], told["valid"]) == ("", False)
    assert "name was withdrawn" in visitor.get(f"/certificates/{certificate.code}").text
    other = Certificate.objects.get(user=other_student)
    assert visitor.get(f"/api/v1/certificates/{other.code}").json()["valid"]
