"""Issue certificates, one per person and course; end, withdraw and reinstate them."""

import secrets

from bson import ObjectId
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from certificates.models import ENDS, Certificate
from certificates.queries import CODE_GROUP
from courses.models import Course
from lms import events
from lms.locales import of_tag
from lms.mongodb import connection
from lms.mongodb.pipelines import Document
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
    events.record("certificate.issued", certificate.pk, user=user_id, course=course_id)
    return certificate.code


def end_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Record that the person has no access to the course any more, which ends their certificate if there is one."""
    having_access = {"user_id": user_id, "course_id": course_id, "access_ended_at": None}
    _change(having_access, {"access_ended_at": timezone.now()})


def restore_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Undo `end_access`."""
    _change({"user_id": user_id, "course_id": course_id}, {"access_ended_at": None})


def withdraw(certificate: Certificate) -> bool:
    """Withdraw a certificate by decision of staff, whatever the access; return False if it was withdrawn already."""
    standing = {"_id": certificate.pk, "withdrawn_at": None}
    return _change(standing, {"withdrawn_at": timezone.now()})


def withdraw_of(user_id: ObjectId, course_id: ObjectId) -> bool:
    """Withdraw a person's certificate of a course; return False if there is none or it was withdrawn already."""
    certificate = Certificate.objects.filter(user=user_id, course=course_id).first()
    return certificate is not None and withdraw(certificate)


def reinstate(certificate: Certificate) -> bool:
    """Undo `withdraw`; return False if it was not withdrawn, or if the person's name was erased."""
    named = {"_id": certificate.pk, "withdrawn_at": {"$ne": None}, "person_name": {"$ne": ""}}
    return _change(named, {"withdrawn_at": None})


@atomic
def erase_person(user_id: ObjectId) -> None:
    """Remove the name from a person's certificates and withdraw them; may be repeated."""
    for certificate in Certificate.objects.filter(user=user_id, withdrawn_at=None):
        withdraw(certificate)
    Certificate.objects.filter(user=user_id).update(person_name="")


@atomic
def _change(match: Document, changes: Document) -> bool:
    """Change what ends a certificate; record if it is valid no longer, or again. Return False if none matches."""
    before = connection.get_collection(Certificate._meta.db_table).find_one_and_update(
        match,
        {"$set": changes},
        projection=["user_id", "course_id", *ENDS],
        session=connection.session,
    )
    if before is None:
        return False
    was_valid, is_valid = (
        not any(row[end] for end in ENDS) for row in (before, {**before, **changes})
    )
    if was_valid != is_valid:
        events.record(
            "certificate.restored" if is_valid else "certificate.revoked",
            before["_id"],
            user=before["user_id"],
            course=before["course_id"],
        )
    return True


def new_code() -> str:
    """Return a code that nobody can guess and everybody can type: 125 random bits in five groups."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(CODE_GROUP)) for _ in range(5))
    return "-".join(groups)
