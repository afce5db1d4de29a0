"""What a browser's session goes through in its two weeks, in the middle of every kind of page."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from demo.content import PASSWORD
from examples.e2e import demo
from examples.e2e.people import (
    end_access_token,
    expect_heading,
    expect_loaded,
    expect_signed_in,
    expect_signed_out,
    open_menu,
    sign_in,
    start_free_course,
)
from examples.e2e.watch import Watch

pytestmark = pytest.mark.parametrize(
    "size", ["desktop"], indirect=True
)  # the width changes nothing


def test_a_tick_is_kept(page: Page, context: BrowserContext, watch: Watch, student: str) -> None:
    start_free_course(page)
    end_access_token(context, watch)
    page.get_by_role("checkbox", name="Completed").check()
    expect(page.get_by_text("14% completed")).to_be_visible()
    end_access_token(context, watch)
    page.reload()
    expect(page.get_by_role("checkbox", name="Completed")).to_be_checked()


def test_a_form_is_sent_once(
    page: Page, context: BrowserContext, watch: Watch, student: str
) -> None:
    page.goto("/account")
    page.get_by_label("Headline").fill("Curious")
    end_access_token(context, watch)
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Headline")).to_have_value("Curious")


def test_a_public_page_knows_the_person(
    page: Page, context: BrowserContext, watch: Watch, student: str
) -> None:
    start_free_course(page)
    end_access_token(context, watch)
    page.get_by_role("link", name="Git without fear").click()
    expect(page.get_by_role("link", name="Start the course")).to_be_visible()
    end_access_token(context, watch)
    page.goto("/courses/git-without-fear")
    expect(page.get_by_role("link", name="Start the course")).to_be_visible()


def test_an_own_draft_is_found(
    page: Page, context: BrowserContext, watch: Watch, instructor: str
) -> None:
    page.goto("/teach/new")
    page.get_by_label("Title", exact=True).fill("A draft that waits")
    page.get_by_label("Price", exact=True).fill("0")
    end_access_token(context, watch)
    page.get_by_role("button", name="Create the draft").click()
    expect_heading(page, "A draft that waits")
    end_access_token(context, watch)
    page.get_by_role("link", name="See its page").click()
    expect_heading(page, "A draft that waits")


def test_the_refresh_cookie_alone_is_enough(
    page: Page, context: BrowserContext, student: str
) -> None:
    context.clear_cookies(name="access_token")
    page.goto("/learn")
    expect_heading(page, "My courses")


def test_two_tabs_refresh_at_the_same_time(
    page: Page, context: BrowserContext, watch: Watch, student: str
) -> None:
    tabs = [page, context.new_page()]
    for tab in tabs:
        tab.goto("/learn")
        expect_heading(tab, "My courses")
    end_access_token(context, watch)
    for tab in tabs:
        tab.evaluate("document.querySelector('a[href=\"/certificates\"]').click()")
    for tab in tabs:
        expect_heading(tab, "My certificates")
        tab.reload()
        expect_signed_in(tab)


def test_a_session_that_was_ended_elsewhere_leads_to_sign_in(
    page: Page, watch: Watch, student: str
) -> None:
    page.goto("/learn")
    expect_loaded(page)
    demo.api("POST", "/auth/signout-everywhere", token=demo.token(student))
    watch.expect(401, "/api/v1/")
    open_menu(page).get_by_role("link", name="My orders").click()
    expect(page.get_by_text("You are signed out. Sign in again to go on.")).to_be_visible()
    expect_signed_out(page)
    sign_in(page, student, PASSWORD)
    expect_heading(page, "My orders")
