"""A run of the reconciler: finds what went wrong between Stripe and us, and repairs it.

It decides nothing itself: a repair syncs the order or processes the event again, as everybody else does. It may
therefore run beside live traffic and beside another run. What a repair does not cure is left to people.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.utils import timezone

from payments.exceptions import PaymentRejected
from payments.models import ReconciliationRun
from payments.reconciliation.candidates.candidate import Candidate, Period
from payments.reconciliation.candidates.coupons import miscounted_coupons
from payments.reconciliation.candidates.events import stuck_events, undelivered_events
from payments.reconciliation.candidates.money import unexplained_money
from payments.reconciliation.candidates.orders import (
    changed_disputes,
    changed_refunds,
    completed_checkouts,
    ended_orders,
    paid_orders,
    waiting_orders,
)

logger = logging.getLogger(__name__)

EVENT_RETENTION_DAYS = 30
"""How long Stripe keeps its events."""
GRACE = timedelta(minutes=10)
"""The age below which orders, refunds and events are left alone: they may still be in progress."""
MAX_FINDINGS = 300
"""How many findings a saved run keeps."""

CHECKS: dict[str, Callable[[Period], Iterator[Candidate]]] = {
    "undelivered events": undelivered_events,  # first, because they explain most of the rest
    "stuck events": stuck_events,
    "waiting orders": waiting_orders,
    "completed checkouts": completed_checkouts,
    "refunds": changed_refunds,
    "disputes": changed_disputes,
    "paid orders": paid_orders,
    "ended orders": ended_orders,
    "money": unexplained_money,  # after the orders, whose repair explains most of it
    "coupons": miscounted_coupons,
}


class Outcome(StrEnum):
    FOUND = "found"
    REPAIRED = "repaired"
    LEFT = "left"


@dataclass(frozen=True)
class Finding:
    """A problem of a candidate and its outcome: found by a dry run, repaired, or left to people."""

    check: str
    subject: str
    problem: str
    outcome: Outcome


@dataclass
class Report:
    """The result of one run: how many candidates each check examined, and the findings."""

    days: int
    dry_run: bool
    started_at: datetime = field(default_factory=timezone.now)
    examined: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def count(self, outcome: Outcome | None = None, check: str | None = None) -> int:
        """Count the findings, optionally those with an outcome or of a check."""
        return sum(
            outcome in {None, finding.outcome} and check in {None, finding.check}
            for finding in self.findings
        )

    @property
    def unrepaired(self) -> int:
        """The number of findings that were not repaired."""
        return self.count() - self.count(Outcome.REPAIRED)

    def save(self) -> ReconciliationRun:
        """Save the run for the admin."""
        return ReconciliationRun.objects.create(
            started_at=self.started_at,
            finished_at=timezone.now(),
            days=self.days,
            dry_run=self.dry_run,
            looked_at=sum(self.examined.values()),
            found=self.count(),
            repaired=self.count(Outcome.REPAIRED),
            left=self.unrepaired,
            findings=[vars(finding) for finding in self.findings[:MAX_FINDINGS]],
        )


def reconcile(
    *,
    days: int = EVENT_RETENTION_DAYS,
    grace: timedelta = GRACE,
    dry_run: bool = False,
    on_candidate: Callable[[str], object] = lambda check: None,
) -> Report:
    """Run all checks, repair what they find unless it is a `dry_run`, and return the report.

    `on_candidate` is called with the name of the check for each candidate. A list that Stripe refuses is a finding of its
    check. Raises `PaymentProviderUnavailable` (503) if a list cannot be read; earlier repairs remain.
    """
    now = timezone.now()
    period = Period(since=now - timedelta(days=days), until=now - grace)
    report = Report(days, dry_run)
    subjects: set[str] = set()
    for check, find_candidates in CHECKS.items():
        report.examined[check] = 0
        try:
            for candidate in find_candidates(period):
                if candidate.subject in subjects:
                    continue
                subjects.add(candidate.subject)
                report.examined[check] += 1
                on_candidate(check)
                if finding := _examine(check, candidate, dry_run=dry_run):
                    report.findings.append(finding)
        except PaymentRejected as error:
            problem = f"Stripe refuses it ({error.reason or error.default_code})"
            report.findings.append(Finding(check, f"the list of {check}", problem, Outcome.LEFT))
    return report


def _examine(check: str, candidate: Candidate, *, dry_run: bool) -> Finding | None:
    """Look for a problem of a candidate and repair it; return None if there is no problem."""
    finding = partial(Finding, check, candidate.subject)
    try:
        problem = candidate.find_problem()
        if not problem or dry_run:
            return finding(problem, Outcome.FOUND) if problem else None
        if candidate.repair:
            candidate.repair()
        remaining = candidate.find_problem()
    except Exception as error:  # one bad candidate must not prevent the repair of the others
        logger.exception("%s cannot be examined", candidate.subject)
        name = getattr(error, "default_code", type(error).__name__)
        return finding(f"cannot be examined: {name}", Outcome.LEFT)
    outcome = Outcome.LEFT if remaining else Outcome.REPAIRED
    level = logging.WARNING if remaining else logging.INFO
    logger.log(level, "%s: %s: %s", outcome, candidate.subject, remaining or problem)
    return finding(remaining or problem, outcome)
