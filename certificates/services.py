"""Issue certificates, once for each person and course."""

import secrets

from bson import ObjectId
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate
from courses.models import Course

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for a digit. https://www.crockford.com/base32.html"""


def issue(user_id: ObjectId, course_id: ObjectId) -> str:
    """Give the code of a person's certificate of a course, made now with the names as they are unless there is one.

    To be called in a transaction: of two at once, MongoDB lets one begin again, which then finds the other's.
    """
    certificates = Certificate.objects.filter(user=user_id, course=course_id)
    if code := certificates.values_list("code", flat=True).first():
        return code
    person = User.objects.only("name").get(pk=user_id)
    course = Course.objects.only("title", "instructor").get(pk=course_id)
    instructor = User.objects.only("name").get(pk=course.instructor_id)
    certificate = Certificate.objects.create(
        code=new_code(),
        user=person,
        course=course,
        person_name=person.name,
        course_title=course.title,
        instructor_name=instructor.name,
        issued_at=timezone.now(),
    )
    return certificate.code


def end_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Note that the person may no longer watch the course: their certificate, if any, is not valid while that is so."""
    certificates = Certificate.objects.filter(user=user_id, course=course_id)
    certificates.filter(access_ended_at=None).update(access_ended_at=timezone.now())


def restore_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Undo `end_access`."""
    Certificate.objects.filter(user=user_id, course=course_id).update(access_ended_at=None)


def withdraw(certificate: Certificate) -> bool:
    """Take a certificate back by staff's decision, whatever the access; False if it was withdrawn already."""
    found = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    return bool(found.update(withdrawn_at=timezone.now()))


def reinstate(certificate: Certificate) -> bool:
    """Undo `withdraw`; False if there is nothing to undo, or the person has left and has no name any more."""
    found = Certificate.objects.filter(pk=certificate.pk).exclude(person_name="")
    return bool(found.exclude(withdrawn_at=None).update(withdrawn_at=None))


def new_code() -> str:
    """Make a code that nobody can guess and everybody can type: 125 random bits in five groups of five."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(5))
    return "-".join(groups)


def find(code: str) -> Certificate | None:
    """Look a code up as a person may have typed it: in any case, with or without its hyphens."""
    plain = code.upper().replace("-", "").translate(str.maketrans("OIL", "011"))
    groups = (plain[start : start + 5] for start in range(0, len(plain), 5))
    return Certificate.objects.filter(code__in=[code, "-".join(groups)]).first()


def page_url(certificate: Certificate) -> str:
    """Give the public page, which the QR code holds."""
    return _absolute(reverse("certificate-page", args=[certificate.code]))


def pdf_url(certificate: Certificate) -> str:
    return _absolute(reverse("certificate-pdf", args=[certificate.code]))


def _absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
