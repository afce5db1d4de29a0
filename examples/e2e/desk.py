"""What staff do in the admin, by the words that they see there."""

import re

from playwright.sync_api import Page, expect

from demo.content import PASSWORD
from examples.e2e import demo

WIDE = """addEventListener("load", () => {
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) console.error(`${location.href} is ${root.scrollWidth} pixels wide`)
})"""
"""A script that makes every page that overflows sideways an error in the console, which `watch.py` reports."""


def sign_in_to_admin(page: Page, email: str, password: str = PASSWORD) -> None:
    open_page(page, "/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def open_page(page: Page, path: str) -> None:
    """Open a page of the admin."""
    page.goto(f"{demo.url()}/admin{path}")


def open_from_inbox(page: Page, label: str) -> None:
    """Follow an entry of the inbox to its list."""
    open_page(page, "/")
    inbox = page.get_by_role("region", name="Inbox")
    inbox.get_by_role("link", name=label).click()
    expect(page.get_by_role("region", name="Inbox")).to_have_count(0)


def open_person(page: Page, email: str) -> None:
    """Search somebody and open their page."""
    open_page(page, f"/accounts/user/?q={email}")
    page.get_by_role("link", name=email).click()
    expect(page.get_by_role("button", name="Add the note")).to_be_visible()


def follow_button(page: Page, name: str) -> None:
    """Follow a button of a row's page: at its head or, on a phone, above its form."""
    page.get_by_role("link", name=name, exact=True).click()


def give_reason(page: Page, reason: str, button: str) -> None:
    """Answer the page that asks why."""
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()


def expect_said(page: Page, text: str) -> None:
    """Wait for the message of what was done."""
    expect(page.get_by_text(text)).to_be_visible()


def expect_in_audit(page: Page, term: str, *entries: tuple[str, str]) -> None:
    """Look for actions with their reasons in the list of what staff did, searched by an id or an address."""
    open_page(page, f"/lms/auditentry/?q={term}")
    for action, reason in entries:
        row = page.get_by_role("row").filter(has_text=action).filter(has_text=reason)
        expect(row.first).to_be_visible()


def id_in(page: Page) -> str:
    """Return the id in the address of a page."""
    found = re.search(r"[0-9a-f]{24}", page.url)
    assert found, page.url
    return found[0]
