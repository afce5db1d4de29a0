"""Migrate, and fill in the sample data the first time: `python -m demo.seed`.

Every step looks for what it would make, and the staff account comes last: an interrupted start goes on where it was.
"""

import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from itertools import cycle
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

import httpx
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from accounts.models import User
from courses.models import Category, Course, Lecture
from courses.services import authoring as courses
from courses.services import outline, reviews
from demo import content, pictures, videos
from demo.__main__ import PASSWORD
from learning.queries.enrollments import is_enrolled
from learning.services import study
from learning.services.enrollment import enroll
from media.models import Asset
from media.services import assets as media
from payments.checkout import start_checkout
from payments.fulfilment.sync import sync_order

STAFF = "staff@demo.test"
CLIPS = {"Welcome": 12, "In practice": 20, "Looking back": 9}
"""The videos that every course has, and their lengths in seconds."""


def person(email: str, name: str, **fields: object) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(
        email, PASSWORD, name=name, email_verified_at=timezone.now(), **fields
    )


def teacher(email: str) -> User:
    name, headline, bio = content.INSTRUCTORS[email]
    user = person(email, name, role=User.Role.INSTRUCTOR, headline=headline, bio=bio)
    if not user.avatar:
        user.avatar.save("portrait.png", ContentFile(pictures.portrait(name)))
    return user


def handout(title: str, topics: tuple[str, ...]) -> bytes:
    """Write a page to print, as a PDF."""
    file = BytesIO()
    page = Canvas(file, pagesize=A5)
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 18)
    page.drawString(40, 520, title)
    page.setFont("Helvetica", 12)
    for number, topic in enumerate(topics, start=1):
        page.drawString(40, 520 - 40 * number, f"{number}. {topic}")
    page.save()
    return file.getvalue()


def stored(owner: User, kind: str, name: str, body: bytes) -> Asset:
    """Put a file into the owner's library, and see it ready."""
    asset = media.store(owner, kind, ContentFile(body, name=name))
    media.ask_again(asset)
    asset.refresh_from_db()
    return asset


def lectures(sample: content.Sample, owner: User, clips: dict[str, bytes]) -> Iterator[dict]:
    """Describe a course's lectures: a video to begin with, articles, more videos, a handout."""
    for number, topic in enumerate(sample.topics):
        title, clip = list(clips.items())[number]
        video = stored(owner, Asset.Kind.VIDEO, f"{title.lower().replace(' ', '-')}.mp4", clip)
        yield {
            "section": topic,
            "title": f"{title}: {topic.lower()}",
            "kind": Lecture.Kind.VIDEO,
            "asset": video,
            "duration_seconds": video.duration_seconds or 0,
            "is_preview": number == 0,
        }
        body = f"## {topic}\n\nThree things to remember about **{topic.lower()}**:\n\n1. Begin small.\n2. Look at what you made.\n3. Do it again."
        yield {
            "section": topic,
            "title": f"Notes on {topic.lower()}",
            "kind": Lecture.Kind.ARTICLE,
            "body": body,
        }
    paper = stored(owner, Asset.Kind.FILE, "handout.pdf", handout(sample.title, sample.topics))
    yield {
        "section": sample.topics[-1],
        "title": "The handout",
        "kind": Lecture.Kind.FILE,
        "asset": paper,
    }


def course(sample: content.Sample, clips: dict[str, bytes]) -> Course:
    """Author and publish a course; one left half-made by an interrupted start is made anew."""
    owner = teacher(sample.teacher)
    found = Course.objects.filter(instructor=owner, title=sample.title).first()
    if found and found.is_published:
        return found
    if found:
        found.delete()
    made = courses.create(
        owner,
        title=sample.title,
        subtitle=sample.subtitle,
        description=f"{sample.subtitle}.\n\nIn three parts: "
        + ", ".join(topic.lower() for topic in sample.topics)
        + ".",
        category=Category.objects.get(slug=sample.category),
        level=sample.level,
        price_amount=sample.price,
        currency=sample.currency,
        tags=[sample.category, *sample.title.lower().split()[:2]],
        objectives=[f"Understand {topic.lower()}" for topic in sample.topics],
        requirements=["Curiosity"],
        thumbnail=ContentFile(pictures.thumbnail(sample.title), name="thumbnail.jpg"),
    )
    sections = {topic: outline.add_section(made.pk, title=topic) for topic in sample.topics}
    for lecture in lectures(sample, owner, clips):
        outline.add_lecture(sections[lecture.pop("section")], **lecture)
    courses.publish(Course.objects.get(pk=made.pk), by_staff=True)
    return Course.objects.get(pk=made.pk)


def take_or_buy(student: User, wanted: Course) -> None:
    """Take a free course, or buy it on the sandbox's page."""
    if is_enrolled(student.pk, wanted.pk):
        return
    if wanted.is_free:
        enroll(student.pk, wanted.pk, source="free")
        return
    checkout = start_checkout(student, wanted)
    if checkout.url:
        httpx.post(checkout.url, data={"action": "pay"}, timeout=30)
        sync_order(checkout.order)


def study_and_review(student: User, wanted: Course, number: int) -> None:
    """Let a student get somewhere, and say something."""
    done = Lecture.objects.filter(course=wanted).order_by("position", "id")[: number % 6]
    for lecture in done:
        study.record(student.pk, wanted.pk, lecture.pk, completed=True)
    rating, comment = content.COMMENTS[number % len(content.COMMENTS)]
    reviews.write(student, wanted, rating=rating, comment=comment)


def make_clips() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        made = {}
        for title, seconds in CLIPS.items():
            videos.make(path, title, seconds=seconds)
            made[title] = path.read_bytes()
        return made


def seed() -> None:
    for slug, name in content.CATEGORIES.items():
        if not Category.objects.filter(slug=slug).exists():
            Category.objects.create(slug=slug, name=name)
    clips = make_clips()
    catalogue = [course(sample, clips) for sample in content.COURSES]
    for number, (email, name) in enumerate(content.STUDENTS.items()):
        student = person(email, name)
        for turn, wanted in zip(
            range(4), cycle(catalogue[number * 2 :] + catalogue[: number * 2]), strict=False
        ):
            take_or_buy(student, wanted)
            study_and_review(student, wanted, number + turn)
    # Nobody listened to the webhooks of these purchases: what they told is looked up, as after an outage.
    call_command("reconcile", "--grace", "0")
    person(STAFF, "Stella Staff", is_staff=True, is_superuser=True)


if __name__ == "__main__":
    call_command("migrate", verbosity=1, interactive=False)
    if not User.objects.filter(email=STAFF).exists():
        seed()
    connection.close_pool()
