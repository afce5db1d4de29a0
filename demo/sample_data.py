"""The rows of the sample data: people, courses, purchases, progress and reviews.

Every step first looks for the row that it would create, and the staff account is created last: after an interruption,
`create` continues.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from bson import ObjectId
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from courses.models import Category, Course, Lecture, Review
from courses.services import authoring as courses
from courses.services import reviews
from courses.services.lectures import add_lecture
from courses.services.sections import add_section
from demo import content, exams, papers, pictures, videos
from learning.exceptions import AlreadyEnrolled
from learning.models import Enrollment, Note
from learning.queries.enrollments import is_enrolled
from learning.services import notes, study, wishlist
from learning.services.enrollment import take_free_course
from lms.mongodb import connection
from media.models import Asset
from media.services import assets as media
from payments.checkout import start_checkout
from payments.fulfilment.sync import sync_order
from payments.models import LedgerEntry, Order

CLIPS = {"Welcome": 12, "In practice": 20, "Looking back": 9}
"""The titles of the videos of every course, and their lengths in seconds."""
COURSES_PER_STUDENT = 4
DAYS_BETWEEN = 3
"""How far apart the purchases are of all students but the first."""
WISHES = 3
"""How many courses each student wishes for."""


def exists() -> bool:
    """Return whether the sample data is complete."""
    return User.objects.filter(email=content.STAFF).exists()


def create(report: Callable[[str], None] = lambda line: None) -> None:
    """Create what is missing of the sample data; the sandbox must be running.

    `report` is called with a line for each step.
    """
    for slug, name in content.CATEGORIES.items():
        if not Category.objects.filter(slug=slug).exists():
            Category.objects.create(slug=slug, name=name)
    report("encoding sample videos")
    clips = encode_clips()
    report(f"creating {len(content.COURSES) + 1} courses with their lectures")
    exam = exams.create_course(create_instructor(content.INSTRUCTOR))
    catalogue = [create_course(sample, clips) for sample in content.COURSES]
    report(f"enrolling {len(content.STUDENTS)} students, who buy, study and review")
    for number, (email, name) in enumerate(content.STUDENTS.items()):
        # An id holds the time when it was made: the others came before the first.
        joined = timezone.now() - timedelta(days=number * COURSES_PER_STUDENT * DAYS_BETWEEN)
        student = create_person(email, name, pk=ObjectId.from_datetime(joined))
        from_another = catalogue[number * 2 :] + catalogue[: number * 2]
        for turn, course in zip(range(COURSES_PER_STUDENT), cycle(from_another), strict=False):
            enroll(student, course)
            study_and_review(student, course, number + turn)
            take_notes(student, course)
        for course in from_another[COURSES_PER_STUDENT:][:WISHES]:
            wishlist.add(student, course)
    exams.examine(exam, *(create_person(*each) for each in [*content.STUDENTS.items()][:4]))
    for course in catalogue:
        answer_reviews(course)
    # The API does not run yet, so no webhook of these purchases was received: look them up, as after an outage.
    call_command("reconcile", "--grace", "0")
    call_command("count_students")
    spread_purchases()
    create_person(content.STAFF, "Stella Staff", is_staff=True, is_superuser=True)


# --- People -------------------------------------------------------------------------------------------------


def create_person(email: str, name: str, **fields: Any) -> User:
    """Return the person with an address, created if missing."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(
        email, content.PASSWORD, name=name, email_verified_at=timezone.now(), **fields
    )


def create_instructor(email: str) -> User:
    """Return one of the instructors of `content`, created if missing."""
    name, headline, bio = content.INSTRUCTORS[email]
    user = create_person(email, name, role=User.Role.INSTRUCTOR, headline=headline, bio=bio)
    if not user.avatar:
        user.avatar.save("portrait.png", ContentFile(pictures.portrait(name)))
    return user


# --- Courses ------------------------------------------------------------------------------------------------


def encode_clips() -> dict[str, bytes]:
    """Return the videos that every course has, by title."""
    clips = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        for title, seconds in CLIPS.items():
            videos.make(path, title, seconds=seconds)
            clips[title] = path.read_bytes()
    return clips


def create_course(sample: content.Sample, clips: dict[str, bytes]) -> Course:
    """Return a published course, created if missing; replace a draft that an interruption left."""
    owner = create_instructor(sample.teacher)
    found = Course.objects.filter(instructor=owner, title=sample.title).first()
    if found and found.is_published:
        return found
    if found:
        found.delete()
    topics = [topic.lower() for topic in sample.topics]
    course = courses.create(
        owner,
        title=sample.title,
        subtitle=sample.subtitle,
        description=f"{sample.subtitle}.\n\nIn three parts: {', '.join(topics)}.",
        category=Category.objects.get(slug=sample.category),
        level=sample.level,
        price_amount=sample.price,
        currency=sample.currency,
        tags=list(sample.tags),
        objectives=[f"Understand {topic}" for topic in topics],
        requirements=["Curiosity"],
        thumbnail=ContentFile(pictures.thumbnail(sample.title), name="thumbnail.jpg"),
    )
    sections = {topic: add_section(course.pk, title=topic) for topic in sample.topics}
    for topic, fields in lectures(sample, owner, clips):
        add_lecture(sections[topic], **fields)
    courses.publish(Course.objects.get(pk=course.pk), by_staff=True)
    return Course.objects.get(pk=course.pk)


