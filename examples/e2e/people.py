"""What people do in front of a page, by the words that they see there."""

from typing import Any

from playwright.sync_api import BrowserContext

from demo.content import PASSWORD
from examples.e2e import demo


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
