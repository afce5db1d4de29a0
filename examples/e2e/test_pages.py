"""Every page at both widths: its heading, its width, what axe finds in light and dark, and a picture of it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from demo.content import INSTRUCTOR, STUDENT
from examples.e2e import demo
from examples.e2e.conftest import PICTURES
from examples.e2e.people import expect_loaded
from examples.e2e.watch import Calls, Watch

type Address = str | Callable[[], str]

COURSE = "/courses/practical-mongodb"
WORKING, PASSING, BEGINNER = "emeka@demo.test", "freya@demo.test", "goran@demo.test"
"""Students of the sample data: one whose work waits for its grade, one who passed the exam, one who has not begun it."""


@cache
def read(path: str, email: str) -> Any:
    """Read from the API as somebody of the sample data."""
    return demo.api("GET", path, token=demo.token(email))


def lecture(title: str) -> str:
    """Return the address of a lecture that the student may watch."""
    return next(
        f"/learn/{course['slug']}/{each['id']}"
        for course in (row["course"] for row in read("/enrollments", STUDENT)["results"])
        for section in read(f"/courses/{course['id']}", STUDENT)["sections"]
        for each in section["lectures"]
        if each["title"].startswith(title)
    )


def order() -> str:
    return str(read("/payments/orders", STUDENT)["results"][0]["id"])


def taught(page: str = "") -> str:
    """Return the address of a course's page for its instructor."""
    return f"/teach/{read('/courses/practical-mongodb', INSTRUCTOR)['id']}{page}"


def taught_lecture() -> str:
    course = read("/courses/practical-mongodb", INSTRUCTOR)
    return taught(f"/lectures/{course['sections'][0]['lectures'][0]['id']}")


EXAM = "mongodb-examined"


def examined(kind: str) -> str:
    """Return the id of the exam's quiz or assignment."""
    outline = read(f"/courses/{EXAM}", INSTRUCTOR)["sections"][0]["lectures"]
    return next(str(each["id"]) for each in outline if each["kind"] == kind)


def open_attempt() -> str:
    """Begin an attempt as somebody who is new to the exam, or go on with it, and return its address."""
    token = demo.token(BEGINNER)
    demo.api("POST", f"/courses/{EXAM}/enroll", token=token)
    lesson = f"/courses/{EXAM}/progress/lectures/{examined('article')}"
    demo.api("PATCH", lesson, token=token, json={})
    attempt = demo.api("POST", f"/lectures/{examined('quiz')}/attempts", token=token)["id"]
    return f"/learn/{EXAM}/{examined('quiz')}?attempt={attempt}"


def attempts(email: str, **filters: Any) -> list[Any]:
    path = f"/lectures/{examined('quiz')}/attempts"
    return list(demo.api("GET", path, token=demo.token(email), params=filters)["results"])


def result() -> str:
    return f"/learn/{EXAM}/{examined('quiz')}?attempt={attempts(STUDENT)[-1]['id']}"


def graded(page: str = "") -> str:
    """Return the address of an instructor's page of the exam."""
    return f"/teach/{read(f'/courses/{EXAM}', INSTRUCTOR)['id']}{page}"


def certificate() -> str:
    """Complete a free course as the student, and return the address of the certificate."""
    course = read("/courses/git-without-fear", STUDENT)["id"]
    demo.api("POST", f"/courses/{course}/enroll", token=demo.token(STUDENT))
    done = demo.api("POST", f"/courses/{course}/progress/complete", token=demo.token(STUDENT))
    return f"/certificates/{done['certificate']}"


def wishlist() -> str:
    """Keep a course for later as the student, and return the address of the list."""
    demo.api("PUT", "/wishlist/hearing-harmony", token=demo.token(STUDENT))
    return "/wishlist"


def profile() -> str:
    return f"/instructors/{read('/courses/practical-mongodb', INSTRUCTOR)['instructor']['id']}"


