"""What is read at every size: all lists of staff, their other pages, and the reads of students and visitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.services.sessions import open_session
from bench.rows import Seed
from courses.models import Course
from lms.admin import ModelAdmin

API = "/api/v1"
OWNER = "owner@example.test"
EXPORTED = 1000
"""How many rows of an export are read."""


@dataclass(frozen=True)
class Read:
    """A request of somebody, by a name; of a file that is streamed, the first rows are read."""

    name: str
    client: Client
    path: str

    def send(self) -> None:
        """Send the request; raise AssertionError unless it is answered."""
        answer: Any = self.client.get(self.path)
        assert answer.status_code == 200, (self.path, answer.status_code, answer.content[:300])
        if answer.streaming:
            lines = iter(answer.streaming_content)
            for _ in zip(range(EXPORTED), lines, strict=False):
                pass
            answer.close()


SEARCHES: dict[str, tuple[str, ...]] = {
    "accounts.User": ("{user}", "person{number}@", "person{number}@example.test", "ada person"),
    "accounts.LoginSession": ("person{number}@example.test",),
    "accounts.SentMail": ("person{number}@example.test",),
    "accounts.InstructorRequest": ("{user}", "person1", "ada person"),
    "courses.Course": ("{course}", "course-{number}", "python for", "ada person"),
    "courses.Review": ("{course}", "{user}", "person1", "python for"),
    "learning.Enrollment": ("{course}", "{user}", "person1", "python for"),
    "learning.AccessChange": ("{course}", "person1"),
    "certificates.Certificate": ("{user}", "CODE-{number}", "person1", "python for"),
    "payments.Order": ("{order}", "cs_test_{number}", "pi_{number}", "person1", "python for"),
    "payments.Refund": ("{order}", "re_{number}"),
    "payments.Dispute": ("{order}", "dp_{number}"),
    "payments.Coupon": ("CODE{number}",),
    "payments.StripeCustomer": ("cus_{number}", "person1"),
    "payments.StripeEvent": ("evt_{number}", "cs_test_{number}"),
    "payments.LedgerEntry": ("{order}", "stripe_fees"),
    "media.Asset": ("{user}", "person1", "video-{number}"),
    "media.PlaybackGrant": ("{user}", "person1"),
    "lms.AuditEntry": ("{user}", "accounts.user", "change", "person0@example.test", "2026-01-01"),
}
"""What is searched in each list; the ids, and the number, are those of a row in the middle."""

STAFF: dict[str, str] = {
    "first page": "/admin/",
    "a person": "/admin/accounts/user/{user}/change/",
    "a person's history": "/admin/accounts/user/{user}/history/",
    "why can they not watch": "/admin/learning/enrollment/why/{user}/?course={course}",
    "a course": "/admin/courses/course/{course}/change/",
    "an order": "/admin/payments/order/{order}/change/",
    "choose a person": "/admin/autocomplete/?app_label=payments&model_name=coupon&field_name=owner&term=person1",
    "choose a course": "/admin/autocomplete/?app_label=learning&model_name=enrollment&field_name=course&term=python",
}
"""The pages of staff that are no lists."""

VISITOR: dict[str, str] = {
    "GET courses": "courses",
    "GET courses?ordering=-rating": "courses?ordering=-rating",
    "GET courses?search": "courses?search=python",
    "GET courses/facets": "courses/facets",
    "GET courses/{slug}": "courses/{slug}",
    "GET courses/{id}/reviews": "courses/{course}/reviews",
}
STUDENT: dict[str, str] = {
    "GET users/me": "users/me",
    "GET enrollments": "enrollments",
    "GET courses/{slug}, signed in": "courses/{slug}",
    "GET courses/{id}/purchase": "courses/{course}/purchase",
    "GET payments/orders": "payments/orders",
    "GET auth/sessions": "auth/sessions",
}


def list_reads(seed: Seed) -> Iterator[Read]:
    """Yield every read, of the rows that there are now."""
    owner = User.objects.get(email=OWNER)
    names = sample(seed)
    staff = Client(headers={"accept-language": "en"})
    staff.force_login(owner)
    for name, path in STAFF.items():
        yield Read(f"admin: {name}", staff, path.format(**names))
    for page in admin.site._registry.values():
        if isinstance(page, ModelAdmin):
            yield from list_admin(page, staff, owner, names)
    student = User.objects.get(pk=names["student"])
    session = open_session(student)
    signed_in = Client(headers={"authorization": f"Bearer {session.access}"})
    for client, paths in ((Client(), VISITOR), (signed_in, STUDENT)):
        for name, path in paths.items():
            yield Read(name, client, f"{API}/{path.format(**names)}")


def list_admin(
    page: ModelAdmin, client: Client, owner: User, names: dict[str, Any]
) -> Iterator[Read]:
    """Yield the reads of one list: its pages, its filters, each and the first of all together, searches, the export."""
    name = f"admin:{page.opts.app_label}_{page.opts.model_name}"
    title = page.opts.label_lower
    url = reverse(f"{name}_changelist")
    changelist = read_list(page, url, owner)
    yield Read(f"{title}", client, url)
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
    number = len(seed.people) // 2 // 100 * 100
    course = Course.objects.filter(status="published").order_by("pk")[:1].get()
    return {
        "number": number,
        "user": seed.people[number],
        "student": seed.people[number + 4],
        "order": seed.orders[number],
        "course": course.pk,
        "slug": course.slug,
    }
