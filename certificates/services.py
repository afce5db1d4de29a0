"""Issue certificates, one per person and course; end, withdraw and reinstate them."""

import secrets

from bson import ObjectId
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from certificates.models import Certificate
from certificates.queries import CODE_GROUP
from courses.models import Course
from lms.locales import of_tag
from lms.mongodb.transaction import atomic

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, without letters that look like digits: https://www.crockford.com/base32.html"""


@atomic
def issue(user_id: ObjectId, course_id: ObjectId) -> str:
    """Return the code of a person's certificate of a course; create it with the present names if it is missing.

    One that was withdrawn with the completion of the course is valid again. If two run at the same time, MongoDB makes one of them retry, and that one finds the certificate of the other. Raises `SessionRevoked` if the person's account was just deleted.
    """
    certificates = Certificate.objects.filter(user=user_id, course=course_id)
    if held := certificates.first():
        if held.withdrawn_at:
            reinstate(held)
        return held.code
    refer_to_person(user_id)
    person = User.objects.only("name").get(pk=user_id)
    course = Course.objects.only("title", "instructor", "language").get(pk=course_id)
    instructor = User.objects.only("name").get(pk=course.instructor_id)
    certificate = Certificate.objects.create(
        code=new_code(),
        user=person,
        course=course,
        person_name=person.name,
        course_title=course.title,
        instructor_name=instructor.name,
        language=of_tag(course.language) or settings.LANGUAGE_CODE,
        issued_at=timezone.now(),
    )
    return certificate.code


def end_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Record that the person has no access to the course any more, which ends their certificate if there is one."""
    certificates = Certificate.objects.filter(user=user_id, course=course_id)
    certificates.filter(access_ended_at=None).update(access_ended_at=timezone.now())


def restore_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Undo `end_access`."""
    Certificate.objects.filter(user=user_id, course=course_id).update(access_ended_at=None)


def withdraw(certificate: Certificate) -> bool:
    """Withdraw a certificate by decision of staff, whatever the access; return False if it was withdrawn already."""
    standing = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    return bool(standing.update(withdrawn_at=timezone.now()))


def withdraw_of(user_id: ObjectId, course_id: ObjectId) -> bool:
    """Withdraw a person's certificate of a course; return False if there is none or it was withdrawn already."""
    certificate = Certificate.objects.filter(user=user_id, course=course_id).first()
    return certificate is not None and withdraw(certificate)


def reinstate(certificate: Certificate) -> bool:
    """Undo `withdraw`; return False if it was not withdrawn, or if the person's name was erased."""
    named = Certificate.objects.filter(pk=certificate.pk).exclude(person_name="")
    return bool(named.exclude(withdrawn_at=None).update(withdrawn_at=None))


def new_code() -> str:
    """Return a code that nobody can guess and everybody can type: 125 random bits in five groups."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(CODE_GROUP)) for _ in range(5))
    return "-".join(groups)
