"""Stripe's API: its paths, its authentication and its answers."""

import base64
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import stripe.params as shapes
import stripe.params.checkout as checkout_shapes
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.stripe import (
    balance,
    charges,
    customers,
    disputes,
    events,
    files,
    intents,
    refunds,
    sessions,
)
from sandbox.stripe.account import API_VERSION, Account, Thing, new_id
from sandbox.stripe.checkout import expire_overdue
from sandbox.stripe.errors import ParameterError, StripeError
from sandbox.stripe.expand import expand
from sandbox.stripe.parameters import Upload, read

type Endpoint = Callable[..., Thing]

# Method, path below /v1, the SDK's type of the parameters, function. The first match counts.
ENDPOINTS: list[tuple[str, str, type, Endpoint]] = [
    ("POST", "/checkout/sessions", checkout_shapes.SessionCreateParams, sessions.create),
    ("GET", "/checkout/sessions", checkout_shapes.SessionListParams, sessions.list_all),
    ("GET", "/checkout/sessions/{id}", checkout_shapes.SessionRetrieveParams, sessions.retrieve),
    ("POST", "/checkout/sessions/{id}/expire", checkout_shapes.SessionExpireParams, sessions.expire),
    ("GET", "/checkout/sessions/{id}/line_items", checkout_shapes.SessionListLineItemsParams, sessions.list_lines),
    ("GET", "/payment_intents", shapes.PaymentIntentListParams, intents.list_all),
    ("GET", "/payment_intents/{id}", shapes.PaymentIntentRetrieveParams, intents.retrieve),
    ("POST", "/payment_intents/{id}/cancel", shapes.PaymentIntentCancelParams, intents.refuse_to_cancel),
    ("GET", "/charges", shapes.ChargeListParams, charges.list_all),
    ("GET", "/charges/{id}", shapes.ChargeRetrieveParams, charges.retrieve),
    ("GET", "/balance_transactions", shapes.BalanceTransactionListParams, balance.list_all),
    ("GET", "/balance_transactions/{id}", shapes.BalanceTransactionRetrieveParams, balance.retrieve),
    ("POST", "/refunds", shapes.RefundCreateParams, refunds.create),
    ("GET", "/refunds", shapes.RefundListParams, refunds.list_all),
    ("GET", "/refunds/{id}", shapes.RefundRetrieveParams, refunds.retrieve),
    ("GET", "/disputes", shapes.DisputeListParams, disputes.list_all),
    ("GET", "/disputes/{id}", shapes.DisputeRetrieveParams, disputes.retrieve),
    ("POST", "/disputes/{id}", shapes.DisputeUpdateParams, disputes.update),
    ("POST", "/disputes/{id}/close", shapes.DisputeCloseParams, disputes.accept),
    ("POST", "/customers", shapes.CustomerCreateParams, customers.create),
    ("GET", "/customers", shapes.CustomerListParams, customers.list_all),
    ("GET", "/customers/search", shapes.CustomerSearchParams, customers.search),
    ("GET", "/customers/{id}", shapes.CustomerRetrieveParams, customers.retrieve),
    ("POST", "/customers/{id}", shapes.CustomerUpdateParams, customers.update),
    ("DELETE", "/customers/{id}", shapes.CustomerDeleteParams, customers.delete),
    ("GET", "/events", shapes.EventListParams, events.list_all),
    ("GET", "/events/{id}", shapes.EventRetrieveParams, events.retrieve),
    ("POST", "/files", shapes.FileCreateParams, files.create),
    ("GET", "/files/{id}", shapes.FileRetrieveParams, files.retrieve),
]  # fmt: skip


def routes(account: Account) -> list[Route]:
    """Return the routes below /v1."""
    known = [
        Route(path, serving(account, shape, endpoint), methods=[method])
        for method, path, shape, endpoint in ENDPOINTS
    ]
    everything = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [*known, Route("/{path:path}", serving(account), methods=everything)]


def serving(
    account: Account, shape: type | None = None, endpoint: Endpoint | None = None
) -> Callable[..., Any]:
    """Return a view that checks the key, reads the parameters, calls the endpoint and expands the answer."""

    async def view(request: Request) -> Response:
        request_id = new_id("req_", 14)
        try:
            check_key(request)
            check_version(request)
            if endpoint is None:
                raise unrecognized(request)
            params = read(await pairs(request), shape)
            request.scope["executing"] = True
            account.public_url = str(request.base_url).rstrip("/")
            answer, status = perform(account, endpoint, params, request, request_id), 200
        except StripeError as error:
            if isinstance(error, ParameterError):
                request.scope["executing"] = False
            answer, status = error.body(), error.status
        return JSONResponse(answer, status, headers_of(request, request_id, status))

    return view


def perform(
    account: Account, endpoint: Endpoint, params: dict[str, Any], request: Request, request_id: str
) -> Thing:
    """Carry out a request in one step of the event loop, so that no other runs in between."""
    expire_overdue(account)
    key = request.headers.get("idempotency-key")
    token = events.current_request.set({"id": request_id, "idempotency_key": key})
    try:
        answer = endpoint(account, params, **request.path_params)
        return expand(account, answer, params.get("expand", ()))
    finally:
        events.current_request.reset(token)


async def pairs(request: Request) -> Sequence[tuple[str, str | Upload]]:
    """Return the parameters as sent: in the query of a GET or DELETE, else in the body, which may hold files."""
    if request.method in ("GET", "DELETE"):
        return request.query_params.multi_items()
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return list(parts(request.headers["content-type"], await request.body()))
    try:
        body = (await request.body()).decode()
    except UnicodeDecodeError:
        raise ParameterError("Invalid UTF-8 in the request body.") from None
    return parse_qsl(body, keep_blank_values=True)


def parts(content_type: str, body: bytes) -> Iterator[tuple[str, str | Upload]]:
    """Yield the names and values of a body that holds files; none of them becomes a temporary file."""
    message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    for part in message.walk():
        if name := part.get_param("name", header="content-disposition"):
            content, filename = part.get_payload(decode=True), part.get_filename()
            assert isinstance(content, bytes)
            value = content.decode(errors="replace")
            yield str(name), value if filename is None else Upload(filename, content)


def check_key(request: Request) -> None:
    """Raise StripeError 401 unless the request carries a secret key of test mode."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:
            value = ""
    if not value:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization"
            " header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not value.startswith("sk_test_") or len(value) <= len("sk_test_"):
        masked = f"{value[:8]}****" if value.startswith(("sk_", "pk_", "rk_")) else "****"
        raise StripeError(
            f"Invalid API Key provided: {masked}. The sandbox accepts keys that begin with sk_test_.",
            status=401,
        )


def check_version(request: Request) -> None:
    """Raise StripeError for an API version that the sandbox does not know."""
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION} only."
        )


def unrecognized(request: Request) -> StripeError:
    """Return the error for an unknown path."""
    return StripeError(
        f"Unrecognized request URL ({request.method}: {request.url.path}). The sandbox knows"
        " Checkout sessions, payment intents, charges, refunds, disputes, customers, balance"
        " transactions, files and events.",
        status=404,
    )


def headers_of(request: Request, request_id: str, status: int) -> dict[str, str]:
    """Return the headers of every answer."""
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if "idempotency-key" in request.headers:
        headers["Idempotency-Key"] = request.headers["idempotency-key"]
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    return headers
