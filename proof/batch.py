"""A batch of histories that happen in the same town at the same time, told anew by its seed."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from operator import itemgetter
from random import Random
from typing import Any

from django.utils import timezone

from courses.models import Course
from payments.models import Order
from payments.reconciliation.run import EVENT_TYPES, Outcome, Report, reconcile
from proof import crashes
from proof.crashes import Fuse
from proof.story import Act, Story
from proof.town import Stripe, Town, deliver
from proof.truth import disagreements, unfollowed, violations

STORIES = 10
THREADS = 4
SLEEPY, ARMED = 0.2, 0.8
"""How many of all acts sleep before their transactions, and up to how many others may die."""
NAP = 0.1
"""How long those sleep, in seconds."""
POINTS = {"click": 60, "reconcile": 400}
POINTS_OF_OTHERS = 70
"""How many points of an act are tried in turn, two for each command; beyond its last command it lives."""
LATE_FEE = 0.1
"""How much later than a payment, in seconds, Stripe says its fee in some batches."""
QUIET = 0.15
"""How many of the events that we ignore are delivered."""

EXPECTED = {200, 201, 202, 400, 409}
EXPLAINED = {"contention", "payment_provider_unavailable"}

type Happening = Callable[[Story], object]


@dataclass
class Tally:
    """What a batch went through."""

    histories: int = 0
    deliveries: int = 0
    acts: int = 0
    crashes: int = 0
    naps: int = 0
    reconciled: Counter[str] = field(default_factory=Counter)
    points: set[str] = field(default_factory=set)
    unavailable: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Batch:
    """One town, its stories, and the four threads that serve them."""

    def __init__(self, stripe: Stripe, seed: int, number: int) -> None:
        self.number = number
        self.dice = Random(f"{seed}/{number}")
        self.tally = Tally(histories=STORIES)
        self.turns: Counter[str] = Counter()
        self.town = Town(stripe)
        self.stories = [
            Story(Random(f"{seed}/{number}/{each}"), self.town, each) for each in range(STORIES)
        ]

    def run(self) -> Tally:
        try:
            with ThreadPoolExecutor(THREADS) as self.pool:
                self._happen()
                self._end()
        finally:
            self.town.forget()
        return self.tally

    # --- What happens -----------------------------------------------------------------------------------------

    def _happen(self) -> None:
        """Let everything happen that the stories tell, and events arrive in between."""
        stripe, dice = self.town.stripe, self.dice
        if (
            self.number % 2
        ):  # Stripe then knows of a webhook that takes nothing, and lists its events
            stripe.control("webhook_endpoint", url="http://127.0.0.1:9/")
            stripe.control("faults", target="webhooks", mode="lose")
        if self.number % 3 == 0:
            stripe.control("late_fees", seconds=LATE_FEE)
        self._do(act for story in self.stories for act in story.clicks(dice.choice([1, 1, 2, 3])))
        self._lose_some_answers()
        lost = [story for story in self.stories if not story.pages and dice.random() < 0.7]
        self._do(act for story in lost for act in story.clicks(1))
        stripe.control("faults", target="stripe", mode="none")
        if dice.random() < 0.3:
            Course.objects.filter(pk=self.town.courses[0].pk).update(price_amount=5999)
        minded = [story for story in self.stories if dice.random() < 0.2]
        self._do(
            (act for story in minded for act in story.clicks(2, change_of_mind=True)),
            beside=[Story.visits],
        )
        self._do([*self._returns(), *self._deliveries()])
        sessions = {
            each["metadata"].get("order", ""): each["id"]
            for each in stripe.all("checkout/sessions")
        }
        self._do([], beside=[lambda story: story.settles(sessions)])
        self._do([*self._returns(), *self._deliveries()])
        intents = {
            each["metadata"].get("order", ""): each["id"]
            for each in stripe.all("payment_intents")
            if each["status"] == "succeeded"
        }
        self._do(
            [
                *(act for story in self.stories for act in story.wants_money_back()),
                *self._returns(0, 2, 5),
            ],
            beside=[lambda story: story.has_trouble(intents)],
        )
        self._do(self._deliveries())
        again = [story for story in self.stories if story.buys_again]
        self._do(act for story in again for act in story.clicks(1))
        self._do([], beside=[Story.visits, Story.sends_back])
        early = [Act("reconcile", self._reconcile)] if self.number % 4 == 1 else []
        self._do([*early, *self._returns(), *self._deliveries()])

    def _lose_some_answers(self) -> None:
        """Let Stripe answer badly to the next request or two, now and then."""
        if self.dice.random() < 0.2:
            mode, count = self.dice.choice(["lose", "drop", "status"]), self.dice.choice([1, 2, 4])
            self.town.stripe.control("faults", target="stripe", mode=mode, count=count)

    def _returns(self, *times: int) -> Iterator[Act]:
        for story in self.stories:
            yield from story.comes_back(times or (0, 0, 1))

    def _deliveries(self) -> Iterator[Act]:
        """Deliver each event so far, new and old, not at all to three times."""
        for event in self.town.stripe.events():
            if event["type"] not in EVENT_TYPES and self.dice.random() > QUIET:
                continue
            times = self.dice.choices([0, 1, 2, 3], [35, 40, 15, 10])[0]
            for _ in range(times):
                self.tally.deliveries += 1
                thing = event["data"]["object"]
                about = thing["metadata"].get("order") or thing.get("payment_intent") or thing["id"]
                yield Act(event["type"], partial(deliver, event), about)

    def _end(self) -> None:
        """Let time pass, reconcile once, and ask for the truth."""
        self._pass_time()
        if self.number % 4 == 0:
            self._do([Act("reconcile", self._reconcile)])
        events = self.town.stripe.events()
        self.tally.wrong += unfollowed(events)
        told = {f"event {event['id']}" for event in events}
        report = self._reconcile()
        self.tally.reconciled.update(f"{each.check}: {each.outcome}" for each in report.findings)
        left = [each for each in report.findings if each.outcome == Outcome.LEFT]
        again = reconcile(grace=timedelta(0), dry_run=True).findings
        # A refund that the reconciler sent has events of its own, which nobody could have delivered yet.
        left += [
            each for each in again if each.check != "undelivered events" or each.subject in told
        ]
        self.tally.wrong += violations(self.town, self.stories, left)

    def _reconcile(self) -> Report:
        return reconcile(grace=timedelta(0))

    def _pass_time(self) -> None:
        """End half of the pages that are still open, and the time in which others could be opened; let banks decide."""
        stripe = self.town.stripe
        for refund in stripe.all("refunds"):
            if refund["status"] == "pending":
                stripe.control("refunds", refund=refund["id"])
        time.sleep(2 * LATE_FEE)
        for session in stripe.all("checkout/sessions"):
            if session["status"] == "open" and self.dice.random() < 0.5:
                stripe.control(f"sessions/{session['id']}/expire")
        over = timezone.now() - timedelta(seconds=1)
        Order.objects.filter(status=Order.Status.CREATED).update(expires_at=over)

    # --- How it happens ---------------------------------------------------------------------------------------

    def _do(self, acts: Iterable[Act], beside: Iterable[Happening] = ()) -> None:
        """Let acts of ours and what happens beside them to each story happen in any order, four at a time.

        In every other case what is about the same order comes together, and so at the same time.
        """
        work = [(act.about, partial(self._act, act, self._fuse(act.kind))) for act in acts]
        work += [
            (story.about, partial(happen, story)) for story in self.stories for happen in beside
        ]
        self.dice.shuffle(work)
        if self.dice.random() < 0.5:
            work.sort(key=itemgetter(0))
        for done in [self.pool.submit(each) for _, each in work]:
            done.result()
        self.tally.wrong += disagreements(self.town)

    def _fuse(self, kind: str) -> Fuse:
        """Arm some acts: of each kind with the next point in turn, where the batch before left off."""
        chance = self.dice.random()
        if chance < SLEEPY:
            return Fuse(seconds=NAP)
        if chance > ARMED:
            return Fuse()
        self.turns[kind] += 1
        return Fuse(1 + (self.number * 13 + self.turns[kind]) % POINTS.get(kind, POINTS_OF_OTHERS))

    def _act(self, act: Act, fuse: Fuse) -> None:
        self.tally.acts += 1
        try:
            answer = crashes.run(act.do, fuse)
        except Exception as error:
            self.tally.wrong.append(f"{act.kind} raises {error!r}")
            return
        if fuse.is_dead:
            self.tally.crashes += 1
            self.tally.points.add(f"{act.kind}: {fuse.point} {fuse.place}")
        self.tally.naps += fuse.naps
        status = getattr(answer, "status_code", None)
        if status:
            self._judge(act.kind, status, answer)
            act.see(answer)

    def _judge(self, kind: str, status: int, answer: Any) -> None:
        """An answer is a success, a refusal, or a 503 that says why and may be asked again."""
        if status in EXPECTED:
            return
        code = answer.json()["errors"][0]["code"] if status == 503 else answer.content[:300]
        if code in EXPLAINED:
            self.tally.unavailable[f"{kind}: {code}"] += 1
        else:
            self.tally.wrong.append(f"{kind} answers {status}: {code!r}")
