"""A batch of histories that happen in one world at the same time; its seed and number repeat it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO
from operator import itemgetter
from random import Random
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from payments.events import HANDLED_EVENTS
from payments.models import Order
from payments.reconciliation.run import Outcome, Report, reconcile
from proof import api, crash_points, house
from proof.action import Action
from proof.crash_points import CrashPlan
from proof.history import History
from proof.invariants import inconsistencies, unsettled, violations
from proof.tally import HISTORIES_PER_BATCH, Tally
from proof.world import World
from sandbox.client import SandboxClient

THREADS = 4
PAUSED_SHARE, UNHARMED_SHARE = 0.2, 0.2
"""The shares of actions that pause before their transactions, and that nothing happens to; all others may crash."""
PAUSE_SECONDS = 0.1
CRASH_POINTS = {"click": 60, "reconcile": 400}
MAX_CRASH_POINT = 70
"""The last crash point that is tried, by kind of action and for all other kinds. An action with fewer points survives."""
LATE_FEE_SECONDS = 0.1
"""How much later than a payment Stripe knows its fee, in some batches."""
IGNORED_SHARE = 0.15
"""The share of events that we do not handle which are delivered nevertheless."""

EXPECTED_CODES = {"contention", "payment_provider_unavailable"}
"""The codes of a 503 that asks the client to try again."""

type Event = Callable[[History], object]
"""Something that happens to a history outside of the application."""


class Batch:
    """One world, its histories, and the four threads that play them."""

    def __init__(self, sandbox: SandboxClient, seed: int, number: int) -> None:
        self.number = number
        self.dice = Random(f"{seed}/{number}")
        self.tally = Tally(histories=HISTORIES_PER_BATCH)
        self.planned: Counter[str] = Counter()
        self.sandbox = sandbox
        self.world = World(sandbox)
        self.histories = [
            History(Random(f"{seed}/{number}/{each}"), self.world, each)
            for each in range(HISTORIES_PER_BATCH)
        ]

    def run(self) -> Tally:
        """Play everything, check the end, and empty the world."""
        try:
            with ThreadPoolExecutor(THREADS) as self.pool:
                self._prepare_stripe()
                self._buy()
                self._settle_late_payments()
                self._refund_and_dispute()
                self._check_end()
        finally:
            self.world.clear()
        return self.tally

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
        self._play([*clicks, *self._changes(), *self._departures()])
        self._lose_some_answers()
        without_page = [each for each in self.histories if not each.pages and dice.random() < 0.7]
        self._play(each for history in without_page for each in history.clicks(1))
        self.sandbox.control("faults", target="stripe", mode="none")
        undecided = [history for history in self.histories if dice.random() < 0.2]
        again = [each for history in undecided for each in history.clicks(2, change_coupon=True)]
        self._play(
            [*again, *self._changes(), *self._departures()],
            events=[History.visits_pages],
        )
        self._play([*self._returns(), *self._deliveries()])

    def _settle_late_payments(self) -> None:
        sessions = {
            session["metadata"].get("order", ""): session["id"]
            for session in self.sandbox.list_all("checkout/sessions")
        }
        self._play([], events=[lambda history: history.settles(sessions)])
        self._play([*self._returns(), *self._deliveries()])

    def _refund_and_dispute(self) -> None:
        """Refund and dispute some payments; some of the students buy again."""
        intents = {
            intent["metadata"].get("order", ""): intent["id"]
            for intent in self.sandbox.list_all("payment_intents")
            if intent["status"] == "succeeded"
        }
        self._play(each for history in self.histories for each in history.studies())
        refunds = [each for history in self.histories for each in history.asks_for_refund()]
        ends = [each for history in self.histories for each in history.is_found_out()]
        self._play(
            [*refunds, *ends, *self._returns(0, 2, 5), *self._departures()],
            events=[lambda history: history.has_trouble(intents)],
        )
        self._play(self._deliveries())
        again = [history for history in self.histories if history.buys_again]
        self._play(each for history in again for each in history.clicks(1))
        self._play([], events=[History.visits_pages, History.refunds_fail])
        early = [Action("reconcile", self._reconcile)] if self.number % 4 == 1 else []
        self._play([*early, *self._returns(), *self._deliveries()])

    def _check_end(self) -> None:
        """Let time pass, finish what was begun, reconcile once, and note every violation."""
        self._pass_time()
        call_command("finish_erasures", stdout=StringIO())
        if self.number % 4 == 0:
            self._play([Action("reconcile", self._reconcile)])
        events = self.sandbox.list_all("events")
        self._note(unsettled(events))
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
        self._note(violations(self.world, self.histories, unrepaired))

    # --- Parts of them --------------------------------------------------------------------------------------------

    def _lose_some_answers(self) -> None:
        """In one batch of five, spoil Stripe's answers to the next requests."""
        if self.dice.random() < 0.2:
            mode, count = self.dice.choice(["lose", "drop", "status"]), self.dice.choice([1, 2, 4])
            self.sandbox.control("faults", target="stripe", mode=mode, count=count)

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

    # --- How a part is played -------------------------------------------------------------------------------------

    def _play(self, actions: Iterable[Action], events: Iterable[Event] = ()) -> None:
        """Run actions and, for each history, events, four at a time in random order.

        In half of the cases, what has the same subject is run together, and so at the same time.
        """
        work: list[tuple[str, Callable[[], object]]] = [
            (action.subject, partial(self._run, action, self._plan(action.kind)))
            for action in actions
        ]
        work += [
            (history.subject, partial(event, history))
            for history in self.histories
            for event in events
        ]
        self.dice.shuffle(work)
        if self.dice.random() < 0.5:
            work.sort(key=itemgetter(0))
        for done in [self.pool.submit(each) for _, each in work]:
            done.result()
        self._note(inconsistencies())

    def _plan(self, kind: str) -> CrashPlan:
        """Plan the next crash point of a kind of action, or a pause, or nothing."""
        chance = self.dice.random()
        if chance < PAUSED_SHARE:
            return CrashPlan(pause_seconds=PAUSE_SECONDS)
        if chance > 1 - UNHARMED_SHARE:
            return CrashPlan()
        self.planned[kind] += 1
        turn = self.number * 13 + self.planned[kind]  # goes on where the batch before ended
        return CrashPlan(1 + turn % CRASH_POINTS.get(kind, MAX_CRASH_POINT))

    def _run(self, action: Action, plan: CrashPlan) -> None:
        self.tally.actions += 1
        try:
            answer = crash_points.run(action.run, plan)
        except Exception as error:
            self._note([f"{action.kind} raises {error!r}"])
            return
        if plan.has_crashed:
            self.tally.crashes += 1
            self.tally.crash_points.add(f"{action.kind}: {plan.point} {plan.crashed_at}")
        self.tally.pauses += plan.pauses
        if status := getattr(answer, "status_code", None):
            self._judge(action, status, answer)
        if answer is not None:
            action.on_answer(answer)

    def _judge(self, action: Action, status: int, answer: Any) -> None:
        """Accept a success, a refusal, and a 503 that says why and may be tried again."""
        if status in action.statuses:
            return
        kind = action.kind
        code = answer.json()["errors"][0]["code"] if status == 503 else answer.content[:300]
        if code in EXPECTED_CODES:
            self.tally.unavailable[f"{kind}: {code}"] += 1
        else:
            self._note([f"{kind} answers {status}: {code!r}"])

    def _note(self, sentences: Iterable[str]) -> None:
        self.tally.violations += [(self.number, sentence) for sentence in sentences]
