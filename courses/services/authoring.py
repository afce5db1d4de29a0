"""What changes a course as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError
from django.db.models import F, ProtectedError
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from courses.exceptions import HasStudents, NotPublishable
from courses.models import Course, Lecture
from lms.images import delete_image
from lms.mongodb import connection
from lms.mongodb.transaction import atomic, on_commit
from media.models import Asset

Status = Course.Status
RESERVED = {"mine"}
"""Slugs that are words of the API's paths."""


def create(instructor: Any, *, title: str, thumbnail: File | None = None, **fields: Any) -> Course:
    """Start a draft, under a slug made of its title that it keeps for good."""
    with stored(thumbnail) as name:
        for slug in _slugs(title):
            try:
                return Course.objects.create(
                    instructor=instructor, title=title, slug=slug, thumbnail=name, **fields
                )
            except IntegrityError:  # of all that is unique, the slug alone is not our choice
                continue
    raise RuntimeError(f"No slug is free for {title!r}.")


def change(course: Course, **fields: Any) -> None:
    """Save what changes of a course; `thumbnail` is a file, or None for none."""
    if "thumbnail" in fields:
        set_thumbnail(course, fields.pop("thumbnail"))
    # Only what changes: a whole course saved would undo what was counted meanwhile.
    Course.objects.filter(pk=course.pk).update(**fields, updated_at=timezone.now())


def set_thumbnail(course: Course, thumbnail: File | None) -> None:
    """Give a course another picture and delete the one it had; 404 if the course is gone."""
    with stored(thumbnail) as name:
        before = connection.get_collection(Course._meta.db_table).find_one_and_update(
            {"_id": course.pk},
            {"$set": {"thumbnail": name, "updated_at": timezone.now()}},
            projection={"thumbnail": 1},
            session=connection.session,
        )
        if before is None:  # deleted meanwhile: nothing would ever refer to the picture
            raise Http404
    if before["thumbnail"]:
        delete_image.enqueue(before["thumbnail"])


def publish(course: Course, *, by_staff: bool = False) -> None:
    """Put a course into the catalogue, or before staff where they look at it first (`COURSE_REVIEW`).

    Raises `NotPublishable`, which names all that is missing.
    """
    if lacking := missing(course):
        raise NotPublishable(lacking)
    if settings.COURSE_REVIEW and not by_staff:
        waiting = Course.objects.filter(pk=course.pk, status__in=[Status.DRAFT, Status.ARCHIVED])
        waiting.update(status=Status.IN_REVIEW, updated_at=timezone.now())
        return
    now = timezone.now()
    # The date of the first time stays: publishing again must not put a course before newer ones.
    Course.objects.filter(pk=course.pk, published_at=None).update(published_at=now)
    Course.objects.filter(pk=course.pk).exclude(status=Status.PUBLISHED).update(
        status=Status.PUBLISHED, updated_at=now
    )


def unpublish(course: Course) -> None:
    """Make a course a draft again; who is enrolled keeps it."""
    _move(course, Status.DRAFT)


def archive(course: Course) -> None:
    """Take a course from sale for good; who is enrolled keeps it."""
    _move(course, Status.ARCHIVED)


def delete(course: Course) -> None:
    """Delete a course with its outline; raise `HasStudents` if anybody ever enrolled in it or ordered it."""
    try:
        _delete(course)
    except ProtectedError:
        raise HasStudents from None


def missing(course: Course) -> dict[str, str]:
    """Tell what keeps a course from being published: a sentence for each thing, by where it is missing."""
    lacking = {}
    if not course.description.strip():
        lacking["description"] = "Describe the course."
    lectures = list(Lecture.objects.filter(course=course, is_published=True))
    if not lectures:
        lacking["lectures"] = "Add a lecture and publish it."
    assets = [lecture.asset_id for lecture in lectures if lecture.asset_id]
    ready = set(
        Asset.objects.filter(pk__in=assets, status=Asset.Status.READY).values_list("pk", flat=True)
    )
    for lecture in lectures:
        if lecture.kind == Lecture.Kind.ARTICLE:
            if not lecture.body.strip():
                lacking[f"lectures.{lecture.pk}.body"] = f"Write the article “{lecture.title}”."
        elif lecture.asset_id is None:
            lacking[f"lectures.{lecture.pk}.asset"] = (
                f"Add a {lecture.kind} to the lecture “{lecture.title}”."
            )
        elif lecture.asset_id not in ready:
            lacking[f"lectures.{lecture.pk}.asset"] = (
                f"The {lecture.kind} of the lecture “{lecture.title}” is not ready."
            )
    return lacking


def count_student(course_id: ObjectId, *, by: int) -> None:
    """Add `by` (1 or -1) to a course's students, in one transaction with the enrollment that it counts.

    Raises `Course.DoesNotExist` if the course is gone, so that nobody enrolls in what is being deleted.
    """
    if not Course.objects.filter(pk=course_id).update(enrolled_count=F("enrolled_count") + by):
        raise Course.DoesNotExist


@contextmanager
def stored(image: File | None) -> Iterator[str]:
    """Store an image and give its name ("" for none); delete it again if the block fails."""
    name = storages["images"].save(f"thumbnails/{image.name}", image) if image else ""
    try:
        yield name
    except BaseException:
        if name:
            delete_image.enqueue(name)
        raise


def _slugs(title: str) -> Iterator[str]:
    """Give slugs to try: the title's own, then with something random behind it."""
    base = slugify(title, allow_unicode=True)[:70].strip("-_")
    # 24 hex digits would be taken for an id.
    if base and base not in RESERVED and not ObjectId.is_valid(base):
        yield base
    for _ in range(10):
        yield f"{base or 'course'}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"


def _move(course: Course, status: str) -> None:
    others = Course.objects.filter(pk=course.pk).exclude(status=status)
    others.update(status=status, updated_at=timezone.now())


@atomic
def _delete(course: Course) -> None:
    thumbnail = course.thumbnail.name
    course.delete()
    if thumbnail:
        on_commit(partial(delete_image.enqueue, thumbnail))
