"""People: accounts with the ids and passwords that they had."""

import re
from typing import Any

from bson import ObjectId
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError

from accounts.models import User
from learning.mern import files
from learning.mern.documents import Document, as_id, as_text, created_at, first, is_true
from learning.mern.move import Move
from learning.mern.report import Finding, already_here, merged, refused
from learning.mern.texts import cut, is_valid, one_line, plain
from lms.addresses import canonical_address
from lms.validators import validate_line, validate_name

BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
"""A hash that bcrypt can verify in seconds: more than 15 rounds would keep a process busy. The last digit of the salt has
two bits."""
TEACHERS = {"instructor", "teacher", "educator", "creator", "admin", "superadmin"}
PICTURES = ("photoUrl", "photoURL", "avatar", "profilePicture", "imageUrl")
SAME_ADDRESS = (
    "It has the address of {other}: both are one account, and what belongs to either of them belongs to it. Nobody "
    "verified that they are one person, so it has no password until somebody resets it by mail."
)


def import_person(move: Move, document: Document, findings: list[Finding]) -> None:
    """Create an account, or join the one that has the address already."""
    pk = as_id(document["_id"])
    if pk is None:
        raise refused("bad_id", "Its id is of a kind that nothing can refer to.")
    if present := User.objects.filter(pk=pk).first():
        move.known.keep("email", present.email, pk)
        _remember(move, pk, present)
        raise already_here()
    email = _read_address(document)
    if other := move.known.get_id("email", email):
        _join(move, pk, other)
    if account := User.objects.filter(email=email).first():
        _remember(move, pk, account)
        sentence = "An account here has its address. That one stays as it is, and gets the courses."
        raise merged("address_known", sentence)
    user = _read(move, document, pk, email, findings)
    if move.writes:
        _write(user, document)
    move.known.keep("email", email, pk)
    _remember(move, pk, user)


def _remember(move: Move, theirs: ObjectId, ours: User) -> None:
    move.known.keep("person", theirs, ours.pk)
    if not ours.is_active:
        move.known.keep("disabled", ours.pk)
    if ours.is_instructor:
        move.known.keep("instructor", ours.pk)


def _join(move: Move, pk: ObjectId, other: ObjectId) -> None:
    move.known.keep("person", pk, other)
    if move.writes:
        # Only the password that it came with: another one was set here since.
        as_it_came = User.objects.filter(pk=other, password__startswith="bcrypt$")  # noqa: S106
        as_it_came.update(password=make_password(None))
    raise merged("same_address", SAME_ADDRESS.format(other=other))


def _read_address(document: Document) -> str:
    address = as_text(first(document, "email", "emailAddress"))
    try:
        return canonical_address(address)
    except ValidationError:
        sentence = f"No mail can be sent to {address[:254]!a}. Correct it there, and import again."
        raise refused("bad_address", sentence) from None


def _read(
    move: Move, document: Document, pk: ObjectId, email: str, findings: list[Finding]
) -> User:
    """Return the account that a document makes; it is not saved."""
    if document["_id"] != pk:
        findings.append(Finding("new_id", f"Its id {document['_id']!a} was replaced by {pk}."))
    is_active = not any(
        is_true(document.get(name)) for name in ("isBlocked", "isBanned", "blocked")
    )
    if document.get("isActive") is False or not is_active:
        is_active = False
        findings.append(Finding("disabled", "It was blocked there, and is disabled here."))
    return User(
        pk=pk,
        email=email,
        name=_read_name(document, email, findings),
        password=_read_password(document, findings),
        role=_read_role(document, findings),
        headline=_read_headline(document, findings),
        bio=cut(plain(as_text(document.get("bio"))).strip(), 5000, findings, "bio"),
        avatar=files.read_image(
            first(document, *PICTURES), move.shared_avatars, findings, "avatar"
        ),
        is_active=is_active,
        email_verified_at=_verified_at(document),
    )


def _write(user: User, document: Document) -> None:
    user.save(force_insert=True)
    User.objects.filter(pk=user.pk).update(created_at=created_at(document))


def _read_name(document: Document, email: str, findings: list[Finding]) -> str:
    parts = [as_text(document.get(name)) for name in ("firstName", "lastName")]
    given = as_text(first(document, "name", "fullName", "username")) or " ".join(parts)
    name = one_line(given, 100, findings, "name")
    if is_valid(validate_name, name):
        return name
    local_part = email.partition("@")[0][:100]
    name = local_part if is_valid(validate_name, local_part) else "Student"
    findings.append(
        Finding("name_replaced", f"The name {given[:100]!a} shows no letter: it is {name!a} here.")
    )
    return name


def _read_headline(document: Document, findings: list[Finding]) -> str:
    given = as_text(first(document, "headline", "description", "title"))
    headline = one_line(given, 120, findings, "headline")
    return headline if is_valid(validate_line, headline) else ""


def _read_password(document: Document, findings: list[Finding]) -> str:
    """Return the password as Django stores a bcrypt hash, or an unusable one."""
    given = as_text(document.get("password"))
    if BCRYPT.fullmatch(given):
        return f"bcrypt${given}"
    sentence = "Its password is no bcrypt hash. The person has to reset it by mail."
    findings.append(Finding("must_reset_password", sentence))
    return make_password(None)


def _read_role(document: Document, findings: list[Finding]) -> str:
    given = as_text(document.get("role")).strip().lower()
    if given in {"admin", "superadmin"} or is_true(document.get("isAdmin")):
        sentence = "An admin there is an instructor here. Make staff by `manage.py createsuperuser` or in the admin."
        findings.append(Finding("admin_not_staff", sentence))
        given = "admin"
    elif given not in {"", "student", "user", "learner", *TEACHERS}:
        findings.append(
            Finding("role_unknown", f"The role {given[:40]!a} is unknown: a student here.")
        )
    return User.Role.INSTRUCTOR if given in TEACHERS else User.Role.STUDENT


def _verified_at(document: Document) -> Any:
    verified = any(is_true(document.get(name)) for name in ("isVerified", "emailVerified"))
    return created_at(document) if verified else None
