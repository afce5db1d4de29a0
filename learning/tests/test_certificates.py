"""A certificate follows the access of its holder."""

import pytest

from certificates.models import Certificate
from certificates.services import reinstate, withdraw
from learning.services.enrollment import enroll, restore, revoke

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(enrolled, progress_url) -> Certificate:
    code = enrolled.post(f"{progress_url}/complete").json()["certificate"]
    return Certificate.objects.get(code=code)


@pytest.fixture
def verify(certificate, visitor):
    """Verify the certificate as a stranger does: `verify()` returns the body of the response."""
    return lambda: visitor.get(f"/api/v1/certificates/{certificate.code}").json()


def test_a_certificate_ends_with_the_access_and_is_restored_with_it(
    certificate, verify, visitor, student, course
):
    revoke(student.pk, course.pk, source="free", reason="Refunded.")
    body = verify()
    assert (body["valid"], body["pdf"], body["credential"]) == (False, None, None)
    assert body["revoked_at"].endswith("Z")
    response = visitor.get(f"/api/v1/certificates/{certificate.code}/pdf")
    assert response.status_code == 410
    assert response.json()["errors"][0]["code"] == "certificate_revoked"
    assert "was revoked on" in visitor.get(f"/certificates/{certificate.code}").text
    restore(student.pk, course.pk, source="free")
    assert verify()["valid"]


def test_what_staff_withdrew_is_not_restored_with_the_access(certificate, verify, student, course):
    assert withdraw(certificate)
    assert not withdraw(certificate)
    revoke(student.pk, course.pk, source="free")
    restore(student.pk, course.pk, source="free")
    assert not verify()["valid"]
    assert reinstate(certificate)
    assert not reinstate(certificate)
    assert verify()["valid"]


def test_reinstating_does_not_replace_the_access(certificate, verify, student, course):
    withdraw(certificate)
    revoke(student.pk, course.pk, source="free")
    reinstate(certificate)
    assert not verify()["valid"]
    restore(student.pk, course.pk, source="free")
    assert verify()["valid"]


def test_another_grant_keeps_a_certificate_valid(certificate, verify, student, course):
    enroll(student.pk, course.pk, source="staff")
    revoke(student.pk, course.pk, source="free")
    assert verify()["valid"]
