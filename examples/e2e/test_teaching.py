"""An instructor's way from the first draft to a course on sale."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from demo import videos
from demo.content import INSTRUCTOR, PASSWORD
from examples.e2e import demo
from examples.e2e.people import expect_heading
from examples.e2e.watch import Watch


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of two seconds."""
    path = tmp_path_factory.mktemp("clips") / "first-steps.mp4"
    videos.make(path, "First steps", seconds=2)
    return path


@pytest.fixture
def course(page: Page, student: str) -> str:
    """The title of a draft whose author has just become an instructor; its outline is open."""
    title = f"Gardening {demo.new_address('in')[:11]}"
    page.goto("/account")
    page.get_by_role("button", name="Become an instructor").click()
    page.get_by_role("link", name="Write a course").click()
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Category").select_option("Design")
    page.get_by_label("Price", exact=True).fill("19.50")
    page.get_by_label("Description").fill("From seed to salad.")
    page.get_by_role("button", name="Create the draft").click()
    expect_heading(page, title)
    return title


def add_section(page: Page, title: str) -> None:
    page.get_by_role("button", name="Add a section").click()
    page.get_by_role("dialog").get_by_label("Title").fill(title)
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def add_lecture(page: Page, section: str, title: str, kind: str) -> None:
    """Add a lecture, and arrive at its page."""
    page.get_by_role("button", name=f"Add a lecture to {section}").click()
    page.get_by_role("dialog").get_by_label("Title").fill(title)
    page.get_by_role("dialog").get_by_label("Kind").select_option(kind)
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect_heading(page, title)


def write_article(page: Page, section: str, title: str) -> None:
    add_lecture(page, section, title, "Article")
    page.get_by_label("Article").fill("Dig a hole.")
    page.get_by_role("button", name="Save lecture").click()
    expect(page.get_by_text("The lecture is saved.")).to_be_visible()
    page.get_by_role("link", name="Back to the outline").click()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()


def test_a_video_is_uploaded_and_the_course_published(
    page: Page, course: str, clip: Path, watch: Watch
) -> None:
    watch.expect(409, "/publish")
    publish(page)
    expect(page.get_by_role("heading", name="Before you can publish")).to_be_visible()
    add_section(page, "Spring")
    add_lecture(page, "Spring", "First steps", "Video")
    held: list[Route] = []
    page.route("**/video/upload", lambda route: held.append(route))
    with page.expect_request("**/video/upload"):
        page.get_by_label("Upload a video").set_input_files(clip)
    expect(page.get_by_role("progressbar", name="Upload of first-steps.mp4")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel the upload")).to_be_focused()
    held[0].continue_()
    expect(page.get_by_text("Ready", exact=True)).to_be_visible()
    page.get_by_role("link", name="Back to the outline").click()
    publish(page)
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    page.get_by_role("link", name="See its page").click()
    expect(page.get_by_role("link", name="First steps")).to_be_visible()


def test_the_outline_is_put_into_order(page: Page, course: str) -> None:
    add_section(page, "Spring")
    write_article(page, "Spring", "Seeds")
    write_article(page, "Spring", "Water")
    add_section(page, "Summer")
    page.get_by_role("button", name="Move up Water").click()
    lectures = page.get_by_role("main").get_by_role("heading", level=3)
    expect(lectures).to_have_text(["Water", "Seeds"])
    expect(page.get_by_role("button", name="Move down Water")).to_be_focused()
    page.get_by_role("button", name="Move down Seeds").click()
    page.get_by_role("button", name="Move up the section Summer").click()
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_have_text(
        ["Summer", "Spring"]
    )
    page.reload()
    expect(lectures).to_have_text(["Seeds", "Water"])


def test_a_coupon_is_made_and_ended(page: Page, course: str) -> None:
    code = demo.new_address("SPRING").partition("@")[0].upper()
    page.goto("/teach/coupons")
    page.get_by_role("button", name="New coupon").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Code").fill(code)
    dialog.get_by_label("Percent off").fill("50")
    dialog.get_by_role("button", name="Create coupon").click()
    mine = page.get_by_role("listitem").filter(has_text=code)
    expect(mine).to_contain_text("50 %")
    page.get_by_role("button", name=f"End the coupon {code}").click()
    expect(mine).to_contain_text("Ended")


def test_the_overview_is_empty_at_first_and_names_every_course(page: Page, course: str) -> None:
    page.goto("/teach")
    expect_heading(page, "My teaching")
    mine = page.get_by_role("row").filter(has_text=course)
    expect(mine).to_contain_text("New")
    page.get_by_role("navigation", name="Teaching").get_by_role("link", name="Courses").click()
    page.get_by_role("link", name=course).click()
    expect_heading(page, course)


def test_the_overview_shows_both_currencies(
    page: Page, context: BrowserContext, cookies: Callable[[str], Any]
) -> None:
    context.add_cookies(cookies(INSTRUCTOR))
    page.goto("/teach")
    for name in ("Enrolled, by day", "Completed, by day", "Earned in USD, by day"):
        expect(page.get_by_role("img", name=name)).to_be_visible()
    page.get_by_text("Day by day", exact=True).click()
    table = page.get_by_role("table", name="The last 30 days, day by day")
    expect(table.locator("tbody tr")).to_have_count(30)
    earned = page.get_by_role("row").filter(has_text="Practical MongoDB")
    expect(earned).to_contain_text("$")


def test_a_review_is_replied_to(
    page: Page, context: BrowserContext, cookies: Callable[[str], Any]
) -> None:
    name = demo.new_address("Rita").partition("@")[0]
    email = demo.new_address("rita")
    demo.api("POST", "/auth/signup", json={"name": name, "email": email, "password": PASSWORD})
    token = demo.token(email)
    demo.api("POST", "/courses/git-without-fear/enroll", token=token)
    review = {"rating": 4, "comment": "Where is the last exercise?"}
    demo.api("PUT", "/courses/git-without-fear/reviews/mine", token=token, json=review)
    context.add_cookies(cookies(INSTRUCTOR))
    page.goto("/teach")
    page.get_by_role("link", name="Git without fear").click()
    page.get_by_role("navigation", name="Parts of the course").get_by_role(
        "link", name="Reviews"
    ).click()
    mine = page.get_by_role("listitem").filter(has_text=name)
    mine.get_by_role("button", name="Reply").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reply").fill("In the handout.")
    dialog.get_by_role("button", name="Publish the reply").click()
    expect(mine).to_contain_text("In the handout.")
    page.reload()
    mine.get_by_role("button", name="Edit the reply").click()
    dialog.get_by_role("button", name="Delete the reply").click()
    expect(mine).not_to_contain_text("In the handout.")
