"""The reads of staff: every list of the admin, with its filters, searches and export, and the pages that are no lists."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from accounts.models import User
from bench.reads import Read
from bench.rows import POPULAR, STUDENT, id_of
from bench.seed import Seed
from courses.models import Course
from lms.admin import ModelAdmin
from payments.models import Order

OWNER = "owner@example.test"

SEARCHES: dict[str, tuple[str, ...]] = {
    "accounts.User": ("{user}", "person{number}@", "person{number}@school.test", "ada person"),
    "accounts.LoginSession": ("person{number}@school.test",),
    "accounts.SentMail": ("person{number}@school.test",),
    "accounts.InstructorRequest": ("{user}", "person1", "ada person"),
    "courses.Course": ("{course}", "{slug}", "python for", "ada person"),
    "courses.Review": ("{course}", "{user}", "person1", "python for"),
    "learning.Enrollment": ("{course}", "{user}", "person1", "python for"),
    "learning.AccessChange": ("{course}", "person1"),
    "certificates.Certificate": ("{user}", "CODE-{certificate}", "person1", "python for"),
    "payments.Order": ("{order}", "cs_test_{number}", "pi_{number}", "person1", "python for"),
    "payments.Refund": ("{order}", "re_{number}"),
    "payments.Dispute": ("{order}", "dp_{number}"),
    "payments.Coupon": ("CODE{number}",),
    "payments.StripeCustomer": ("cus_{number}", "person1"),
    "payments.StripeEvent": ("evt_{number}", "cs_test_{number}"),
    "payments.LedgerEntry": ("{order}", "stripe_fees"),
    "media.Asset": ("{user}", "person1", "video-{number}"),
    "media.PlaybackGrant": ("{user}", "person1"),
    "lms.AuditEntry": (
        "{user}",
        "accounts.user",
        "change",
        "person{number}@school.test",
        "2026-01-01",
    ),
}
"""What is searched in each list; the ids, and the number, are those of a row in the middle."""

PAGES: dict[str, str] = {
    "first page": "/admin/",
    "a person": "/admin/accounts/user/{user}/change/",
    "a person's history": "/admin/accounts/user/{user}/history/",
    "why can they not watch": "/admin/learning/enrollment/why/{student}/?course={course}",
    "a course": "/admin/courses/course/{course}/change/",
    "an order": "/admin/payments/order/{order}/change/",
    "choose a person": "/admin/autocomplete/?app_label=payments&model_name=coupon&field_name=owner&term=person1",
    "choose a course": "/admin/autocomplete/?app_label=learning&model_name=enrollment&field_name=course&term=python",
}
"""The pages of staff that are no lists."""


def list_staff_reads(seed: Seed) -> Iterator[Read]:
    """Yield every read of staff."""
    names = sample(seed)
    owner = User.objects.get(email=OWNER)
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    for name, path in PAGES.items():
        yield Read(f"admin: {name}", client, path.format(**names))
    for page in admin.site._registry.values():
        if isinstance(page, ModelAdmin):
            yield from list_admin(page, client, owner, names)


def list_admin(
    page: ModelAdmin, client: Client, owner: User, names: dict[str, Any]
) -> Iterator[Read]:
    """Yield the reads of one list: its pages, its filters, each and the first of all together, searches, the export."""
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    title = page.opts.label_lower
    url = reverse(f"{name}_changelist")
    changelist = read_list(page, url, owner)
    yield Read(f"{title}: page 1", client, url)
    if (last := changelist.paginator.num_pages) > 1:
        yield Read(f"{title}: last page", client, f"{url}?p={last}")
    chosen: dict[Any, str] = {}
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            query = str(choice["query_string"]).removeprefix("?")
            if query and not choice["selected"]:
                yield Read(f"{title}: {spec.title} {choice['display']}", client, f"{url}?{query}")
                if spec not in chosen:
                    chosen[spec] = query
    if len(chosen) > 1:
        yield Read(f"{title}: all filters", client, f"{url}?{'&'.join(chosen.values())}")
    for term in SEARCHES.get(page.opts.label, ()):
        searched = urlencode({"q": term.format(**names)})
        yield Read(f"{title}: search {term}", client, f"{url}?{searched}")
    yield Read(f"{title}: export", client, reverse(f"{name}_export"))


def read_list(page: ModelAdmin, url: str, owner: User) -> ChangeList:
    """Return the list as Django's admin would show it to the owner."""
    request = RequestFactory().get(url)
    request.user = owner
    changelist: ChangeList = page.get_changelist_instance(request)
    return changelist


def sample(seed: Seed) -> dict[str, Any]:
    """Return what the paths and the searches name: rows in the middle, of which all kinds exist."""
    number = min(seed.sizes.enrollments, seed.sizes.orders) // 2 // 100 * 100
    course = Course.objects.get(pk=id_of(Course, POPULAR))
    return {
        "number": number,
        "certificate": number + 5,
        "user": id_of(User, number),
        "student": id_of(User, STUDENT),
        "order": id_of(Order, number),
        "course": course.pk,
        "slug": course.slug,
    }
