"""Events of Stripe that were not delivered, or not processed."""

from collections.abc import Iterator
from functools import partial
from itertools import batched

from payments import events
from payments.gateway import client
from payments.gateway.snapshots import Event
from payments.models import StripeEvent
from payments.reconciliation.candidates.candidate import PAGE_SIZE, Candidate, Period, pages


def undelivered_events(period: Period) -> Iterator[Candidate]:
    """Return the events that never reached us, or whose success never reached Stripe."""
    for page in batched(client.list_undelivered_events(period.since), PAGE_SIZE, strict=False):
        done = StripeEvent.objects.filter(
            pk__in=[event.id for event in page], status__in=StripeEvent.DONE
        )
        done_ids = set(done.values_list("pk", flat=True))
        for event in page:
            if event.id not in done_ids and event.type in events.HANDLED_EVENTS:
                problem = f"{event.type} was not delivered"
                yield Candidate(
                    f"event {event.id}",
                    find_problem=partial(_problem_unless_done, event.id, problem),
                    repair=partial(_record_and_process, event),
                )


def stuck_events(period: Period) -> Iterator[Candidate]:
    """Return the events that we received and could not process."""
    stuck = [StripeEvent.Status.RECEIVED, StripeEvent.Status.FAILED]
    rows = StripeEvent.objects.filter(status__in=stuck, received_at__lte=period.until)
    for page in pages(rows, by="received_at"):
        for event in page:
            problem = f"{event.type} is {event.status}: {event.error}".strip(": ")
            yield Candidate(
                f"event {event.pk}",
                find_problem=partial(_problem_unless_done, event.pk, problem),
                repair=partial(events.process_event, event),
            )


def _record_and_process(event: Event) -> None:
    events.process_event(events.record_event(event))


def _problem_unless_done(event_id: str, problem: str) -> str:
    done = StripeEvent.objects.filter(pk=event_id, status__in=StripeEvent.DONE)
    return "" if done.exists() else problem
