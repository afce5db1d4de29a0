"""Courses, each with its lectures in one section."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from accounts.models import User
from courses.models import Course, Section
from courses.services import authoring
from courses.services.outline import lock_outline, recount
from learning.mern import files
from learning.mern.categories import find_category
from learning.mern.documents import Document, as_id, as_text, created_at, first, is_true, show
from learning.mern.lectures import Draft, read_lectures, remember_lectures, write_lectures
from learning.mern.move import Move
from learning.mern.prices import UNUSABLE, read_price
from learning.mern.report import Ended, Finding, already_here, refused
from learning.mern.texts import is_valid, markdown, one_line
from lms.languages import canonical
from lms.mongodb.transaction import atomic
from lms.validators import validate_line

CREATORS = ("creator", "instructor", "createdBy", "educator", "teacher")
THUMBNAILS = ("courseThumbnail", "thumbnail", "image")
LEVELS = {
    "beginner": Course.Level.BEGINNER,
    "medium": Course.Level.INTERMEDIATE,
    "intermediate": Course.Level.INTERMEDIATE,
    "advance": Course.Level.ADVANCED,
    "advanced": Course.Level.ADVANCED,
    "all": Course.Level.ALL,
    "all levels": Course.Level.ALL,
    "": Course.Level.ALL,
}
SECTION = "Lectures"
UNTITLED = "Untitled course"


def import_course(move: Move, document: Document, findings: list[Finding]) -> None:
    """Create a course with its lectures, and publish it if it was published and can be."""
    pk = as_id(document["_id"])
    if pk is None:
        raise refused("bad_id", "Its id is of a kind that nothing can refer to.")
    course = Course.objects.filter(pk=pk).first()
    if course is not None and course.outline_version:
        move.known.keep("course", pk)
        move.known.keep("taught by", pk, course.instructor_id)
        remember_lectures(move, course, document)
        raise already_here()
    instructor_id = _find_instructor(move, document, findings)
    _make_instructor(move, instructor_id, findings)
    fields = _read(move, document, findings)
    picture = first(document, *THUMBNAILS)
    thumbnail = files.read_image(picture, move.shared_thumbnails, findings, "thumbnail")
    lectures = read_lectures(move, document, pk, findings, is_paid=fields["price_amount"] > 0)
    fields["category"] = find_category(move, document, findings)
    is_published = _is_published(document, fields, lectures, findings)
    move.known.keep("course", pk)
    move.known.keep("taught by", pk, instructor_id)
    move.known.keep("lectures", pk, sum(each.is_published for each in lectures))
    if not move.writes:
        return
    made_at = created_at(document)
    if course is None:
        course = authoring.create(User.objects.get(pk=instructor_id), pk=pk, **fields)
    Course.objects.filter(pk=pk).update(thumbnail=thumbnail, created_at=made_at)
    _fill(course, lectures, published_at=made_at if is_published else None)


def _is_published(
    document: Document, fields: dict[str, Any], lectures: list[Draft], findings: list[Finding]
) -> bool:
    """Return whether a course was published, and can be here."""
    was_published = is_true(first(document, "isPublished", "published"))
    if not was_published and document.get("status") != "published":
        return False
    if not any(each.is_published for each in lectures):
        findings.append(Finding("stays_draft", "No lecture has a video: it stays a draft."))
        return False
    return bool(fields["price_amount"] != UNUSABLE)


@atomic
def _fill(course: Course, lectures: list[Draft], *, published_at: datetime | None) -> None:
    """Give a course its section and lectures, and publish it, all at once: after an interruption it is done again."""
    lock_outline(course.pk)
    if lectures:
        section = Section.objects.create(course=course, title=SECTION, position=0)
        write_lectures(section, course.instructor_id, lectures)
    recount(course.pk)
    if published_at:
        Course.objects.filter(pk=course.pk).update(published_at=published_at)
        authoring.publish(course, by_staff=True)


def _find_instructor(move: Move, document: Document, findings: list[Finding]) -> ObjectId:
    reference = first(document, *CREATORS)
    try:
        return move.person(reference)
    except Ended:
        chosen = move.options.instructor
        if chosen is None:
            sentence = f"Its creator {show(reference)} was not imported, or is disabled. --instructor names who gets such courses."
            raise refused("no_creator", sentence) from None
        findings.append(
            Finding("creator_replaced", f"Its creator was not imported: {chosen.email} has it.")
        )
        if chosen.is_instructor:
            move.known.keep("instructor", chosen.pk)
        return chosen.pk


def _make_instructor(move: Move, user_id: ObjectId, findings: list[Finding]) -> None:
    """Let the person change their course here, which students may not."""
    if move.known.has("instructor", user_id):
        return
    move.known.keep("instructor", user_id)
    findings.append(
        Finding(
            "made_instructor", f"Its creator {user_id} was a student, and is an instructor here."
        )
    )
    if move.writes:
        User.objects.filter(pk=user_id).update(role=User.Role.INSTRUCTOR)


def _read(move: Move, document: Document, findings: list[Finding]) -> dict[str, Any]:
    """Return the columns of a course."""
    title = one_line(as_text(first(document, "courseTitle", "title")), 120, findings, "title")
    if not is_valid(validate_line, title):
        findings.append(Finding("title_missing", f"It has no title: it is {UNTITLED!a} here."))
        title = UNTITLED
    subtitle = one_line(as_text(first(document, "subTitle", "subtitle")), 200, findings, "subtitle")
    if not is_valid(validate_line, subtitle):
        subtitle = ""
    text = as_text(first(document, "description", "courseDescription"))
    description = markdown(text, 20_000, findings, "description")
    if not description:
        description = subtitle or title
        findings.append(
            Finding("description_made", "It had no description: its subtitle or title is it.")
        )
    level = as_text(first(document, "courseLevel", "level")).strip().lower()
    if level not in LEVELS:
        findings.append(
            Finding("level_unknown", f"The level {level[:40]!a} is unknown: for all levels.")
        )
    return {
        "title": title,
        "subtitle": subtitle,
        "description": description,
        "level": LEVELS.get(level, Course.Level.ALL),
        "language": _read_language(move, document),
        "price_amount": read_price(
            first(document, "coursePrice", "price"), move.options.currency, findings
        ),
        "currency": move.options.currency,
    }


def _read_language(move: Move, document: Document) -> str:
    try:
        return canonical(as_text(document.get("language")).strip())[:10] or move.options.language
    except ValueError:
        return move.options.language
