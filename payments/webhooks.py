"""The webhook of Stripe: a raw body and a signature, without cookies, CSRF tokens or throttles."""

import logging
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import APIException

from lms.exceptions import DatabaseUnavailable, PayloadTooLarge
from lms.metrics import WEBHOOK_LAG, WEBHOOKS
from lms.schema.errors import Refusal, describe_refusals
from payments import events, exceptions
from payments.gateway.signatures import construct_event

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 512 * 1024
REFUSALS = (
    exceptions.BadEvent,
    PayloadTooLarge,
    exceptions.PaymentProviderUnavailable,
    exceptions.Contention,
    DatabaseUnavailable,
)


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Process one event: return 200 when it is done, 400 if Stripe did not send it, 5xx to receive it again."""
    response = _receive(request)
    refused = "failed" if response.status_code >= 500 else "refused"
    outcome = "accepted" if response.status_code == 200 else refused
    WEBHOOKS.labels("stripe", outcome).inc()
    return response


def _receive(request: HttpRequest) -> HttpResponse:
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return _error(413, "payload_too_large")
    try:
        event = construct_event(body, request.headers.get("Stripe-Signature", ""))
    except exceptions.BadEvent as error:
        return _error(error.status_code, error.default_code)
    if event is None:
        return JsonResponse({"received": None})
    try:
        events.process_event(events.record_event(event))
    except APIException as error:
        return _error(503, error.default_code)
    except Exception:  # any error: Stripe must deliver the event again
        logger.exception("Event %s (%s) failed", event.id, event.type)
        return _error(500, "error")
    WEBHOOK_LAG.labels("stripe").observe(time.time() - event.created_at.timestamp())
    return JsonResponse({"received": event.id})


def describe(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add this endpoint to the OpenAPI document, which finds only DRF's views."""
    received = {
        "type": "object",
        "properties": {"received": {"type": ["string", "null"], "example": "evt_1P17xNG1tThdRpQ9"}},
        "required": ["received"],
    }
    refusals = map(Refusal.of, (*REFUSALS, APIException))
    operation = {
        "operationId": "receiveStripeEvent",
        "summary": "Receive a signed event of Stripe",
        "description": "For Stripe alone, which signs the raw body. However often and in whatever order events arrive, the result "
        "is the same. Any 5xx makes Stripe deliver the event again.",
        "tags": ["Webhooks"],
        "parameters": [
            {
                "name": "Stripe-Signature",
                "in": "header",
                "description": "Stripe's signature: `t=<seconds>,v1=<hex>`.",
                "required": True,
                "schema": {"type": "string"},
            }
        ],
        "requestBody": {
            "required": True,
            "description": "The event, at most 512 KiB.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "security": [{}],
        "responses": {
            "200": {
                "description": "Processed now or before, or ignored because it is not about an order of ours: "
                "then `received` is null or the event's id.",
                "content": {"application/json": {"schema": received}},
            },
            **describe_refusals(refusals),
        },
    }
    result["paths"][reverse("stripe-webhook")] = {"post": operation}
    return result


def _error(status: int, code: str) -> JsonResponse:
    kind = "server_error" if status >= 500 else "client_error"
    error = {"code": code, "detail": "The event was not accepted.", "attr": None}
    return JsonResponse({"type": kind, "errors": [error]}, status=status)
