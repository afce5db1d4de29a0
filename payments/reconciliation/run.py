"""Find what went wrong between Stripe and us, and repair it: by `sync_order`, as everybody else.

May run beside live traffic and beside itself: it decides nothing, it only looks at orders again. What is still
otherwise after that is left to people.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import batched, chain

from bson import ObjectId
from django.utils import timezone

from lms.mongodb import connection
from lms.mongodb.transaction import atomic
from payments import events
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import Event
from payments.models import OPEN, Coupon, Order, ReconciliationRun, StripeEvent
from payments.reconciliation import candidates
from payments.reconciliation.candidates import Period, Suspect, pages
from payments.reconciliation.discrepancies import differences

logger = logging.getLogger(__name__)

KEPT_BY_STRIPE = 30
"""For how many days Stripe keeps its events."""
GRACE = timedelta(minutes=10)
"""How long something may take that is under way."""
MOST_KEPT = 300
"""How many findings a report keeps."""

EVENT_TYPES = events.OF_SESSIONS | events.OF_MONEY | events.ALERTS


class Outcome(StrEnum):
    FOUND = "found"
    REPAIRED = "repaired"
    LEFT = "left"


@dataclass(frozen=True)
class Case:
    """Something that may be wrong. `problem` looks anew each time it is called, and is empty if all is well."""

    subject: str
    problem: Callable[[], str]
    repair: Callable[[], object] | None


@dataclass(frozen=True)
class Finding:
    check: str
    subject: str
    problem: str
    outcome: Outcome


@dataclass
class Report:
    """One run: how much each check looked at, and what was found."""

    days: int
    dry_run: bool
    started_at: datetime = field(default_factory=timezone.now)
    looked_at: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def count(self, outcome: Outcome | None = None, check: str | None = None) -> int:
        """Count the findings, of an outcome or a check if one is named."""
        return sum(
            outcome in {None, finding.outcome} and check in {None, finding.check}
            for finding in self.findings
        )

    @property
    def is_clean(self) -> bool:
        """Is there nothing left that somebody must look at?"""
        return self.count() == self.count(Outcome.REPAIRED)

    def save(self) -> ReconciliationRun:
        """Keep the run for the admin."""
        return ReconciliationRun.objects.create(
            started_at=self.started_at,
            finished_at=timezone.now(),
            days=self.days,
            dry_run=self.dry_run,
            looked_at=sum(self.looked_at.values()),
            found=self.count(),
            repaired=self.count(Outcome.REPAIRED),
            left=self.count() - self.count(Outcome.REPAIRED),
            findings=[vars(finding) for finding in self.findings[:MOST_KEPT]],
        )


def reconcile(
    *,
    days: int = KEPT_BY_STRIPE,
    grace: timedelta = GRACE,
    dry_run: bool = False,
    tell: Callable[[str], object] = lambda check: None,
) -> Report:
    """Look everywhere, repair unless it is a `dry_run`, and say what was found.

    `tell` is called with the check's name for each case looked at. Raises `PaymentProviderUnavailable` (503) when Stripe's
    lists cannot be read; what was repaired until then stays so.
    """
    now = timezone.now()
    period = Period(since=now - timedelta(days=days), until=now - grace)
    report = Report(days, dry_run)
    seen: set[str] = set()
    for check, cases in _checks(period):
        report.looked_at[check] = 0
        for case in cases:
            if case.subject in seen:
                continue
            seen.add(case.subject)
            report.looked_at[check] += 1
            tell(check)
            if finding := _take(check, case, dry_run):
                report.findings.append(finding)
    return report


def _take(check: str, case: Case, dry_run: bool) -> Finding | None:
    """Look at one case and repair it."""
    found = partial(Finding, check, case.subject)
    try:
        problem = case.problem()
        if not problem or dry_run:
            return found(problem, Outcome.FOUND) if problem else None
        if case.repair:
            case.repair()
        left = case.problem()
    except Exception as error:  # one bad case must not keep the others from being repaired
        logger.exception("%s cannot be looked at", case.subject)
        name = getattr(error, "default_code", type(error).__name__)
        return found(f"cannot be looked at: {name}", Outcome.LEFT)
    outcome = Outcome.LEFT if left else Outcome.REPAIRED
    level = logging.WARNING if left else logging.INFO
    logger.log(level, "%s: %s: %s", outcome, case.subject, left or problem)
    return found(left or problem, outcome)


def _checks(period: Period) -> Iterator[tuple[str, Iterator[Case]]]:
    """Name what is looked at, in this order: Stripe's events first, for they explain most of the rest."""
    yield "undelivered events", _undelivered_events(period)
    yield "stuck events", _stuck_events(period)
    yield "waiting orders", _orders(candidates.waiting(period))
    yield "completed checkouts", _orders(candidates.completed_checkouts(period))
    yield "refunds", _orders(candidates.refunds(period))
    yield "disputes", _orders(candidates.disputes(period))
    yield "paid orders", _orders(candidates.paid(period))
    yield "ended orders", _orders(candidates.ended(period))
    yield "coupons", _coupons()


