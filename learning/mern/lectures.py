"""Lectures of a course, in the order of the course's array, each with its video."""

import json
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from accounts.services.erasure import refer_to_person
from courses.models import Course, Lecture, Section
from courses.services.lectures import MAX_LECTURES
from learning.mern.documents import (
    Document,
    as_id,
    as_list,
    as_number,
    as_text,
    derived_id,
    first,
    is_true,
)
from learning.mern.files import File, read_video
from learning.mern.move import Move
from learning.mern.report import Finding, already_here, refused
from learning.mern.texts import cut, is_valid, one_line, plain
from lms.mongodb.references import refer_to
from lms.validators import validate_line
from media.models import Asset

HERE, LEFT, FULL = "here", "left", "full"
"""What is remembered of a lecture that is not imported now; of an imported one, its findings are."""
MAX_SECONDS = 7 * 24 * 3600


@dataclass
class Draft:
    """A lecture that is not saved."""

    pk: ObjectId
    title: str
    description: str
    video: File | None
    is_preview: bool
    duration_seconds: int

    @property
    def is_published(self) -> bool:
        return self.video is not None


def import_lecture(move: Move, document: Document, findings: list[Finding]) -> None:
    """Report a lecture, which was imported with its course. Raises for one that has none."""
    placed = move.known.get("placed", as_id(document["_id"]))
    if placed is None:
        raise refused("no_course", "No course that was imported has it.")
    if placed == HERE:
        raise already_here()
    if placed == LEFT:
        sentence = (
            "Its course was imported before, without it: add it here by hand if it is missing."
        )
        raise refused("course_already_here", sentence)
    if placed == FULL:
        raise refused("course_full", f"A course has at most {MAX_LECTURES:,} lectures.")
    findings += [Finding(*each) for each in json.loads(placed)]


def read_lectures(
    move: Move, course: Document, course_id: ObjectId, findings: list[Finding], *, is_paid: bool
) -> list[Draft]:
    """Return the lectures of a new course, and remember them for their own report and for the students' progress."""
    ids = _listed(course)
    for extra in ids[MAX_LECTURES:]:
        move.known.keep("placed", extra, FULL)
    ids = ids[:MAX_LECTURES]
    documents: dict[ObjectId, Document] = {}
    for name in move.source.named("lectures"):
        documents |= move.source.find(name, [*as_list(course.get("lectures")), *ids])
    if missing := [str(each) for each in ids if each not in documents]:
        shown = ", ".join(missing[:5])
        findings.append(
            Finding("lectures_missing", f"Gone of its lectures ({len(missing)}): {shown}")
        )
    taken = set(Lecture.objects.filter(pk__in=ids).values_list("pk", flat=True))
    drafts = []
    opens_all = is_paid and len(documents) > 1 and all(map(_is_preview, documents.values()))
    if opens_all:
        sentence = "Every lecture was a preview, as that server makes them when somebody buys: none is one here."
        findings.append(Finding("all_previews", sentence))
    for theirs in (each for each in ids if each in documents):
        notes: list[Finding] = []
        again = move.known.has("placed", theirs) or theirs in taken
        pk = derived_id(course_id, theirs) if again else theirs
        draft = _read(documents[theirs], pk, notes)
        draft.is_preview &= not opens_all
        drafts.append(draft)
        move.known.keep("lecture", f"{course_id} {theirs}", pk)
        if again:
            sentence = f"Another course has the lecture {theirs}, too: this one got a copy of its own, {pk}."
            findings.append(Finding("lecture_shared", sentence))
        else:
            move.known.keep(
                "placed", theirs, json.dumps([list(vars(note).values()) for note in notes])
            )
    return drafts


def remember_lectures(move: Move, course: Course, document: Document) -> None:
    """Remember which lectures of a course that was imported before are here, for its students' progress."""
    here = dict(Lecture.objects.filter(course=course).values_list("pk", "is_published"))
    move.known.keep("lectures", course.pk, sum(here.values()))
    for theirs in _listed(document):
        ours = next(
            (each for each in (theirs, derived_id(course.pk, theirs)) if each in here), None
        )
        if ours is not None:
            move.known.keep("lecture", f"{course.pk} {theirs}", ours)
            move.known.keep("placed", theirs, HERE)
        elif not move.known.has("placed", theirs):
            move.known.keep("placed", theirs, LEFT)


def write_lectures(section: Section, owner_id: ObjectId, drafts: list[Draft]) -> None:
    """Create the lectures of a section and their videos, in a transaction that has locked the outline."""
    refer_to_person(owner_id)
    wanted = {draft.video.public_id: draft for draft in drafts if draft.video}
    assets = {each.public_id: each for each in Asset.objects.filter(public_id__in=list(wanted))}
    new = [_asset(owner_id, draft) for name, draft in wanted.items() if name not in assets]
    assets |= {each.public_id: each for each in Asset.objects.bulk_create(new)}
    refer_to(Asset, *(each.pk for each in assets.values()))
    Lecture.objects.bulk_create(
        Lecture(
            pk=draft.pk,
            course_id=section.course_id,
            section=section,
            title=draft.title,
            description=draft.description,
            kind=Lecture.Kind.VIDEO,
            asset=assets[draft.video.public_id] if draft.video else None,
            position=position,
            is_preview=draft.is_preview,
            is_published=draft.is_published,
            duration_seconds=draft.duration_seconds,
        )
        for position, draft in enumerate(drafts)
    )


def _asset(owner_id: ObjectId, draft: Draft) -> Asset:
    """Return a video that everybody can read at Cloudinary, as that server left it."""
    video = draft.video
    assert video is not None  # noqa: S101 (the caller names lectures with a video)
    return Asset(
        owner_id=owner_id,
        kind=Asset.Kind.VIDEO,
        status=Asset.Status.READY,
        public_id=video.public_id,
        delivery_type=Asset.DeliveryType.UPLOAD,
        version=video.version,
        format=video.format,
        duration_seconds=draft.duration_seconds or None,
        original_name=f"{draft.title}.{video.format or 'mp4'}"[-255:],
    )


def _read(document: Document, pk: ObjectId, findings: list[Finding]) -> Draft:
    title = one_line(as_text(first(document, "lectureTitle", "title")), 120, findings, "title")
    if not is_valid(validate_line, title):
        findings.append(Finding("title_missing", "It has no title: it is 'Lecture' here."))
        title = "Lecture"
    description = plain(as_text(document.get("description"))).strip()
    return Draft(
        pk=pk,
        title=title,
        description=cut(description, 5000, findings, "description"),
        video=read_video(document, findings),
        is_preview=_is_preview(document),
        duration_seconds=_read_seconds(first(document, "duration", "lectureDuration")),
    )


def _read_seconds(value: Any) -> int:
    number = as_number(value)
    return int(number) if number is not None and 0 <= number <= MAX_SECONDS else 0


def _is_preview(document: Document) -> bool:
    return is_true(first(document, "isPreviewFree", "isPreview", "isFree"))


def _listed(course: Document) -> list[ObjectId]:
    """Return the ids in a course's array, each once."""
    entries = (
        first(each, "lecture", "lectureId", "_id") if isinstance(each, dict) else each
        for each in as_list(course.get("lectures"))
    )
    return list(dict.fromkeys(pk for each in entries if (pk := as_id(each)) is not None))
