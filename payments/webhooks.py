"""Where Stripe delivers its events: the raw body, a signature, and nothing that a browser sends."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException

from payments import events, exceptions
from payments.gateway import client

logger = logging.getLogger(__name__)

MOST_BYTES = 512 * 1024


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Take one event: 200 once it is dealt with, 400 if it is none of Stripe's, 5xx to be told again."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _error(413, "payload_too_large")
    try:
        event = client.read_event(body, request.headers.get("Stripe-Signature", ""))
    except exceptions.BadEvent as error:
        return _error(error.status_code, error.default_code)
    try:
        row = events.record(event)
        events.process(row)
    except APIException as error:
        return _error(503, error.default_code)
    except Exception:  # whatever it was, Stripe is to tell us again
        logger.exception("Event %s (%s) failed", event.id, event.type)
        return _error(500, "error")
    return JsonResponse({"received": event.id})


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add this endpoint to the OpenAPI document, which knows of DRF's views alone."""
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}}
    told = {
        "200": "Dealt with, known already, or none of ours.",
        "400": "`invalid_event`: not signed by Stripe, not fresh, or not of our mode.",
        "413": "`payload_too_large`",
        "500": "Stripe is to tell it again.",
        "503": "Stripe is to tell it again.",
    }
    operation = {
        "operationId": "payments_webhooks_stripe",
        "summary": "Events of Stripe, signed",
        "tags": ["payments"],
        "parameters": [
            {
                "name": "Stripe-Signature",
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
            }
        ],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "security": [{}],
        "responses": {
            status: {"description": what} | ({} if status == "200" else {"content": error})
            for status, what in told.items()
        },
    }
    result["paths"][reverse("stripe-webhook")] = {"post": operation}
    return result


def _error(status: int, code: str) -> JsonResponse:
    kind = "server_error" if status >= 500 else "client_error"
    error = {"code": code, "detail": "The event was not taken.", "attr": None}
    return JsonResponse({"type": kind, "errors": [error]}, status=status)