# --- Orders -----------------------------------------------------------------------------------------------------


def _orders(found: Iterator[Suspect]) -> Iterator[Case]:
    for suspect in found:
        if suspect.order_id is None:
            known = partial(str, suspect.problem)
            yield Case(f"checkout {suspect.session_id}", known, None)
            continue
        other = f" with checkout {suspect.session_id}" if suspect.session_id else ""
        named = (suspect.order_id, suspect.session_id)
        yield Case(
            f"order {suspect.order_id}{other}", partial(_differs, *named), partial(_sync, *named)
        )


def _differs(order_id: ObjectId, session_id: str | None) -> str:
    return "; ".join(differences(Order.objects.get(pk=order_id), session_id))


def _sync(order_id: ObjectId, session_id: str | None) -> None:
    sync_order(Order.objects.get(pk=order_id), session_id=session_id)


# --- Events -----------------------------------------------------------------------------------------------------


def _undelivered_events(period: Period) -> Iterator[Case]:
    """What Stripe could not tell us, or never heard that we had understood."""
    for page in batched(client.undelivered_events(period.since), candidates.PAGE, strict=False):
        done = StripeEvent.objects.filter(
            pk__in=[event.id for event in page], status__in=StripeEvent.DONE
        )
        known = set(done.values_list("pk", flat=True))
        for event in page:
            if event.id not in known and event.type in EVENT_TYPES:
                is_open = partial(_is_open, event.id, f"{event.type} was not delivered")
                yield Case(f"event {event.id}", is_open, partial(_process, event))


def _process(event: Event) -> None:
    events.process(events.record(event))


def _stuck_events(period: Period) -> Iterator[Case]:
    """What Stripe told us and we could not do."""
    stuck = [StripeEvent.Status.RECEIVED, StripeEvent.Status.FAILED]
    found = StripeEvent.objects.filter(status__in=stuck, received_at__lte=period.until)
    for page in pages(found, by="received_at"):
        for event in page:
            problem = f"{event.type} is {event.status}: {event.error}".strip(": ")
            yield Case(
                f"event {event.pk}",
                partial(_is_open, event.pk, problem),
                partial(events.process, event),
            )


def _is_open(event_id: str, problem: str) -> str:
    done = StripeEvent.objects.filter(pk=event_id, status__in=StripeEvent.DONE)
    return "" if done.exists() else problem


# --- Coupons ----------------------------------------------------------------------------------------------------


def _coupons() -> Iterator[Case]:
    """Coupons that count other reservations than there are open orders with them."""
    held = _held({})
    counting = (coupon for page in pages(Coupon.objects.filter(reserved__gt=0)) for coupon in page)
    holding = Coupon.objects.filter(pk__in=map(ObjectId, held), reserved=0).order_by("pk")
    for coupon in chain(counting, holding):
        if coupon.reserved != held.get(str(coupon.pk), 0):
            recount = partial(_recount, coupon.pk)
            yield Case(f"coupon {coupon.code}", partial(_miscounts, coupon.pk), recount)


@atomic
def _miscounts(coupon_id: ObjectId) -> str:
    coupon = Coupon.objects.get(pk=coupon_id)
    held = _held({"coupon.id": str(coupon_id)}).get(str(coupon_id), 0)
    return (
        f"counts {coupon.reserved} reservations, {held} are held" if coupon.reserved != held else ""
    )


@atomic
def _recount(coupon_id: ObjectId) -> None:
    """Count anew; who reserves or releases meanwhile changes the coupon too, so that one of both begins again."""
    held = _held({"coupon.id": str(coupon_id)}).get(str(coupon_id), 0)
    Coupon.objects.filter(pk=coupon_id).update(reserved=held)


def _held(match: dict[str, str]) -> dict[str, int]:
    """Count the reservations of open orders by their coupon's id."""
    waiting = {"status": {"$in": [*OPEN, Order.Status.PROCESSING]}, "coupon_hold": "reserved"}
    group = {"_id": "$coupon.id", "held": {"$sum": 1}}
    found = connection.get_collection(Order._meta.db_table).aggregate(
        [{"$match": waiting | match}, {"$group": group}], session=connection.session
    )
    return {each["_id"]: each["held"] for each in found}
