"""Find certificates by their code, and the URLs that lead to them."""

from bson import ObjectId
from django.urls import reverse

from certificates.models import Certificate
from lms.links import absolute_url

CODE_GROUP = 5
"""Characters between two hyphens of a code."""


def find_certificate(code: str) -> Certificate | None:
    """Return the certificate with a code as people type it: in any case, with or without hyphens."""
    plain = code.upper().replace("-", "").translate(str.maketrans("OIL", "011"))
    groups = (plain[start : start + CODE_GROUP] for start in range(0, len(plain), CODE_GROUP))
    return Certificate.objects.filter(code__in=[code, "-".join(groups)]).first()


def has_certificate(user_id: ObjectId, course_id: ObjectId) -> bool:
    """Return whether a certificate of the course was ever issued to the person, valid or not."""
    return Certificate.objects.filter(user=user_id, course=course_id).exists()


def page_url(certificate: Certificate) -> str:
    """Return the URL of the public page, which the QR code contains."""
    return absolute_url(reverse("certificate-page", args=[certificate.code]))


def pdf_url(certificate: Certificate) -> str:
    """Return the URL of the PDF."""
    return absolute_url(reverse("certificate-pdf", args=[certificate.code]))
