"""What staff do with certificates."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_staff_withdraw_and_reinstate_certificates(office, certificate, student):
    url = reverse("admin:certificates_certificate_changelist")
    for term in (certificate.code.lower(), student.email):
        assert certificate.code in office.get(url, {"q": term}).text
    page = reverse("admin:certificates_certificate_change", args=[certificate.pk])
    assert f"/certificates/{certificate.code}" in office.get(page).text

    def is_valid_after(action):
        office.post(
            url, {"action": action, "_selected_action": [str(certificate.pk)], "reason": "Copied."}
        )
        certificate.refresh_from_db()
        return certificate.is_valid

    assert not is_valid_after("withdraw")
    assert is_valid_after("reinstate")
