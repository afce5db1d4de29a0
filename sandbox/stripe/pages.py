"""The pages that customers see: Checkout and the receipt."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from sandbox.stripe import carts, checkout, money
from sandbox.stripe.account import Account, Thing

ACTIONS = {"pay": checkout.pay, "pay_later": checkout.pay_later}

templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
templates.env.filters["money"] = money.display


def routes(account: Account) -> list[Route]:
    """Return the routes below /c."""
    pages = Pages(account)
    return [
        Route("/pay/{session}", pages.show, methods=["GET"]),
        Route("/pay/{session}", pages.act, methods=["POST"]),
        Route("/receipts/{charge}", pages.receipt, methods=["GET"]),
    ]


class Pages:
    """The views of an account's customers."""

    def __init__(self, account: Account) -> None:
        self.account = account

    async def show(self, request: Request) -> Response:
        """Show what is to be paid, or that the session is closed."""
        session = self._session(request)
        return self._page(request, session)

    async def act(self, request: Request) -> Response:
        """Do what the customer chose.

        Nothing waits between reading and changing the session, so of two clicks only one pays.
        """
        action = str((await request.form()).get("action", ""))
        session = self._session(request)
        if session is None:
            return self._page(request, None)
        if session["status"] != "open":
            return self._page(request, session, status=409)
        self.account.public_url = str(request.base_url).rstrip("/")
        if action == "decline":
            session = checkout.decline(self.account, session)
            message = "Your card was declined. Try another card or another way to pay."
            return self._page(request, session, message=message)
        if action == "cancel" and session["cancel_url"]:
            return RedirectResponse(session["cancel_url"], 303)
        if action in ACTIONS:
            ACTIONS[action](self.account, session)
            return RedirectResponse(success_url(session), 303)
        return self._page(request, session, status=400, message="Choose one of the buttons.")

    async def receipt(self, request: Request) -> Response:
        """Show what was paid and refunded."""
        charge = self.account.find("charge", request.path_params["charge"])
        if charge is None or not charge["paid"]:
            return self._page(request, None)
        return templates.TemplateResponse(request, "receipt.html", {"charge": charge})

    def _session(self, request: Request) -> Thing | None:
        checkout.expire_overdue(self.account)
        return self.account.find("checkout.session", request.path_params["session"])

    def _page(
        self, request: Request, session: Thing | None, *, status: int = 200, message: str = ""
    ) -> Response:
        if session is None:
            return templates.TemplateResponse(request, "missing.html", status_code=404)
        context: dict[str, Any] = {"session": session, "message": message}
        if session["status"] == "open":
            context["lines"] = carts.lines_of(self.account, session["id"])
            return templates.TemplateResponse(request, "pay.html", context, status)
        context["success_url"] = success_url(session)
        return templates.TemplateResponse(request, "closed.html", context, status)


def success_url(session: Thing) -> str:
    """Return the URL to which the customer returns, with the session id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
