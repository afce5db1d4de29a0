"""Watching, ticks and progress, the certificate, a review."""

import re

import httpx
from playwright.sync_api import Page, expect

from examples.e2e.people import expect_heading, start_free_course

PLAY = "video => { video.muted = true; return video.play() }"
LAST = 7
"""How many lectures a course of the sample data has."""


def test_a_video_has_captions_and_goes_on_where_it_stopped(page: Page, student: str) -> None:
    start_free_course(page)
    expect_heading(page, "Welcome: commits")
    video = page.locator("video")
    expect(video.locator("track[kind=captions]")).to_have_count(1)
    video.evaluate("video => { video.textTracks[0].mode = 'showing' }")
    video.evaluate(PLAY)
    shown = "video => video.textTracks[0].activeCues?.[0]?.text.includes('chord')"
    page.wait_for_function(shown, arg=video.element_handle())
    video.evaluate("video => { video.currentTime = 5 }")
    page.wait_for_function("video => video.currentTime > 5.2", arg=video.element_handle())
    with page.expect_response(re.compile("/progress/lectures/")) as saved:
        video.evaluate("video => video.pause()")
    assert saved.value.ok
    page.reload()
    page.wait_for_function("video => video.currentTime >= 5", arg=video.element_handle())


def test_every_tick_counts_until_the_certificate(page: Page, student: str) -> None:
    start_free_course(page)
    for number in range(1, LAST + 1):
        tick = page.get_by_role("checkbox", name="Completed")
        tick.check()
        expect(page.get_by_text(f"{number} of {LAST}")).to_be_visible()
        if number < LAST:
            before = page.url
            page.get_by_role("navigation", name="Lectures").get_by_role("link", name="Next").click()
            expect(page).not_to_have_url(before)
            expect(tick).not_to_be_checked()
    page.get_by_role("dialog").get_by_role("link", name="View the certificate").click()
    expect_heading(page, "Tess Tester")
    expect(page.get_by_text("Valid")).to_be_visible()
    pdf = page.get_by_role("link", name="Download the PDF").get_attribute("href")
    assert pdf
    assert httpx.get(pdf).content.startswith(b"%PDF")
    page.goto("/certificates")
    page.get_by_role("link", name="Git without fear").click()
    expect_heading(page, "Tess Tester")


def test_a_tick_is_taken_back(page: Page, student: str) -> None:
    start_free_course(page)
    tick = page.get_by_role("checkbox", name="Completed")
    tick.check()
    expect(page.get_by_text("14% completed")).to_be_visible()
    tick.uncheck()
    expect(page.get_by_text("0% completed")).to_be_visible()
    page.reload()
    expect(tick).not_to_be_checked()


def test_a_review_is_written_and_deleted(page: Page, student: str) -> None:
    start_free_course(page)
    page.goto("/courses/git-without-fear")
    page.get_by_role("button", name="Write a review").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Rating").select_option("4")
    form.get_by_label("Comment").fill("It took my fear.")
    form.get_by_role("button", name="Publish the review").click()
    mine = page.get_by_role("listitem").filter(has_text="Tess Tester")
    expect(mine).to_contain_text("It took my fear.")
    page.get_by_role("button", name="Write a review").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my review").click()
    expect(mine).to_have_count(0)
