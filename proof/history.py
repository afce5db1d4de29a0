"""The history of one purchase, drawn from a seed: what the student, the bank, staff and time do."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from bson import ObjectId
from django.utils import timezone
from httpx import Response

from accounts.services.erasure import erase_account
from learning.services.enrollment import revoke
from payments.exceptions import NotRefundable, PaymentProviderUnavailable, PaymentRejected
from payments.models import Order
from payments.refunds import refund_order
from proof import api
from proof.action import OF_STUDY, OF_THE_GONE, Action
from proof.world import COUPONS, World
from sandbox.client import SandboxClient

STUDENTS_REASON = "I do not like it."


@dataclass
class History:
    """A student and the course to buy. Each part draws from `dice` alone, so that a seed repeats it."""

    dice: Random
    world: World
    number: int
    pages: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    ended_orders: set[str] = field(default_factory=set)
    """The orders whose grant staff ended."""
    studied_at: datetime | None = None
    """When the student had surely studied so much that no refund is due."""
    left_at: datetime | None = None
    """When the student began to delete the account."""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user, token = self.world.create_student(self.number)
        self.client = api.client(Authorization=f"Bearer {token}")
        # Few students choose the free course.
        self.course = self.dice.choices(self.world.courses, [5, 4, 3, 2, 2, 1])[0]
        self.buys_again = self.dice.random() < 0.15

    @property
    def sandbox(self) -> SandboxClient:
        return self.world.sandbox

    @property
    def subject(self) -> str:
        """What the next events are about: the latest order, or the student while there is none."""
        return self.orders[-1] if self.orders else self.user.email

    # --- Requests to the API --------------------------------------------------------------------------------------

    def clicks(self, tabs: int, *, change_coupon: bool = False) -> Iterator[Action]:
        """Click on "buy" in several tabs at once, perhaps with another coupon in each."""
        code = self._code()
        for _ in range(tabs):
            form = {"course": str(self.course.pk), "coupon": code}
            buy = partial(api.post, self.client, "payments/checkout", **form)
            yield Action("click", buy, self.user.email, self._remember_checkout, OF_THE_GONE)
            if change_coupon:
                code = self._code()

    def _code(self) -> str:
        return self.dice.choice([*COUPONS, "NONE"]) if self.dice.random() < 0.5 else ""

    def _remember_checkout(self, answer: Any) -> None:
        """Remember the order and the page to which an answer leads."""
        self.log.append(f"click: {answer.status_code}")
        if answer.status_code not in {200, 201}:
            return
        body = answer.json()
        if body["checkout_url"] and body["checkout_url"] not in self.pages:
            self.pages.append(body["checkout_url"])
        if body["order"]["id"] not in self.orders:
            self.orders.append(body["order"]["id"])

    def returns(self, counts: Sequence[int]) -> Iterator[Action]:
        """Return from Stripe to the page that syncs each order; one of `counts` says how often."""
        for order in self.orders:
            sync = partial(api.post, self.client, f"payments/orders/{order}/sync")
            action = Action("return page", sync, order, statuses=OF_THE_GONE)
            yield from [action] * self.dice.choice(counts)

    def asks_for_refund(self) -> Iterator[Action]:
        """Refund an order whole at the student's request, or a part of it by staff."""
        for order in self.orders:
            chance = self.dice.random()
            if chance < 0.15:
                path = f"payments/orders/{order}/refund"
                refund = partial(api.post, self.client, path, reason=STUDENTS_REASON)
                action = Action("student's refund", refund, order, statuses=OF_THE_GONE)
                yield from [action] * self.dice.choice([1, 2])
            elif chance < 0.35:
                percent = self.dice.choice([10, 30, 100])
                yield Action("staff's refund", partial(refund_as_staff, order, percent), order)

    def studies(self) -> Iterator[Action]:
        """Complete the whole course and take that back, as if nothing had been studied."""
        if self.dice.random() < 0.25:
            path = f"courses/{self.course.pk}/progress"
            complete = partial(api.post, self.client, f"{path}/complete")
            yield Action("studies", complete, self.subject, self._remember_study, OF_STUDY)
            reset = partial(api.post, self.client, f"{path}/reset")
            yield Action("takes it back", reset, self.subject, statuses=OF_STUDY)

    def _remember_study(self, answer: Any) -> None:
        self.log.append(f"studies: {answer.status_code}")
        if answer.status_code == 200:
            self.studied_at = self.studied_at or timezone.now()

    def is_found_out(self) -> Iterator[Action]:
        """Let staff end what an order gave."""
        for order in self.orders:
            if self.dice.random() < 0.1:
                end = partial(end_grant, self.user.pk, self.course.pk, order, self.world.staff.pk)
                yield Action("staff ends the grant", end, order, partial(self._remember_end, order))

    def _remember_end(self, order: str, has_ended: object) -> None:
        self.log.append(f"staff ends the grant: {has_ended}")
        if has_ended:
            self.ended_orders.add(order)

    def leaves(self) -> Iterator[Action]:
        """Delete the account, perhaps while paying."""
        if self.dice.random() < 0.1:
            self.left_at = self.left_at or timezone.now()
            self.log.append("leaves")
            yield Action("account deleted", partial(erase_account, self.user), self.user.email)

    # --- Events at Stripe -----------------------------------------------------------------------------------------

    def visits_pages(self) -> None:
        """Do something on each of Stripe's pages to which an answer has led."""
        for page in self.pages:
            action = self.dice.choices(
                ["pay", "pay_later", "decline", "leave", "expire"], [60, 15, 5, 12, 8]
            )[0]
            if action == "expire":
                session = page.rsplit("/", 1)[1]
                self._note("expires", self.sandbox.control(f"sessions/{session}/expire"))
            elif action != "leave":
                self._note(action, self.sandbox.act(page, action))
            if action == "decline" and self.dice.random() < 0.5:
                self._note("pay", self.sandbox.act(page, "pay"))
        self.pages.clear()

    def settles(self, sessions: dict[str, str]) -> None:
        """Let late payments succeed, fail or stay pending; `sessions` are Stripe's ids by order."""
        for order in self.orders:
            chance = self.dice.random()
            if order in sessions and chance < 0.9:
                succeed = chance < 0.6
                path = f"sessions/{sessions[order]}/settle"
                self._note(f"settle {succeed}", self.sandbox.control(path, succeed=succeed))

    def has_trouble(self, intents: dict[str, str]) -> None:
        """Refund in Stripe's dashboard, or dispute; `intents` are the ids of paid intents by order."""
        for order in self.orders:
            intent = intents.get(order)
            chance = self.dice.random()
            if not intent or chance > 0.55:
                continue
            if chance < 0.2:
                amount = self.dice.choice([None, 1, 10, 100])
                fields = {"amount": amount * 10} if amount else {}
                answer = self.sandbox.control("refunds", payment_intent=intent, **fields)
                self._note(f"dashboard refund {fields}", answer)
                if self.dice.random() < 0.3 and not self.buys_again and answer.status_code == 200:
                    self.refunds.append(answer.json()["id"])
            else:
                self._dispute(intent)

    def _dispute(self, intent: str) -> None:
        inquiry = self.dice.random() < 0.2
        close = self.dice.choice([None, "won", "lost"])
        disputed = self.sandbox.control("disputes", payment_intent=intent, inquiry=inquiry)
        self._note(f"disputed, inquiry {inquiry}", disputed)
        if close:
            closed = self.sandbox.control("disputes", payment_intent=intent, close=close)
            self._note(close, closed)

    def refunds_fail(self) -> None:
        """Let the bank send some of the dashboard's refunds back."""
        for refund in self.refunds:
            self._note("refund fails", self.sandbox.control("refunds", refund=refund, fail=True))

    def _note(self, event: str, answer: Response) -> None:
        self.log.append(f"{event}: {answer.status_code}")


def end_grant(user_id: ObjectId, course_id: ObjectId, order_id: str, staff_id: ObjectId) -> bool:
    """End what an order gave, as staff do in the admin; return whether there was anything to end."""
    return revoke(user_id, course_id, order=ObjectId(order_id), reason="Cheated.", by=staff_id)


def refund_as_staff(order_id: str, percent: int) -> None:
    """Refund a part of what was paid, if that is possible."""
    order = Order.objects.get(pk=order_id)
    amount = max(1, order.refundable_amount * percent // 1000 * 10)
    with suppress(NotRefundable, PaymentRejected, PaymentProviderUnavailable):
        refund_order(order, amount=amount)
