"""What people do in front of a page, by the words that they see there."""

import time
from typing import Any

import jwt
from playwright.sync_api import BrowserContext, Locator, Page, expect

from demo.content import PASSWORD
from examples.e2e import demo
from examples.e2e.watch import Watch

KEY = "development-only-" + "0" * 40
"""The key that signs tokens in DEBUG: SECRET_KEY's default in lms/settings.py."""


def post(context: BrowserContext, path: str, body: dict[str, Any]) -> Any:
    """Call the API with the cookies of a browser, which keeps those of the answer."""
    answer = context.request.post(
        f"{demo.url()}/api/v1{path}", data=body, headers={"Origin": demo.url(4)}
    )
    assert answer.ok, answer.text()
    return answer.json()


def sign_up_quickly(context: BrowserContext, name: str) -> str:
    """Sign up without the form, and return the e-mail address."""
    email = demo.new_address(name.split()[0].lower())
    post(context, "/auth/signup", {"name": name, "email": email, "password": PASSWORD})
    return email


def sign_in_quickly(context: BrowserContext, email: str) -> str:
    """Sign in without the form, and return the e-mail address."""
    post(context, "/auth/signin", {"email": email, "password": PASSWORD})
    return email


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form of the sign-in page and send it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def expect_heading(page: Page, name: str) -> Locator:
    """Wait for the page of this name."""
    heading = page.get_by_role("heading", level=1, name=name)
    expect(heading).to_be_visible()
    return heading


def expect_loaded(page: Page) -> None:
    """Wait until a page has asked for everything that it shows."""
    expect(page.locator("main[aria-busy=false]")).to_be_visible()


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Account menu")).to_be_visible()


def expect_signed_out(page: Page) -> None:
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def open_menu(page: Page) -> Locator:
    """Open the menu of the person who is signed in."""
    page.get_by_role("button", name="Account menu").click()
    return page.locator("#menu")


def start_free_course(page: Page, slug: str = "git-without-fear") -> None:
    """Enroll in a free course, and arrive at its first lecture."""
    page.goto(f"/courses/{slug}")
    page.get_by_role("button", name="Enroll for free").click()
    expect(page.get_by_role("checkbox", name="Completed")).to_be_visible()


def go_to_pay(page: Page, slug: str = "practical-mongodb") -> None:
    """Go from a course to the sandbox's payment page."""
    page.goto(f"/courses/{slug}")
    page.get_by_role("button", name="Buy this course").click()
    expect_heading(page, "Complete your purchase")


def pay(page: Page) -> None:
    page.get_by_role("button", name="Pay", exact=True).click()


def buy(page: Page, slug: str = "practical-mongodb") -> None:
    """Buy a course and come back to the shop."""
    go_to_pay(page, slug)
    pay(page)
    expect_heading(page, "Thank you!")


def end_access_token(context: BrowserContext, watch: Watch) -> None:
    """Let the access token in the browser's cookie be one that ended a minute ago."""
    watch.expect(401, "/api/v1/")
    cookies: list[Any] = context.cookies(demo.url())
    [cookie] = [each for each in cookies if each["name"] == "access_token"]
    claims = jwt.decode(cookie["value"], KEY, ["HS256"])
    claims["exp"] = int(time.time()) - 60
    kid = jwt.get_unverified_header(cookie["value"])["kid"]
    context.add_cookies([cookie | {"value": jwt.encode(claims, KEY, headers={"kid": kid})}])
