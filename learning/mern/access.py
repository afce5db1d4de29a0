"""Access: purchases that were completed, and people whom a list names as enrolled, each as a grant without an order."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from accounts.models import User
from courses.models import Course
from learning.mern.documents import Document, as_id, as_list, as_text, as_time, created_at, first
from learning.mern.move import Move
from learning.mern.report import Finding, already_here, merged, refused
from learning.models import Enrollment, Source
from learning.services.enrollment import enroll

PAID = {"completed", "complete", "success", "succeeded", "successful", "paid", "free", "captured"}
UNPAID = {
    "pending",
    "failed",
    "cancelled",
    "canceled",
    "created",
    "processing",
    "expired",
    "unpaid",
}
REFUNDED = {"refunded", "refund", "chargeback"}
PERSON = ("userId", "user", "student", "studentId")
COURSE = ("courseId", "course")


def import_purchase(move: Move, document: Document, findings: list[Finding]) -> None:
    """Give a person the course that they bought. The money stays in the books of the other server."""
    user_id = move.person(first(document, *PERSON))
    course_id = move.course(first(document, *COURSE))
    status = as_text(first(document, "status", "paymentStatus")).strip().lower()
    if status in REFUNDED:
        move.known.keep("refunded", f"{course_id} {user_id}")
        raise refused("refunded", "The money was given back.")
    if status in UNPAID:
        raise refused("not_completed", f"It is {status}: nothing was paid.")
    if status not in PAID:
        raise refused(
            "status_unknown",
            f"The status {status[:40]!a} is unknown: nothing shows that it was paid.",
        )
    give(move, user_id, course_id, "Bought before the move", created_at(document))


def enrolled_by_course(move: Move, name: str) -> Iterator[Document]:
    """Iterate over the people in the lists of courses, as entries with an id, a person and a course."""
    for course in move.source.each(name, "enrolledStudents", "createdAt"):
        for entry in as_list(course.get("enrolledStudents")):
            yield _entry(
                course, entry, {"user": _reference(entry, *PERSON), "course": course["_id"]}
            )


def enrolled_by_person(move: Move, name: str) -> Iterator[Document]:
    """Iterate over the courses in the lists of people, as entries with an id, a person and a course."""
    for person in move.source.each(name, "enrolledCourses", "createdAt"):
        for entry in as_list(person.get("enrolledCourses")):
            yield _entry(
                person, entry, {"user": person["_id"], "course": _reference(entry, *COURSE)}
            )


def import_entry(move: Move, entry: Document, findings: list[Finding]) -> None:
    """Keep the access of a person who is in a list without a purchase: free courses, and gifts, leave no other trace."""
    user_id, course_id = move.person(entry["user"]), move.course(entry["course"])
    if move.known.has("refunded", f"{course_id} {user_id}"):
        raise refused("refunded", "The money was given back.")
    give(move, user_id, course_id, "Enrolled before the move", entry["createdAt"])
    sentence = f"The person {user_id} had the course {course_id} without a completed purchase, and keeps it."
    findings.append(Finding("enrolled_without_purchase", sentence))


def give(move: Move, user_id: ObjectId, course_id: ObjectId, reason: str, since: datetime) -> None:
    """Give a course, once. Raises for the person's own course, and for what is given already."""
    if move.known.get_id("taught by", course_id) == user_id:
        raise refused("own_course", "Instructors have their own courses anyway.")
    pair = f"{course_id} {user_id}"
    if move.known.has("given", pair):
        raise merged("same_course", "The person has the course by another document of this import.")
    move.known.keep("given", pair)
    enrollment = Enrollment.objects.filter(user=user_id, course=course_id).first()
    if enrollment and any(grant.source == Source.IMPORT for grant in enrollment.grants):
        raise already_here()
    if move.writes:
        try:
            enroll(user_id, course_id, source=Source.IMPORT, reason=reason, since=since)
        except (User.DoesNotExist, Course.DoesNotExist):
            raise refused(
                "just_deleted", "The account or the course was just deleted here."
            ) from None


def is_given(move: Move, user_id: ObjectId, course_id: ObjectId) -> bool:
    """Return whether a person has a course, by this import or otherwise."""
    if move.known.has("given", f"{course_id} {user_id}"):
        return True
    return Enrollment.objects.active().filter(user=user_id, course=course_id).exists()


def _reference(entry: Any, *names: str) -> Any:
    return first(entry, *names, "_id") if isinstance(entry, dict) else entry


def _entry(document: Document, entry: Any, pair: Document) -> Document:
    given = first(entry, "enrolledAt", "createdAt") if isinstance(entry, dict) else None
    name = as_id(_reference(entry, *PERSON, *COURSE))
    since = as_time(given) or created_at(document)
    return pair | {"_id": f"{document['_id']}/{name}", "createdAt": since}
