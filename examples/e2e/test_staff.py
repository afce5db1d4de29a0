"""A week of a member of staff in the admin; what they do with orders and disputes stands in `test_buying.py`."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from demo.content import INSTRUCTORS, PASSWORD
from examples.e2e import demo
from examples.e2e.desk import (
    expect_in_audit,
    expect_said,
    follow_button,
    give_reason,
    id_in,
    open_from_inbox,
    open_page,
    open_person,
    sign_in_to_admin,
)
from examples.e2e.watch import Watch

TEACHER = [*INSTRUCTORS][-1]
FREE = "git-without-fear"

pytestmark = pytest.mark.staff


def sign_up(name: str) -> tuple[str, str]:
    """Return the address and a token of a new student."""
    email = demo.new_address(name.split()[0].lower())
    form = {"name": name, "email": email, "password": PASSWORD}
    demo.api("POST", "/auth/signup", json=form)
    return email, demo.token(email)


def make_course_in_review(title: str) -> str:
    """Return the id of a course with an article and a video that waits for staff."""
    token = demo.token(TEACHER)
    form = {
        "title": title,
        "description": "From seed to salad.",
        "category": "design",
        "price": {"amount": 1900, "currency": "usd"},
    }
    course = str(demo.api("POST", "/courses", token=token, json=form)["id"])
    path = f"/courses/{course}"
    section = demo.api("POST", f"{path}/sections", token=token, json={"title": "Spring"})["id"]
    files = demo.api("GET", "/media/assets", token=token, params={"kind": "video"})["results"]
    for lecture in (
        {"title": "Seeds", "kind": "article", "body": "Dig a **deep** hole."},
        {"title": "First steps", "kind": "video", "asset": files[0]["id"]},
    ):
        demo.api("POST", f"{path}/lectures", token=token, json={"section": section, **lecture})
    demo.put_into_review(course)
    return course


def test_a_coupon_of_the_house_is_made_and_ended(page: Page, staff: str) -> None:
    code = demo.new_address("HOUSE").partition("@")[0].upper()
    open_page(page, "/payments/coupon/")
    page.get_by_role("link", name="add").first.click()
    page.get_by_label("Code").fill(code)
    page.get_by_label("or amount off").fill("64")
    page.get_by_role("button", name="Save", exact=True).click()
    mine = page.get_by_role("row").filter(has_text=code)
    expect(mine).to_contain_text("64.00 USD")
    expect(mine).to_contain_text("The house")
    mine.get_by_role("link", name=code).click()
    page.get_by_role("button", name="End now").click()
    give_reason(page, "The sale is over.", "End now")
    expect_said(page, "1 coupon ended.")
    page.get_by_role("row").filter(has_text=code).get_by_role("link", name=code).click()
    expect_in_audit(page, id_in(page), ("add", ""), ("end", "The sale is over."))


def test_courses_are_looked_at_then_approved_or_sent_back(page: Page, staff: str) -> None:
    good, poor = (f"{name} {demo.new_address('in')[:11]}" for name in ("Salad", "Weeds"))
    first, second = make_course_in_review(good), make_course_in_review(poor)
    open_from_inbox(page, "Courses in review")
    page.get_by_role("link", name=good).click()
    follow_button(page, "Preview")
    page.get_by_role("link", name="Seeds", exact=True).click()
    expect(page.locator("article strong")).to_have_text("deep")
    page.get_by_role("link", name="First steps", exact=True).click()
    expect(page.locator("video")).to_be_visible()
    page.locator("video").evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function("document.querySelector('video').currentTime > 0")
    page.get_by_role("button", name="Approve: publish").click()
    expect_said(page, "The course is published.")
    assert demo.api("GET", f"/courses/{first}")["title"] == good

    open_page(page, f"/courses/course/{second}/preview/")
    page.get_by_label("What the instructor should change").fill("Name the plants.")
    page.get_by_role("button", name="Send back").click()
    expect_said(page, "Sent back.")
    draft = demo.api("GET", f"/courses/{second}", token=demo.token(TEACHER))
    assert draft["status"] == "draft"
    assert draft["rejection_reason"] == "Name the plants."
    demo.api("DELETE", f"/courses/{second}", token=demo.token(TEACHER))
    expect_in_audit(page, first, ("publish", ""))
    expect_in_audit(page, second, ("reject", "Name the plants."))


def test_a_person_who_cannot_watch_is_helped(
    page: Page, context: BrowserContext, staff: str
) -> None:
    email, token = sign_up("Nora Needy")
    open_person(page, email)
    person = id_in(page)
    page.get_by_label("Note").fill("Has written three times.")
    page.get_by_role("button", name="Add the note").click()
    expect_said(page, "The note is kept.")
    expect(page.get_by_role("cell", name="Has written three times.")).to_be_visible()

    page.get_by_role("link", name="Why can they not watch?").click()
    page.get_by_label("Course").fill("practical-mongodb")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("They cannot watch: they never got the course")).to_be_visible()
    give_reason(page, "Paid by bank transfer.", "Give access without a purchase")
    expect_said(page, "Done: Give access without a purchase")
    expect(page.get_by_text("They can watch: at least one grant")).to_be_visible()
    assert demo.api("GET", "/courses/practical-mongodb/access", token=token)["can_watch"]

    open_person(page, email)
    page.get_by_role("button", name="Sign out everywhere").click()
    give_reason(page, "The laptop was stolen.", "Sign out everywhere")
    expect_said(page, "sessions ended.")
    answer = context.request.get(
        f"{demo.url()}/api/v1/courses/practical-mongodb/access",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status == 401
    expect_in_audit(
        page,
        person,
        ("sign_out", "The laptop was stolen."),
        ("mend_access", "Paid by bank transfer."),
    )


def test_a_reported_review_is_hidden(page: Page, staff: str) -> None:
    name = demo.new_address("Rude").partition("@")[0]
    _, token = sign_up(name)
    path = f"/courses/{FREE}"
    demo.api("POST", f"{path}/enroll", token=token)
    review = {"rating": 1, "comment": f"All of them are fools, says {name}."}
    review = demo.api("PUT", f"{path}/reviews/mine", token=token, json=review)
    teacher = demo.token(next(iter(INSTRUCTORS)))
    form = {"reason": "It insults people."}
    demo.api("POST", f"/reviews/{review['id']}/report", token=teacher, json=form)
    open_from_inbox(page, "Reported reviews")
    mine = page.get_by_role("row").filter(has_text=name)
    expect(mine).to_contain_text("It insults people.")
    mine.get_by_role("checkbox").check()
    page.get_by_label("Select action to run").select_option("hide")
    page.get_by_role("button", name="Run").click()
    give_reason(page, "An insult.", "Hide: do not list and do not count")
    expect_said(page, "1 hidden.")
    listed = demo.api("GET", f"{path}/reviews", params={"rating": 1})["results"]
    assert review["id"] not in {each["id"] for each in listed}
    expect_in_audit(page, str(review["id"]), ("hide", "An insult."))


@pytest.fixture
def colleague(page: Page, staff: str) -> str:
    """The address of somebody who was invited with the role Support and has chosen a password."""
    email = demo.new_address("sue")
    open_page(page, "/accounts/user/")
    page.get_by_role("link", name="add").first.click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Name", exact=False).fill("Sue Support")
    page.get_by_label("Is staff").check()
    page.get_by_label("Groups").select_option("Support")
    page.get_by_role("button", name="Save", exact=True).click()
    expect_said(page, "A link to choose a password is being sent.")
    page.goto(demo.link_in_mail(email, "/reset-password"))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    return email


def test_support_sees_what_support_may(
    page: Page, context: BrowserContext, colleague: str, watch: Watch
) -> None:
    context.clear_cookies()
    sign_in_to_admin(page, colleague)
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.get_by_role("heading", name="Figures")).to_have_count(0)
    open_page(page, "/payments/order/?q=hana@demo.test")
    page.get_by_role("row").filter(has_text="hana@demo.test").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("link", name="Refund", exact=True)).to_have_count(0)
    watch.expect(403, "/admin/payments/")
    for path in (f"order/{id_in(page)}/refund/", "ledgerentry/"):
        open_page(page, f"/payments/{path}")
        expect(page.get_by_role("link", name="Go to the first page")).to_be_visible()

    open_page(page, "/own-second-factor/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("Scan this code with an authenticator app")).to_be_visible()
    expect(page.locator("p svg")).to_be_visible()


def read_download(page: Page, link: Any) -> list[list[str]]:
    """Follow a link to a CSV file, and return its rows."""
    with page.expect_download() as download:
        link.click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines()))


def test_figures_of_a_period_are_read_and_downloaded(page: Page, staff: str) -> None:
    open_page(page, "/")
    page.get_by_role("link", name="90 days").click()
    sales = page.get_by_role("figure", name="Sales in USD")
    expect(sales.get_by_role("img", name="Sold:")).to_be_visible()
    sales.get_by_text("Show the numbers").click()
    shown = sales.locator("tbody").get_by_role("row")
    expect(shown).to_have_count(90)
    total = sales.get_by_role("row", name="Total").get_by_role("cell").nth(1).inner_text()
    heads, *rows = read_download(page, sales.get_by_role("link", name="Download as CSV"))
    assert len(rows) == 90
    sold = sum(Decimal(row[heads.index("Sold")]) for row in rows)
    assert f"{sold:,.2f}" in total
    page.get_by_label("Until").fill("2026-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("The first day is after the last day.")


def test_lists_are_exported_and_the_rest_is_looked_at(page: Page, staff: str) -> None:
    open_page(page, "/payments/order/?q=hana@demo.test")
    rows = read_download(page, page.get_by_role("link", name="Export as CSV"))
    buyer = rows[0].index("user")
    assert rows[1:]
    assert {row[buyer] for row in rows[1:]} == {"hana@demo.test"}
    open_page(page, "/lms/auditentry/?q=export")
    expect(page.get_by_role("row").filter(has_text=staff).first).to_be_visible()
    for path in ("lms/queuedtask", "lms/jobrun"):
        open_page(page, f"/{path}/")
        expect(page.get_by_role("link", name="Export as CSV")).to_be_visible()
