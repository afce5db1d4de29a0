"""Export and erase what certificates keep of a person: their name."""

from typing import Any

from accounts.models import User
from certificates import services
from certificates.models import Certificate


def export(user: User) -> list[dict[str, Any]]:
    """Return the person's certificates, newest first."""
    return [
        {
            "code": certificate.code,
            "person_name": certificate.person_name,
            "course_title": certificate.course_title,
            "issued_at": certificate.issued_at,
            "revoked_at": certificate.revoked_at,
        }
        for certificate in Certificate.objects.filter(user=user).order_by("-issued_at", "-id")
    ]


def erase(user: User) -> None:
    """Remove the name from the person's certificates and withdraw them; may be repeated."""
    services.erase_person(user.pk)
