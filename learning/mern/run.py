"""The import from its first step to its last: people, then what refers to them."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db import DatabaseError, IntegrityError
from pymongo.errors import PyMongoError

from courses.services import students
from learning.mern import access, courses, lectures, people, study
from learning.mern.documents import Document
from learning.mern.move import Move
from learning.mern.report import Ended, Finding, Outcome

logger = logging.getLogger(__name__)

type Step = Callable[[Move, Document, list[Finding]], None]
type Progress = Callable[[Iterable[Document], str, int | None], Iterable[Document]]


def move_everything(move: Move, progress: Progress = lambda things, name, total: things) -> None:
    """Import the whole database, or find out what importing it would do.

    `progress` passes documents on and shows how many of a collection were read. Raises the errors of a database that
    cannot be reached: what was imported until then stays, and the next run goes on.
    """
    for name in move.source.named("users"):
        move.shared_avatars |= move.source.shared(name, *people.PICTURES)
    for name in move.source.named("courses"):
        move.shared_thumbnails |= move.source.shared(name, *courses.THUMBNAILS)
    walk = partial(_walk, move, progress)
    walk("users", people.import_person)
    walk("courses", courses.import_course)
    walk("lectures", lectures.import_lecture)
    walk("purchases", access.import_purchase)
    for name in move.source.named("courses"):
        entries = access.enrolled_by_course(move, name)
        _take(move, f"{name}.enrolledStudents", progress(entries, name, None), access.import_entry)
    for name in move.source.named("users"):
        entries = access.enrolled_by_person(move, name)
        _take(move, f"{name}.enrolledCourses", progress(entries, name, None), access.import_entry)
    walk("progress", study.import_progress)
    walk("reviews", study.import_review)
    for name in move.source.named("courses"):
        entries = study.reviews_of_courses(move, name)
        _take(move, f"{name}.reviews", progress(entries, name, None), study.import_review)
    if move.writes:
        students.sum_up()


def _walk(move: Move, progress: Progress, kind: str, step: Step) -> None:
    for name in move.source.named(kind):
        documents = progress(move.source.each(name), name, move.source.count(name))
        _take(move, name, documents, step)


def _take(move: Move, name: str, documents: Iterable[Document], step: Step) -> None:
    """Take one step with each document, and record how it ended: nothing that a document holds ends the import."""
    for document in move.report.reading(name, documents):
        findings: list[Finding] = []
        outcome = Outcome.IMPORTED
        try:
            step(move, document, findings)
        except Ended as end:
            outcome = end.outcome
            findings.insert(0, end.finding)
        except IntegrityError:
            outcome = Outcome.REFUSED
            sentence = "Somebody wrote the same row at the same moment. Import again."
            findings.insert(0, Finding("taken", sentence))
        except (DatabaseError, PyMongoError):
            raise
        except Exception as error:
            logger.exception("%s %s", name, document.get("_id"))
            outcome = Outcome.REFUSED
            findings.insert(0, Finding("unexpected", f"It could not be read: {error!r}"))
        move.report.record(name, document.get("_id"), outcome, findings)
