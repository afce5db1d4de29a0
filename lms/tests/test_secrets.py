"""No answer holds what it must not: storage ids, tokens, hashes, Stripe's ids, other people's addresses, notes and wishes, drafts."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import LoginSession, User
from learning.models import WishlistItem
from learning.services import wishlist
from lms.tests.matrix import ROWS, request
from lms.tests.world import PEOPLE, rebuild
from media.models import Asset
from payments.models import Order

READS = [path for method, path, _, _ in ROWS if method == "GET"]
MAY_SEE_ADDRESSES = {
    # An instructor writes to the students of the course.
    ("/courses/{course}/students", "instructor"),
    ("/courses/{course}/students/csv", "instructor"),
    ("/courses/{course}/gradebook/csv", "instructor"),
    ("/courses/{course}/students", "staff"),
    ("/courses/{course}/students/csv", "staff"),
}


LINKS = {"/submissions/{submission}/files/{handed_in}"}
"""Reads that give a link to Cloudinary, which names the file there; it works for minutes."""


def secrets() -> dict[str, str]:
    """Name what is kept of files, sign-ins and payments, by what it is."""
    found = {}
    for asset in Asset.objects.all():
        found[asset.public_id] = found[asset.public_id.rsplit("/")[-1]] = "a storage id"
    for session in LoginSession.objects.all():
        found[session.jti] = "a token's id"
    for user in User.objects.all():
        found[user.password] = "a password's hash"
    for order in Order.objects.exclude(payment_intent_id=None):
        found[str(order.payment_intent_id)] = "a payment's id"
    return found


def unpublished(world: SimpleNamespace) -> dict[str, str]:
    """Name what only its instructor and staff see, by what it is."""
    lecture = world.draft_lecture
    return {
        world.draft.title: "a draft",
        world.draft_section.title: "a draft's section",
        lecture.title: "a draft of a lecture",
        lecture.body: "its text",
        str(lecture.pk): "its id",
    }


def private(world: SimpleNamespace) -> dict[str, str]:
    """Name what the notes and the wishlist of somebody else hold, by what it is."""
    recluse = world.recluse
    return {
        recluse.note.body: "a note",
        str(recluse.note.pk): "a note's id",
        str(recluse.wish.pk): "a wish's id",
    }


@pytest.mark.parametrize("who", PEOPLE)
def test_no_read_gives_a_secret_away(db, sandbox, who):
    world, given, read = rebuild(), [], ""
    recluse = world.recluse.person
    hidden = secrets() | private(world)
    hidden |= {recluse.name: "who takes notes and wishes", str(recluse.pk): "their id"}
    if who not in {"instructor", "staff"}:
        hidden |= unpublished(world)
        hidden["Planted explanation."] = "what is shown with a key"
    if who not in {"student", "instructor", "staff"}:
        hidden[world.lecture.body] = "what only students read"
    if who != "student":
        hidden |= {world.note.body: "a student's note", str(world.note.pk): "its id"}
    others = {user.email for name, user in world.people.items() if user and name != who}
    for path in READS:
        answer = request(world, who, "GET", path, None)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        read += text
        hides = {
            s: what for s, what in hidden.items() if what != "a storage id" or path not in LINKS
        }
        given += [f"{path} gives {what}" for secret, what in hides.items() if secret in text]
        if (path, who) not in MAY_SEE_ADDRESSES:
            given += [
                f"{path} gives {email}" for email in {*others, recluse.email} if email in text
            ]
    assert not given
    own = {"student": world.note.body, "instructor": world.draft_lecture.title}
    assert own.get(who, "") in read  # so the walk would find what it looks for


def test_no_page_of_the_staff_shows_a_note_or_a_wish(db):
    world, given = rebuild(), []
    staff = Client()
    staff.force_login(world.people["staff"])
    hidden = private(world) | {world.note.body: "a student's note", str(world.note.pk): "its id"}
    deletion = reverse("admin:courses_course_delete", args=[world.free.pk])
    wishlist.add(world.recluse.person, world.free)
    hidden |= {str(each.pk): "a wish's id" for each in WishlistItem.objects.all()}
    page = staff.get(deletion).content.decode()
    assert "a wish" in page
    assert str(world.recluse.person.pk) not in page
    for model in admin.site._registry:
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model._default_manager.values_list("pk", flat=True)[:1]
        one = [world.recluse.person.pk] if model is User else first
        changes = [reverse(f"{page}_change", args=[pk]) for pk in one]
        for url in [reverse(f"{page}_changelist"), *changes]:
            text = staff.get(url).content.decode()
            given += [f"{url} shows {what}" for secret, what in hidden.items() if secret in text]
    assert not given
