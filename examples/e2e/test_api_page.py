"""The page of the API: signing in there, and trying an operation."""

from playwright.sync_api import Page, expect

from examples.e2e import demo

A_MINUTE = 60_000
"""In milliseconds: the page is large, and the document is made for each request."""


def test_an_instructor_creates_a_course_on_the_page_of_the_api(page: Page) -> None:
    page.goto(f"{demo.url(0)}/api/docs#/Authoring/createCourse")
    page.get_by_role("button", name="Sign in as instructor@demo.test").click()
    expect(page.get_by_text("Signed in as Ada Marlowe")).to_be_visible()
    operation = page.locator("#operations-Authoring-createCourse")
    operation.get_by_role("button", name="Try it out").click(timeout=A_MINUTE)
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response-col_status").last
    expect(answer).to_have_text("201", timeout=A_MINUTE)
    wide = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not wide, "the page must not scroll sideways"
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
