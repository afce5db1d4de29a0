"""What staff do with certificates."""

import pytest
from django.urls import reverse

from certificates.models import Certificate
from learning.services import study

pytestmark = pytest.mark.django_db


def test_staff_withdraw_and_reinstate_certificates(office, course, lectures, student, enroll):
    enroll(student, course)
    study.complete(student.pk, course.pk)
    certificate = Certificate.objects.get()
    url = reverse("admin:certificates_certificate_changelist")
    for term in (certificate.code.lower(), student.email):
        assert certificate.code in office.get(url, {"q": term}).text
    page = reverse("admin:certificates_certificate_change", args=[certificate.pk])
    assert f"/certificates/{certificate.code}" in office.get(page).text

    def act(action):
        office.post(url, {"action": action, "_selected_action": [str(certificate.pk)]})
        certificate.refresh_from_db()
        return certificate.is_valid

    assert not act("withdraw")
    assert act("reinstate")
