"""Create, change, publish and delete a course."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.exceptions import HasStudents, NotPublishable
from courses.keys import parse_key
from courses.markdown import rendered
from courses.models import Category, Course, Lecture
from courses.services.indexing import INDEXED, index_course
from lms import currencies
from lms.exceptions import ReferenceGone, fill
from lms.folding import folded
from lms.images import delete_image
from lms.locales import Sentence
from lms.mongodb import connection
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic
from lms.registry import Registry
from media.models import Asset

Status = Course.Status
ADD_ASSET = {
    Lecture.Kind.VIDEO.value: _("Add a video to the lecture “{title}”."),
    Lecture.Kind.FILE.value: _("Add a file to the lecture “{title}”."),
}
NOT_READY = {
    Lecture.Kind.VIDEO.value: _("The video of the lecture “{title}” is not ready."),
    Lecture.Kind.FILE.value: _("The file of the lecture “{title}” is not ready."),
}


@dataclass(frozen=True)
class ContentCheck:
    """What lectures of a kind need before their course is published.

    `find_missing` takes the lectures of this kind and returns a sentence for each that lacks something, by its id; it
    stands at `attr` of the lecture, and may name the lecture as `{title}`.
    """

    kind: str
    attr: str
    find_missing: Callable[[list[Lecture]], Mapping[ObjectId, Sentence]]


content_checks: Registry[ContentCheck] = Registry()
RESERVED = {"facets", "mine", "suggestions"}
"""Slugs that are words in the API's paths."""


def create(instructor: User, *, title: str, thumbnail: File | None = None, **fields: Any) -> Course:
    """Create a draft; its slug is made from the title and never changes.

    Raises `ReferenceGone` if the category was just deleted, `SessionRevoked` if the account was.
    """
    fields |= rendered(fields, "description")
    with stored(thumbnail) as name:
        for slug in _slugs(title):
            try:
                return _create(
                    instructor=instructor, title=title, slug=slug, thumbnail=name, **fields
                )
            except IntegrityError:  # the slug is taken: no other unique column is chosen here
                continue
    raise RuntimeError(f"No slug is free for {title!r}.")


def change(course: Course, **fields: Any) -> None:
    """Save the changed fields of a course; `thumbnail` is a file, or None to remove the picture.

    Raises 404 if the course was just deleted, `ReferenceGone` if the category was.
    """
    if "thumbnail" in fields:
        set_thumbnail(course, fields.pop("thumbnail"))
    _change(course.pk, **fields, **rendered(fields, "description"), **folded(fields, "title"))


def set_thumbnail(course: Course, thumbnail: File | None) -> None:
    """Replace the picture of a course and delete the old one; raise 404 if the course is deleted."""
    with stored(thumbnail) as name:
        before = connection.get_collection(Course._meta.db_table).find_one_and_update(
            {"_id": course.pk},
            {"$set": {"thumbnail": name, "updated_at": timezone.now()}},
            projection={"thumbnail": 1},
            session=connection.session,
        )
        if before is None:  # raising deletes the new picture, to which nothing would refer
            raise Http404
    if before["thumbnail"]:
        delete_image.enqueue(before["thumbnail"])


def publish(course: Course, *, by_staff: bool = False) -> None:
    """Publish a course; if staff check courses first (`COURSE_REVIEW`), put it into their queue instead.

    Raise `NotPublishable`, which names everything that is missing.
    """
    require_complete(course)
    if settings.COURSE_REVIEW and not by_staff:
        unsold = Course.objects.filter(pk=course.pk, status__in=[Status.DRAFT, Status.ARCHIVED])
        unsold.update(status=Status.IN_REVIEW, rejection_reason="", updated_at=timezone.now())
        return
    # The first date stays: publishing again must not put a course before newer ones.
    now = timezone.now()
    Course.objects.filter(pk=course.pk, published_at=None).update(published_at=now)
    set_status(course, Status.PUBLISHED)


def require_complete(course: Course) -> None:
    """Raise `NotPublishable`, which names everything that is missing."""
    if missing := list_missing(course):
        raise NotPublishable(missing)


def unpublish(course: Course) -> None:
    """Make a course a draft again; people who are enrolled keep it."""
    set_status(course, Status.DRAFT)


def archive(course: Course) -> None:
    """Stop selling a course for good; people who are enrolled keep it."""
    set_status(course, Status.ARCHIVED)


def delete(course: Course) -> None:
    """Delete a course with its outline; raise `HasStudents` if anybody ever enrolled in it or ordered it.

    Who orders or takes the course first at the same time, and who refers to it in any other way, writes to the course:
    one of both transactions runs again.
    """
    try:
        _delete(course.pk)
    except ProtectedError:
        raise HasStudents from None


