"""Watching, ticks and progress, notes, the certificate, a review."""

import re

import httpx
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from demo.content import INSTRUCTOR
from examples.e2e import demo
from examples.e2e.people import expect_heading, start_free_course
from examples.e2e.watch import Watch

PLAY = "video => { video.muted = true; return video.play() }"
LAST = 7
"""How many lectures a course of the sample data has."""


def video_of(page: Page) -> Locator:
    """Return the video of a lecture once it can be played."""
    video = page.locator("video")
    page.wait_for_function("video => video.readyState >= 3", arg=video.element_handle())
    return video


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


def test_a_review_is_written_answered_changed_and_deleted(page: Page, student: str) -> None:
    start_free_course(page)
    page.goto("/courses/git-without-fear")
    page.get_by_role("heading", name="Reviews").scroll_into_view_if_needed()
    page.get_by_role("button", name="Write a review").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Rating").select_option("4")
    form.get_by_label("Comment").fill("It took my fear.")
    form.get_by_role("button", name="Publish the review").click()
    mine = (
        page.get_by_role("listitem")
        .filter(has_text="Tess Tester")
        .filter(has_text="It took my fear.")
    )
    expect(mine.first).to_be_visible()
    reviews = demo.api("GET", "/courses/git-without-fear/reviews")["results"]
    [review] = [each for each in reviews if each["comment"] == "It took my fear."][:1]
    reply = {"comment": "Thank you for staying."}
    demo.api("PUT", f"/reviews/{review['id']}/reply", token=demo.token(INSTRUCTOR), json=reply)
    page.reload()
    page.get_by_role("heading", name="Reviews").scroll_into_view_if_needed()
    expect(mine.first).to_contain_text("Thank you for staying.")
    page.get_by_role("button", name="Change my review").click()
    expect(form.get_by_label("Comment")).to_have_value("It took my fear.")
    expect(form.get_by_label("Rating")).to_have_value("4")
    form.get_by_role("button", name="Delete my review").click()
    expect(page.get_by_role("button", name="Write a review")).to_be_visible()


def test_notes_lead_back_to_their_second(page: Page, student: str, watch: Watch) -> None:
    start_free_course(page)
    video = video_of(page)
    video.evaluate("video => { video.muted = true; video.currentTime = 5 }")
    notes = page.get_by_role("region", name="My notes")
    expect(notes.get_by_role("checkbox", name="At 0:05")).to_be_checked()
    notes.get_by_label("New note").fill("A commit is a snapshot.")
    notes.get_by_role("button", name="Save the note").click()
    note = notes.get_by_role("listitem").filter(has_text="A commit is a snapshot.")
    expect(note).to_be_visible()
    video.evaluate("video => { video.currentTime = 0 }")
    note.get_by_role("button", name="Go to 0:05").click()
    page.wait_for_function("video => video.currentTime >= 5", arg=video.element_handle())
    note.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Note").fill("A commit is a picture.")
    page.get_by_role("dialog").get_by_role("button", name="Save the note").click()
    note = notes.get_by_role("listitem").filter(has_text="A commit is a picture.")
    expect(note).to_be_visible()
    page.reload()
    note.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(note).to_have_count(0)
    watch.expect(409, "/notes")
    error = {"code": "too_many_notes", "detail": "You have 500 notes in this course.", "attr": None}
    page.route("**/notes", lambda route: refuse(route, error))
    notes.get_by_label("New note").fill("One too many.")
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.get_by_role("alert")).to_contain_text("You have 500 notes in this course.")
    expect(notes.get_by_label("New note")).to_have_value("One too many.")


def refuse(route: Route, error: dict[str, str | None]) -> None:
    headers = {
        "Access-Control-Allow-Origin": demo.url(4),
        "Access-Control-Allow-Credentials": "true",
    }
    body = {"type": "client_error", "errors": [error]}
    route.fulfill(status=409, json=body, headers=headers)


def test_a_locked_lecture_says_what_comes_first(page: Page, student: str) -> None:
    start_free_course(page)

    def lock(route: Route) -> None:
        answer = route.fetch()
        course = answer.json()
        first, second = course["sections"][0]["lectures"]
        second["locked"] = {"reason": "complete_first", "opens_at": None, "lectures": [first["id"]]}
        route.fulfill(response=answer, json=course)

    page.route("**/courses/*/lectures", lock)
    page.get_by_role("navigation", name="Lectures").get_by_role("link", name="Next").click()
    expect_heading(page, "Notes on commits")
    expect(page.get_by_text("Complete “Welcome: commits” first.")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Completed")).to_have_count(0)


def test_what_is_done_without_a_connection_is_sent_later(
    page: Page, context: BrowserContext, student: str, watch: Watch
) -> None:
    watch.expect(0, "/progress/lectures/")
    watch.expect(0, "/video/")  # which the player goes on loading
    start_free_course(page)
    video = video_of(page)
    context.set_offline(True)
    video.evaluate(PLAY)
    page.wait_for_function("video => video.currentTime > 1.2", arg=video.element_handle())
    video.evaluate("video => video.pause()")
    tick = page.get_by_role("checkbox", name="Completed")
    tick.check()
    expect(page.get_by_text("Your progress is kept on this device")).to_be_visible()
    expect(tick).to_be_checked()
    expect(page.get_by_text("0% completed")).to_be_visible()
    with page.expect_response(re.compile("/progress/batch")) as sent:
        context.set_offline(False)
    assert sent.value.json()["skipped"] == []
    expect(page.get_by_text("14% completed")).to_be_visible()
    progress = demo.api("GET", "/courses/git-without-fear/progress", token=demo.token(student))
    assert progress["completed_lectures"] == 1
    assert progress["lectures"][0]["position_seconds"] >= 1
    assert page.evaluate("Object.keys(localStorage)") == []