def lectures(
    sample: content.Sample, owner: User, clips: dict[str, bytes]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the section and the fields of each lecture: per topic a video and an article, at the end a handout."""
    for number, (topic, (title, clip)) in enumerate(zip(sample.topics, clips.items(), strict=True)):
        filename = title.lower().replace(" ", "-")
        video = upload(owner, Asset.Kind.VIDEO, f"{filename}.mp4", clip)
        words = videos.captions(title, CLIPS[title]).encode()
        captions = upload(owner, Asset.Kind.CAPTIONS, f"{filename}.en.vtt", words)
        yield (
            topic,
            {
                "title": f"{title}: {topic.lower()}",
                "kind": Lecture.Kind.VIDEO,
                "asset": video,
                "captions": [captions.pk],
                "duration_seconds": video.duration_seconds or 0,
                "is_preview": number == 0,
            },
        )
        notes = {"title": f"Notes on {topic.lower()}", "kind": Lecture.Kind.ARTICLE}
        yield topic, notes | {"body": article(topic)}
    paper = upload(
        owner, Asset.Kind.FILE, "handout.pdf", papers.handout(sample.title, sample.topics)
    )
    yield (
        sample.topics[-1],
        {"title": "The handout", "kind": Lecture.Kind.FILE, "asset": paper},
    )


def article(topic: str) -> str:
    """Return the Markdown of a short article."""
    return (
        f"## {topic}\n\nThree things to remember about **{topic.lower()}**:\n\n"
        "1. Begin small.\n2. Look at what you made.\n3. Do it again."
    )


def upload(owner: User, kind: str, name: str, body: bytes) -> Asset:
    """Upload a file to the owner's library and return it ready to use."""
    asset = media.store(owner, kind, ContentFile(body, name=name))
    media.refresh(asset)
    asset.refresh_from_db()
    return asset


# --- Students -----------------------------------------------------------------------------------------------


def enroll(student: User, course: Course) -> None:
    """Enroll a student in a free course, or buy the course on the sandbox's checkout page."""
    if is_enrolled(student.pk, course.pk):
        return
    if course.is_free:
        take_free_course(student, course)
        return
    try:
        checkout = start_checkout(student, course)
    except AlreadyEnrolled:  # paid before an interruption, and settled just now
        return
    if checkout.url:
        httpx.post(checkout.url, data={"action": "pay"}, timeout=30)
        sync_order(checkout.order)


def spread_purchases() -> None:
    """Move what all students but the first bought to days before today, so that the staff's figures show some weeks."""
    lines = connection.get_collection(LedgerEntry._meta.db_table)  # its model changes no line
    students = User.objects.filter(email__in=list(content.STUDENTS)[1:])
    orders = Order.objects.filter(
        user__in=[student.pk for student in students], paid_at__isnull=False
    )
    for number, order in enumerate(orders.order_by("-pk"), start=1):
        at = timezone.now() - timedelta(days=number * DAYS_BETWEEN)
        Order.objects.filter(pk=order.pk).update(created_at=at, paid_at=at)
        lines.update_many({"order_id": order.pk}, {"$set": {"created_at": at}})
        bought = Enrollment.objects.filter(user=order.user_id, course=order.course_id)
        bought.update(enrolled_at=at)


def study_and_review(student: User, course: Course, number: int) -> None:
    """Complete some lectures and review the course; `number` decides how many lectures and which review."""
    done = Lecture.objects.filter(course=course).order_by("position", "id")[: number % 6]
    for lecture in done:
        study.record(student.pk, course.pk, lecture.pk, completed=True)
    rating, comment = content.COMMENTS[number % len(content.COMMENTS)]
    reviews.write(student, course, rating=rating, comment=comment)


def take_notes(student: User, course: Course) -> None:
    """Write two notes on the first video of a course, if there are none."""
    film = Lecture.objects.filter(course=course, kind=Lecture.Kind.VIDEO).order_by("pk").first()
    if film is None or Note.objects.filter(user=student, lecture=film).exists():
        return
    notes.create(student, film, body="Try this at home.", position_seconds=5)
    notes.create(student, film, body="Compare with the article.")


def answer_reviews(course: Course) -> None:
    """Let the instructor answer the reviews with less than five stars."""
    for review in Review.objects.listed().filter(course=course, rating__lt=5, replied_at=None):
        reviews.reply(
            course.instructor,
            review,
            comment="Thank you! I will make this clearer in the next edition.",
        )