PAGES: dict[str, tuple[str, Address]] = {
    "catalogue": ("", "/"),
    "filters": ("", "/?category=data"),
    "suggestions": ("", "/"),
    "nothing-found": ("", "/?search=xyzzyq"),
    "course": ("", COURSE),
    "profile": ("", profile),
    "sign-in": ("", "/sign-in"),
    "sign-up": ("", "/sign-up"),
    "forgot-password": ("", "/forgot-password"),
    "reset-password": ("", "/reset-password?uid=a&token=b"),
    "verify-email": ("", "/verify-email?token=none"),
    "unknown": ("", "/no/such/page"),
    "cancelled": ("", "/checkout/cancel"),
    "certificate": ("", certificate),
    "my-courses": (STUDENT, "/learn"),
    "course-to-buy": (STUDENT, "/courses/colour-that-works"),
    "my-course": (STUDENT, "/courses/git-without-fear"),
    "video": (STUDENT, lambda: lecture("Welcome")),
    "article": (STUDENT, lambda: lecture("Notes")),
    "file": (STUDENT, lambda: lecture("The handout")),
    "quiz": (STUDENT, lambda: f"/learn/{EXAM}/{examined('quiz')}"),
    "attempt": (BEGINNER, open_attempt),
    "result": (STUDENT, result),
    "assignment": (WORKING, lambda: f"/learn/{EXAM}/{examined('assignment')}"),
    "graded": (PASSING, lambda: f"/learn/{EXAM}/{examined('assignment')}"),
    "grades": (PASSING, f"/learn/{EXAM}/grades"),
    "certificates": (STUDENT, "/certificates"),
    "wishlist": (STUDENT, wishlist),
    "account": (STUDENT, "/account"),
    "orders": (STUDENT, "/orders"),
    "order": (STUDENT, lambda: f"/orders/{order()}"),
    "thank-you": (STUDENT, lambda: f"/checkout/success?order={order()}"),
    "teach": (INSTRUCTOR, "/teach"),
    "teach-courses": (INSTRUCTOR, "/teach/courses"),
    "teach-reviews": (INSTRUCTOR, lambda: taught("/reviews")),
    "teach-new": (INSTRUCTOR, "/teach/new"),
    "teach-outline": (INSTRUCTOR, taught),
    "teach-details": (INSTRUCTOR, lambda: taught("/details")),
    "teach-students": (INSTRUCTOR, lambda: taught("/students")),
    "teach-lecture": (INSTRUCTOR, taught_lecture),
    "teach-quiz": (INSTRUCTOR, lambda: graded(f"/lectures/{examined('quiz')}")),
    "teach-assignment": (INSTRUCTOR, lambda: graded(f"/lectures/{examined('assignment')}")),
    "teach-grades": (INSTRUCTOR, lambda: graded("/grades")),
    "teach-attempts": (INSTRUCTOR, lambda: graded(f"/lectures/{examined('quiz')}/work?all=yes")),
    "teach-work": (INSTRUCTOR, lambda: graded(f"/lectures/{examined('assignment')}/work?all=yes")),
    "teach-attempt": (
        INSTRUCTOR,
        lambda: graded(f"/attempts/{attempts(INSTRUCTOR, needs_grading=True)[0]['id']}"),
    ),
    "coupons": (INSTRUCTOR, "/teach/coupons"),
    "earnings": (INSTRUCTOR, "/teach/earnings"),
}


def open_filters(page: Page) -> None:
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.get_by_role("checkbox").first).to_be_visible()


def type_a_search(page: Page) -> None:
    with page.expect_response(re.compile(r"/courses\?.*search=data")):
        page.get_by_role("combobox", name="Search courses").fill("data")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    expect(page).to_have_url("/?search=data")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)  # what is loading is paler


def read_to_the_end(page: Page) -> None:
    """Look at each part that is loaded when somebody comes near it."""
    for part in page.locator(".later").all():
        part.scroll_into_view_if_needed()
        expect(part).not_to_be_empty()
    page.evaluate("scrollTo(0, 0)")


ACTS = {"filters": open_filters, "suggestions": type_a_search}
"""What is done on a page before somebody looks at it."""

MAX_CALLS = {
    "sign-in": 0,
    "catalogue": 1,
    "my-courses": 1,
    "wishlist": 1,
    "teach": 1,
    "course": 2,
    "course-to-buy": 2,
    "my-course": 2,
    "video": 3,
    "article": 3,
    "file": 3,
    "quiz": 4,
    "attempt": 4,
    "assignment": 5,
}
"""How many calls of the API show a page, beside the one that each visit begins with."""


@pytest.fixture(params=PAGES)
def opened(
    request: pytest.FixtureRequest,
    page: Page,
    context: BrowserContext,
    watch: Watch,
    cookies: Callable[[str], Any],
) -> str:
    """The name of the page that is open."""
    name = str(request.param)
    person, address = PAGES[name]
    if person:
        context.add_cookies(cookies(person))
    if name == "verify-email":
        watch.expect(400, "/auth/verify-email")
    url = address if isinstance(address, str) else address()
    calls = Calls(page)
    page.goto(url)
    expect_loaded(page)
    page.wait_for_load_state("networkidle")  # pictures are there
    assert calls.made.count("GET /auth/session") == 1
    assert len(calls.made) - 1 <= MAX_CALLS.get(name, 6), calls.made
    ACTS.get(name, read_to_the_end)(page)
    return name


def test_page(opened: str, size: str, page: Page, request: pytest.FixtureRequest) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), "it is too wide"
    for scheme in ("light", "dark") if size == "desktop" else ("light",):
        page.emulate_media(color_scheme=scheme)
        if request.config.option.pictures:
            page.screenshot(path=PICTURES / size / f"{opened}-{scheme}.png", full_page=True)
        assert serious(page) == [], scheme


def serious(page: Page) -> list[str]:
    """List what axe calls serious or critical: https://dequeuniversity.com/rules/axe/"""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
