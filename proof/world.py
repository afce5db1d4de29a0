"""The town that histories happen in: people, courses, coupons, and Stripe's stand-in beside them."""

import json
from typing import Any

import httpx
import stripe
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from accounts.models import User
from accounts.tokens import open_session
from courses.models import Category, Course
from payments.models import Coupon

WEBHOOK = "/api/v1/payments/webhooks/stripe"
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
AUTHORIZED = {"Authorization": "Bearer sk_test_proof"}
PRICES = [("usd", 4999), ("usd", 1001), ("eur", 2000), ("jpy", 1200), ("kwd", 12340), ("usd", 0)]


class Stripe:
    """Stripe's stand-in, as its customers, its banks and a reader of its books see it."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=60)

    def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Read a list to its end, newest first."""
        found: list[dict[str, Any]] = []
        params["limit"] = 100
        while True:
            answer = self.http.get(f"/v1/{path}", params=params, headers=AUTHORIZED)
            answer.raise_for_status()
            found += answer.json()["data"]
            if not answer.json()["has_more"]:
                return found
            params["starting_after"] = found[-1]["id"]

    def act(self, page: str, action: str) -> httpx.Response:
        """Do something on a checkout page, as far as it still lets one."""
        return self.http.post(page, data={"action": action})

    def control(self, path: str, **fields: Any) -> httpx.Response:
        """Pull a string; what is not possible any more (a refund of what is refunded) is answered by 4xx."""
        answer = self.http.post(f"/_control/{path}", json=fields)
        if answer.status_code >= 500:
            answer.raise_for_status()
        return answer

    def events(self) -> list[dict[str, Any]]:
        return self.all("events")


# One for all: each client would load the middleware anew.
WEB = ClientHandler(enforce_csrf_checks=False)


def browser(**headers: str) -> Client:
    """Somebody's browser, or Stripe."""
    client = Client(headers=headers, raise_request_exception=False)
    client.handler = WEB
    return client


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def deliver(event: dict[str, Any]) -> Any:
    """Carry one of Stripe's events to our webhook, signed now."""
    body = json.dumps(event)
    signature = stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRETS[0]
    )
    headers = {"Stripe-Signature": signature}
    return browser().post(WEBHOOK, body, content_type="application/json", headers=headers)


class Town:
    """One batch of histories' own people and courses; `forget` empties it for the next."""

    def __init__(self, stripe_: Stripe) -> None:
        self.stripe = stripe_
        self.instructor = User.objects.create_user(
            "ina@proof.test", "a long walk 7", name="Ina", role="instructor"
        )
        category = Category.objects.create(name="Proofs", slug="proofs")
        self.courses = [
            Course.objects.create(
                instructor=self.instructor,
                category=category,
                title=f"Course {number}",
                slug=f"course-{number}",
                price_amount=amount,
                currency=currency,
                status=Course.Status.PUBLISHED,
                published_at=timezone.now(),
            )
            for number, (currency, amount) in enumerate(PRICES)
        ]
        for code, terms in COUPONS.items():
            Coupon.objects.create(code=code, owner=self.instructor, **terms)

    def student(self, number: int) -> tuple[User, str]:
        """A person and the access token with which they are signed in."""
        user = User.objects.create_user(f"s{number}@proof.test", None, name=f"Student {number}")
        return user, open_session(user).access

    def forget(self) -> None:
        """Empty our database and Stripe's."""
        self.stripe.control("reset")
        names = set(connection.database.list_collection_names()) - KEPT
        for name in sorted(names):
            connection.database[name].delete_many({})
        cache.clear()
        mail.outbox.clear()


COUPONS: dict[str, dict[str, Any]] = {
    "HALF": {"percent": 50},
    "RARE": {"percent": 20, "max_redemptions": 3},
    "FIVE": {"amount": 500, "currency": "usd"},
    "GIFT": {"percent": 100, "max_redemptions": 4},
    "ONCE": {"percent": 10, "max_per_person": 1},
}
