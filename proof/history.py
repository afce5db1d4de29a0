"""One purchase's history, drawn from a seed: what the student, the bank, staff and time do."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from httpx import Response

from payments.exceptions import NotRefundable, PaymentProviderUnavailable, PaymentRejected
from payments.models import Order
from payments.refunds import refund_order
from proof.town import COUPONS, Stripe, Town, browser, post

type Answer = Any


@dataclass
class Act:
    """Something that a process of ours is to do, in which it may die."""

    kind: str
    do: Callable[[], Answer]
    about: str = ""
    """What of this is the same may happen at the same time on purpose."""
    see: Callable[[Answer], object] = lambda answer: None
    """What somebody makes of the answer, if it arrives."""


@dataclass
class Story:
    """A student and the course they want. Each chapter draws from `dice` alone, so that a seed tells it again."""

    dice: Random
    town: Town
    number: int
    pages: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user, token = self.town.student(self.number)
        self.client = browser(Authorization=f"Bearer {token}")
        # Few want what costs nothing.
        self.course = self.dice.choices(self.town.courses, [5, 4, 3, 2, 2, 1])[0]
        self.buys_again = self.dice.random() < 0.15

    @property
    def stripe(self) -> Stripe:
        return self.town.stripe

    @property
    def about(self) -> str:
        """What this is about, to happen at the same time as what else is."""
        return self.orders[-1] if self.orders else self.user.email

    # --- What goes through our servers ---------------------------------------------------------------------------

    def clicks(self, tabs: int, *, change_of_mind: bool = False) -> Iterator[Act]:
        """Click on "buy" in so many tabs at once, perhaps with another coupon in each."""
        code = self._code()
        for _ in range(tabs):
            wanted = {"course": str(self.course.pk), "coupon": code}
            buy = partial(post, self.client, "payments/checkout", **wanted)
            yield Act("click", buy, self.user.email, self._see)
            if change_of_mind:
                code = self._code()

    def _code(self) -> str:
        return self.dice.choice([*COUPONS, "NONE"]) if self.dice.random() < 0.5 else ""

    def _see(self, answer: Answer) -> None:
        """Remember the page that an answer leads to."""
        self.told.append(f"click: {answer.status_code}")
        if answer.status_code not in {200, 201}:
            return
        body = answer.json()
        if body["checkout_url"] and body["checkout_url"] not in self.pages:
            self.pages.append(body["checkout_url"])
        if body["order"]["id"] not in self.orders:
            self.orders.append(body["order"]["id"])

    def comes_back(self, times: Sequence[int]) -> Iterator[Act]:
        """Stripe leads back to us, and the page there asks how each order stands, one of `times` times."""
        for order in self.orders:
            ask = partial(post, self.client, f"payments/orders/{order}/sync")
            yield from [Act("return page", ask, order)] * self.dice.choice(times)

    def wants_money_back(self) -> Iterator[Act]:
        """The student asks for all of it, or staff give some of it."""
        for order in self.orders:
            chance = self.dice.random()
            if chance < 0.15:
                ask = partial(post, self.client, f"payments/orders/{order}/refund")
                yield from [Act("student's refund", ask, order)] * self.dice.choice([1, 2])
            elif chance < 0.35:
                percent = self.dice.choice([10, 30, 100])
                yield Act("staff's refund", partial(give_back, order, percent), order)

    # --- What happens at Stripe -----------------------------------------------------------------------------------

    def visits(self) -> None:
        """Do something on each of Stripe's pages that an answer led to."""
        for page in self.pages:
            action = self.dice.choices(
                ["pay", "pay_later", "decline", "leave", "expire"], [60, 15, 5, 12, 8]
            )[0]
            if action == "expire":
                self._tell(
                    "expires", self.stripe.control(f"sessions/{page.rsplit('/', 1)[1]}/expire")
                )
            elif action != "leave":
                self._tell(action, self.stripe.act(page, action))
            if action == "decline" and self.dice.random() < 0.5:
                self._tell("pay", self.stripe.act(page, "pay"))
        self.pages.clear()

    def settles(self, sessions: dict[str, str]) -> None:
        """Let what was to be paid later be paid or not, or stay under way."""
        for order in self.orders:
            chance = self.dice.random()
            if order in sessions and chance < 0.9:
                succeed = chance < 0.6
                path = f"sessions/{sessions[order]}/settle"
                self._tell(f"settle {succeed}", self.stripe.control(path, succeed=succeed))

    def has_trouble(self, intents: dict[str, str]) -> None:
        """The dashboard refunds, the bank disputes or sends a refund back."""
        for order in self.orders:
            intent = intents.get(order)
            chance = self.dice.random()
            if not intent or chance > 0.55:
                continue
            if chance < 0.2:
                amount = self.dice.choice([None, 1, 10, 100])
                fields = {"amount": amount * 10} if amount else {}
                given = self.stripe.control("refunds", payment_intent=intent, **fields)
                self._tell(f"dashboard refund {fields}", given)
                if self.dice.random() < 0.3 and not self.buys_again and given.status_code == 200:
                    self.returned.append(given.json()["id"])
            else:
                self._dispute(intent)

    def _dispute(self, intent: str) -> None:
        inquiry = self.dice.random() < 0.2
        close = self.dice.choice([None, "won", "lost"])
        disputed = self.stripe.control("disputes", payment_intent=intent, inquiry=inquiry)
        self._tell(f"disputed, inquiry {inquiry}", disputed)
        if close:
            closed = self.stripe.control("disputes", payment_intent=intent, close=close)
            self._tell(close, closed)

    def sends_back(self) -> None:
        """The bank cannot give the refund to its customer."""
        for refund in self.returned:
            self._tell("refund fails", self.stripe.control("refunds", refund=refund, fail=True))

    def _tell(self, what: str, answer: Response) -> None:
        self.told.append(f"{what}: {answer.status_code}")


def give_back(order_id: str, percent: int) -> None:
    """Refund a part of what was paid, as staff do, if that can be."""
    order = Order.objects.get(pk=order_id)
    amount = max(1, order.refundable_amount * percent // 1000 * 10)
    with suppress(NotRefundable, PaymentRejected, PaymentProviderUnavailable):
        refund_order(order, amount=amount)
