"""Ways into an account: sign-up, sign-in, a second factor, a forgotten password."""

import pyotp
from playwright.sync_api import BrowserContext, Page, expect

from demo.content import PASSWORD
from examples.e2e import demo
from examples.e2e.people import (
    expect_heading,
    expect_loaded,
    expect_signed_in,
    expect_signed_out,
    open_menu,
    sign_in,
    sign_up_quickly,
)
from examples.e2e.watch import Watch


def test_sign_up_and_confirm_the_address(page: Page, watch: Watch) -> None:
    email = demo.new_address("nora")
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Nora New")
    page.get_by_label("E-mail address").fill("nora")
    page.get_by_label("Password").fill("short")
    watch.expect(400, "/auth/signup")
    send = page.get_by_role("main").get_by_role("button", name="Sign up")
    send.click()
    expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    send.click()
    expect_signed_in(page)
    page.goto(demo.link_in_mail(email, "/verify-email"))
    expect_heading(page, "Your address is confirmed")


def test_a_used_link_says_so(page: Page, watch: Watch) -> None:
    watch.expect(400, "/auth/verify-email")
    page.goto("/verify-email?token=none")
    expect_heading(page, "This link does not work")


def test_a_forgotten_password_is_replaced(
    page: Page, context: BrowserContext, watch: Watch
) -> None:
    email = sign_up_quickly(context, "Fred Forgetful")
    context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect_heading(page, "Forgot your password?")  # the page before has such a field, too
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()
    page.goto(demo.link_in_mail(email, "/reset-password"))
    page.get_by_label("New password").fill("another-Passw0rd!")
    page.get_by_role("button", name="Change the password").click()
    expect_heading(page, "Sign in")
    watch.expect(401, "/auth/signin")
    sign_in(page, email)
    expect(page.get_by_role("alert")).not_to_be_empty()
    sign_in(page, email, "another-Passw0rd!")
    expect_signed_in(page)


def test_a_second_factor_is_asked_for(page: Page, context: BrowserContext, watch: Watch) -> None:
    email = sign_up_quickly(context, "Sue Secure")
    context.clear_cookies()
    token = demo.token(email)
    path = "/auth/second-factor"
    secret = demo.api("POST", path, token=token, json={"current_password": PASSWORD})["secret"]
    code = pyotp.TOTP(secret).now()
    codes = demo.api("POST", f"{path}/confirm", token=token, json={"code": code})
    page.goto("/sign-in?next=/learn")
    sign_in(page, email)
    expect_heading(page, "Confirm that it is you")
    watch.expect(400, "/auth/signin/second-factor")
    watch.expect(401, "/auth/signin/second-factor")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".problem").filter(has_text="code")).to_be_visible()
    page.get_by_label("Code").fill(codes["recovery_codes"][0])
    page.get_by_role("button", name="Confirm").click()
    expect_heading(page, "My courses")


def test_the_keyboard_alone_signs_in(page: Page, context: BrowserContext, student: str) -> None:
    context.clear_cookies()
    page.goto("/sign-in")
    expect_heading(page, "Sign in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(student)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect_signed_in(page)


def test_signing_out_ends_the_session_in_every_tab(
    page: Page, context: BrowserContext, student: str
) -> None:
    page.goto("/learn")
    other = context.new_page()
    other.goto("/")
    expect_loaded(page)
    expect_loaded(other)
    open_menu(page).get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    expect_signed_out(other)
