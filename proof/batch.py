"""A batch of histories that happen in one world at the same time; its seed and number repeat it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import StringIO
from random import Random
from typing import ClassVar

from django.core.management import call_command
from django.utils import timezone

from payments.events import HANDLED_EVENTS
from payments.models import Order
from payments.reconciliation.run import Outcome, Report, reconcile
from proof import api, house
from proof.action import Action
from proof.history import History
from proof.invariants import inconsistencies, unsettled, violations
from proof.play import Event, Play
from proof.tally import HISTORIES_PER_BATCH
from proof.world import World
from sandbox.client import SandboxClient

LATE_FEE_SECONDS = 0.1
"""How much later than a payment Stripe knows its fee, in some batches."""
IGNORED_SHARE = 0.15
"""The share of events that we do not handle which are delivered nevertheless."""


class Batch(Play):
    """Purchases in one world."""

    last_points: ClassVar = {"click": 60, "reconcile": 400}

    def __init__(self, sandbox: SandboxClient, seed: int, number: int) -> None:
        super().__init__(seed, number, HISTORIES_PER_BATCH)
        self.sandbox = sandbox
        self.world = World(sandbox)
        self.histories = [
            History(Random(f"{seed}/{number}/{each}"), self.world, each)
            for each in range(HISTORIES_PER_BATCH)
        ]

    def play_all(self) -> None:
        self._prepare_stripe()
        self._buy()
        self._settle_late_payments()
        self._refund_and_dispute()
        self._check_end()

    def clear(self) -> None:
        self.world.clear()

    def list_inconsistencies(self) -> Iterator[str]:
        return inconsistencies()

    # --- The acts of the play -------------------------------------------------------------------------------------

    def _prepare_stripe(self) -> None:
        if (
            self.number % 2
        ):  # Stripe then has an endpoint that receives nothing, and keeps undelivered events
            self.sandbox.control("webhook_endpoint", url="http://127.0.0.1:9/")
            self.sandbox.control("faults", target="webhooks", mode="lose")
        if self.number % 3 == 0:
            self.sandbox.control("late_fees", seconds=LATE_FEE_SECONDS)

    def _buy(self) -> None:
        """Let everybody click, change prices and coupons, and pay or not."""
        dice = self.dice
        clicks = [
            each for history in self.histories for each in history.clicks(dice.choice([1, 1, 2, 3]))
        ]
        self.play([*clicks, *self._changes(), *self._departures()])
        self._lose_some_answers()
        without_page = [each for each in self.histories if not each.pages and dice.random() < 0.7]
        self.play(each for history in without_page for each in history.clicks(1))
        self.sandbox.control("faults", target="stripe", mode="none")
        undecided = [history for history in self.histories if dice.random() < 0.2]
        again = [each for history in undecided for each in history.clicks(2, change_coupon=True)]
        self.play(
            [*again, *self._changes(), *self._departures()],
            events=self._each(History.visits_pages),
        )
        self.play([*self._returns(), *self._deliveries()])

    def _settle_late_payments(self) -> None:
        sessions = {
            session["metadata"].get("order", ""): session["id"]
            for session in self.sandbox.list_all("checkout/sessions")
        }
        self.play([], self._each(lambda history: history.settles(sessions)))
        self.play([*self._returns(), *self._deliveries()])

    def _refund_and_dispute(self) -> None:
        """Refund and dispute some payments; some of the students buy again."""
        intents = {
            intent["metadata"].get("order", ""): intent["id"]
            for intent in self.sandbox.list_all("payment_intents")
            if intent["status"] == "succeeded"
        }
        self.play(each for history in self.histories for each in history.studies())
        refunds = [each for history in self.histories for each in history.asks_for_refund()]
        ends = [each for history in self.histories for each in history.is_found_out()]
        self.play(
            [*refunds, *ends, *self._returns(0, 2, 5), *self._departures()],
            events=self._each(lambda history: history.has_trouble(intents)),
        )
        self.play(self._deliveries())
        again = [history for history in self.histories if history.buys_again]
        self.play(each for history in again for each in history.clicks(1))
        self.play([], self._each(History.visits_pages, History.refunds_fail))
        early = [Action("reconcile", self._reconcile)] if self.number % 4 == 1 else []
        self.play([*early, *self._returns(), *self._deliveries()])

    def _check_end(self) -> None:
        """Let time pass, finish what was begun, reconcile once, and note every violation."""
        self._pass_time()
        call_command("finish_erasures", stdout=StringIO())
        if self.number % 4 == 0:
            self.play([Action("reconcile", self._reconcile)])
        events = self.sandbox.list_all("events")
        self.note(unsettled(events))
        report = self._reconcile()
        self.tally.repaired.update(f"{each.check}: {each.outcome}" for each in report.findings)
        unrepaired = [each for each in report.findings if each.outcome == Outcome.LEFT]
        # A refund that the reconciler sent has events of its own, which could not be delivered yet.
        known = {f"event {event['id']}" for event in events}
        unrepaired += [
            each
            for each in reconcile(grace=timedelta(0), dry_run=True).findings
            if each.check != "undelivered events" or each.subject in known
        ]
        self.note(violations(self.world, self.histories, unrepaired))

    # --- Parts of them --------------------------------------------------------------------------------------------

    def _lose_some_answers(self) -> None:
        """In one batch of five, spoil Stripe's answers to the next requests."""
        if self.dice.random() < 0.2:
            mode, count = self.dice.choice(["lose", "drop", "status"]), self.dice.choice([1, 2, 4])
            self.sandbox.control("faults", target="stripe", mode=mode, count=count)

    def _each(self, *events: Callable[[History], object]) -> list[Event]:
        """Return events for each of the histories."""
        return [
            (history.subject, partial(event, history))
            for history in self.histories
            for event in events
        ]

    def _changes(self) -> list[Action]:
        return list(house.changes(self.world, self.dice))

    def _departures(self) -> list[Action]:
        return [each for history in self.histories for each in history.leaves()]

    def _returns(self, *counts: int) -> Iterator[Action]:
        for history in self.histories:
            yield from history.returns(counts or (0, 0, 1))

    def _deliveries(self) -> Iterator[Action]:
        """Deliver each event so far, old and new, zero to three times."""
        for event in self.sandbox.list_all("events"):
            if event["type"] not in HANDLED_EVENTS and self.dice.random() > IGNORED_SHARE:
                continue
            thing = event["data"]["object"]
            subject = thing["metadata"].get("order") or thing.get("payment_intent") or thing["id"]
            for _ in range(self.dice.choices([0, 1, 2, 3], [35, 40, 15, 10])[0]):
                self.tally.deliveries += 1
                yield Action(event["type"], partial(api.deliver, event), subject)

    def _reconcile(self) -> Report:
        return reconcile(grace=timedelta(0))

    def _pass_time(self) -> None:
        """Decide pending refunds, expire half of the open sessions and all orders without one."""
        for refund in self.sandbox.list_all("refunds"):
            if refund["status"] == "pending":
                self.sandbox.control("refunds", refund=refund["id"])
        self._wait_for_fees()
        for session in self.sandbox.list_all("checkout/sessions"):
            if session["status"] == "open" and self.dice.random() < 0.5:
                self.sandbox.control(f"sessions/{session['id']}/expire")
        past = timezone.now() - timedelta(seconds=1)
        Order.objects.filter(status=Order.Status.CREATED).update(expires_at=past)

    def _wait_for_fees(self) -> None:
        """Return when Stripe knows the fee of every charge."""
        while any(
            charge["status"] == "succeeded" and not charge["balance_transaction"]
            for charge in self.sandbox.list_all("charges")
        ):
            time.sleep(LATE_FEE_SECONDS / 4)
