"""The page of one's account."""

import json
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import FilePayload, Page, expect

from demo.content import PASSWORD
from demo.pictures import portrait
from examples.e2e import demo
from examples.e2e.people import expect_heading, expect_signed_out, open_menu
from examples.e2e.watch import Watch


def png(content: bytes) -> FilePayload:
    return {"name": "me.png", "mimeType": "image/png", "buffer": content}


def reset_mails(to: str) -> list[Any]:
    mails = demo.control("GET", "/mails", params={"to": to})
    return [mail for mail in mails if "/reset-password" in mail["text"]]


def test_picture_and_profile(page: Page, student: str, watch: Watch) -> None:
    page.goto("/account")
    mine = page.get_by_role("region", name="Picture")
    watch.expect(400, "/users/me/avatar")
    mine.get_by_label("New picture").set_input_files(png(b"no picture"))
    mine.get_by_role("button", name="Save picture").click()
    expect(mine.get_by_label("New picture")).to_have_attribute("aria-invalid", "true")
    mine.get_by_label("New picture").set_input_files(png(portrait("Tess")))
    mine.get_by_role("button", name="Save picture").click()
    expect(page.get_by_role("button", name="Account menu").locator("img")).to_be_visible()
    mine.get_by_role("button", name="Remove picture").click()
    expect(page.get_by_role("button", name="Account menu").locator("img")).to_have_count(0)
    page.get_by_label("Name").fill("Tess Tester the Second")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    expect(open_menu(page)).to_contain_text("Tess Tester the Second")


def test_another_session_is_ended(page: Page, student: str) -> None:
    demo.token(student)
    page.goto("/account")
    mine = page.get_by_role("region", name="Sessions")
    expect(mine.get_by_role("listitem")).to_have_count(2)
    mine.get_by_role("button", name="End the session: python-httpx").click()
    expect(mine.get_by_role("listitem")).to_have_count(1)
    expect(mine.get_by_text("This device")).to_be_visible()


def test_a_second_factor_is_set_up(page: Page, student: str) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Set up a second factor").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("img", name="QR code of the key below")).to_be_visible()
    key = dialog.locator("code").inner_text().replace(" ", "")
    dialog.get_by_label("Code from the app").fill(pyotp.TOTP(key).now())
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_role("listitem")).to_have_count(10)
    dialog.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()


def test_everything_that_is_kept_is_downloaded(page: Page, student: str) -> None:
    token = demo.token(student)
    demo.api("PUT", "/wishlist/hearing-harmony", token=token)
    free = demo.api("GET", "/courses/git-without-fear")
    demo.api("POST", f"/courses/{free['id']}/enroll", token=token)
    lecture = free["sections"][0]["lectures"][0]["id"]
    demo.api("POST", f"/lectures/{lecture}/notes", token=token, json={"body": "Ask Ada."})
    page.goto("/account")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    kept = json.dumps(json.loads(Path(download.value.path()).read_text()))
    for each in (student, "Hearing harmony", "Ask Ada."):
        assert each in kept


def test_the_language_that_is_chosen_is_that_of_the_next_mail(page: Page, student: str) -> None:
    page.goto("/account")
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Language")).to_have_value("de")
    demo.api("POST", "/auth/password/forgot", json={"email": student})
    mail = demo.until(lambda: next(iter(reset_mails(student)), None))
    assert "Passwort" in mail["subject"]


def test_the_wishlist_loses_a_course_and_gets_it_back(page: Page, student: str) -> None:
    token = demo.token(student)
    page.goto("/wishlist")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    for slug in ("hearing-harmony", "practical-mongodb"):
        demo.api("PUT", f"/wishlist/{slug}", token=token)
    page.reload()
    cards = page.get_by_role("main").get_by_role("article")
    expect(cards).to_have_count(2)
    page.get_by_role("button", name="Remove Hearing harmony from my wishlist").click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Put it back").click()
    expect(cards).to_have_count(2)
    page.get_by_role("link", name="Practical MongoDB").click()
    expect_heading(page, "Practical MongoDB")


def test_an_account_is_deleted(page: Page, student: str, watch: Watch) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Delete my account").click()
    dialog = page.get_by_role("dialog")
    watch.expect(400, "/users/me")
    dialog.get_by_label("Current password").fill("not my password")
    dialog.get_by_role("button", name="Delete my account for good").click()
    expect(dialog.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete my account for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    expect_signed_out(page)