def list_missing(course: Course) -> dict[str, str]:
    """Return what keeps a course from being published: a sentence per missing thing, by where it is missing."""
    missing = {}
    if not course.description.strip():
        missing["description"] = gettext("Describe the course.")
    if not currencies.is_chargeable(course.price_amount, course.currency):
        missing["price"] = currencies.describe_price(course.currency)
    lectures = list(Lecture.objects.filter(course=course, is_published=True))
    if not lectures:
        missing["lectures"] = gettext("Add a lecture and publish it.")
    return missing | _list_missing_content(lectures)


@contextmanager
def stored(image: File | None) -> Iterator[str]:
    """Store an image and yield its name, "" for no image; delete it again if the block raises."""
    name = storages["images"].save(f"thumbnails/{image.name}", image) if image else ""
    try:
        yield name
    except BaseException:
        if name:
            delete_image.enqueue(name)
        raise


def _list_missing_content(lectures: list[Lecture]) -> dict[str, str]:
    of_kind = defaultdict(list)
    for lecture in lectures:
        of_kind[lecture.kind].append(lecture)
    sentences = {
        (pk, check.attr): sentence
        for check in content_checks
        if of_kind[check.kind]
        for pk, sentence in check.find_missing(of_kind[check.kind]).items()
    }
    titles = {lecture.pk: lecture.title for lecture in lectures}
    return {
        f"lectures.{pk}.{attr}": fill(sentence, {"title": titles[pk]})
        for (pk, attr), sentence in sentences.items()
    }


def _find_unwritten(articles: list[Lecture]) -> dict[ObjectId, Sentence]:
    unwritten = [each for each in articles if not each.body.strip()]
    return {each.pk: _("Write the article “{title}”.") for each in unwritten}


def _find_not_ready(lectures: list[Lecture]) -> dict[ObjectId, Sentence]:
    """Find the lectures of one kind whose video or file is missing or not ready."""
    assets = Asset.objects.filter(pk__in=[each.asset_id for each in lectures if each.asset_id])
    ready = set(assets.filter(status=Asset.Status.READY).values_list("pk", flat=True))
    return {
        each.pk: NOT_READY[each.kind] if each.asset_id else ADD_ASSET[each.kind]
        for each in lectures
        if each.asset_id not in ready
    }


OWN_CHECKS = (
    ContentCheck(Lecture.Kind.VIDEO, "asset", _find_not_ready),
    ContentCheck(Lecture.Kind.FILE, "asset", _find_not_ready),
    ContentCheck(Lecture.Kind.ARTICLE, "body", _find_unwritten),
)


def _slugs(title: str) -> Iterator[str]:
    """Yield slugs to try: the title's own, then ten with a random ending."""
    base = slugify(title, allow_unicode=True)[:70].strip("-_")
    is_taken_for_an_id = isinstance(parse_key(base), ObjectId)
    if base and base not in RESERVED and not is_taken_for_an_id:
        yield base
    for __ in range(10):
        yield f"{base or 'course'}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"


@atomic
def set_status(
    course: Course, status: str, *, only_from: str | None = None, reason: str = ""
) -> bool:
    """Change the status and the reason of staff; return False if it was that already, or is not `only_from`."""
    others = Course.objects.filter(pk=course.pk).exclude(status=status)
    if only_from:
        others = others.filter(status=only_from)
    changed = others.update(status=status, rejection_reason=reason, updated_at=timezone.now())
    if changed:
        index_course(course.pk)
    return bool(changed)


@atomic
def _create(instructor: User, *, category: Category, **fields: Any) -> Course:
    refer_to_person(instructor.pk)
    _refer_to_category(category)
    course: Course = Course.objects.create(instructor=instructor, category=category, **fields)
    return course


@atomic
def _change(course_id: ObjectId, **fields: Any) -> None:
    """Write the changed fields only: saving the whole row would undo what others counted since it was read."""
    if not fields:
        return
    if category := fields.get("category"):
        _refer_to_category(category)
    if not Course.objects.filter(pk=course_id).update(**fields, updated_at=timezone.now()):
        raise Http404
    if INDEXED & fields.keys():
        index_course(course_id)


def _refer_to_category(category: Category) -> None:
    try:
        refer_to(Category, category.pk)
    except Category.DoesNotExist:
        raise ReferenceGone("category") from None


@atomic
def _delete(course_id: ObjectId) -> None:
    course = Course.objects.filter(pk=course_id).first()
    if course is None:
        return
    if course.was_taken:
        raise HasStudents
    thumbnail = course.thumbnail.name
    course.delete()
    if thumbnail:
        delete_image.enqueue(thumbnail)
