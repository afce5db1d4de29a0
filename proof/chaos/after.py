"""What must hold after the trouble, once every part runs again and the repairing commands have run."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from accounts.models import MailToken
from demo.processes import ROOT
from lms.models import QueuedTask
from media.models import Asset
from payments.models import Order
from proof.chaos.people import Done
from proof.chaos.site import Site
from proof.crowd import enrolled, paid_purchases
from proof.invariants import StripeRecords, inconsistencies, of_books
from sandbox.client import SandboxClient

type Mails = list[dict[str, Any]]

Status = QueuedTask.Status
UNFINISHED = (Status.QUEUED, Status.SCHEDULED, Status.RUNNING)

REPAIRS = ("reconcile --grace 0", "repair_media", "count_students", "ledger --check")
TASKS_SECONDS = 60
"""How long the tasks may take that are left when the repairs are done."""


def settle(site: Site) -> Iterator[str]:
    """Run the repairing commands, then wait for the tasks; yield a sentence for each that does not end well."""
    site.close()
    for command in REPAIRS:
        words = [sys.executable, "manage.py", *command.split()]
        done = subprocess.run(
            words, env=site.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            yield f"{command} exits with {done.returncode}: {done.stdout}{done.stderr}"
    until = time.monotonic() + TASKS_SECONDS
    while (left := QueuedTask.objects.filter(status__in=UNFINISHED)).exists():
        if time.monotonic() > until:
            yield f"tasks wait for ever: {Counter(left.values_list('name', 'status'))}"
            return
        # The pause before a retry may be ten minutes: let it be over.
        left.filter(status=Status.SCHEDULED).update(due_at=timezone.now())
        time.sleep(0.3)


def violations(done: Done, sandbox: SandboxClient) -> Iterator[str]:
    """Yield a sentence for everything that was lost, done twice or is wrong in the books."""
    yield from done.errors
    yield from inconsistencies()
    yield from of_books(StripeRecords(sandbox))
    yield from _of_purchases(done, sandbox)
    yield from _of_files(done)
    mails = sandbox.http.get("/_control/mails").raise_for_status().json()
    ids = Counter(mail["message_id"].strip("<").partition("@")[0] for mail in mails)
    yield from of_tasks(QueuedTask.objects.all(), ids)
    yield from _of_receipts(mails)
    yield from _of_links(done, mails)


def _of_purchases(done: Done, sandbox: SandboxClient) -> Iterator[str]:
    paid, have = paid_purchases(sandbox), enrolled()
    sold = set(Order.objects.filter(total_amount__gt=0).values_list("user_id", "course_id"))
    yield from (f"paid, but not enrolled: {each}" for each in paid - have)
    yield from (f"enrolled, but not paid: {each}" for each in (have & sold) - paid)
    known = set(Order.objects.exclude(paid_at=None).values_list("pk", flat=True))
    lost = done.paid_orders - set(map(str, known))
    yield from (f"order {order} was paid, and is not" for order in lost)


def _of_files(done: Done) -> Iterator[str]:
    found = Asset.objects.in_bulk(list(done.assets))
    status = {str(asset.pk): asset.status for asset in found.values()}
    for asset in done.assets:
        if status.get(asset) != Asset.Status.READY:
            yield f"file {asset} was accepted and is {status.get(asset, 'gone')}"


def of_tasks(tasks: Iterable[QueuedTask], arrived: Counter[str]) -> Iterator[str]:
    """Check that each task is done, and that its mail arrived once or twice; `arrived` counts mails by task."""
    for task in tasks:
        times = arrived[str(task.pk)]
        # Of a mail whose sending was cut short twice, nobody knows whether it arrived. Here the mailbox shows it.
        is_sent_perhaps = task.error.endswith(".SentPerhaps") and task.status == Status.FAILED
        if task.status == Status.FAILED and not is_sent_perhaps:
            yield f"the task {task.name} failed: {task.error} {task.message}"
        if times > 2 or ((task.is_mailed or is_sent_perhaps) and not times):
            yield f"the mail of the task {task.name} arrived {times} times"


def _of_receipts(mails: Mails) -> Iterator[str]:
    """Check that each payment has a receipt, which arrived once or twice: everybody buys one course."""
    receipts = Counter(
        to for mail in mails if mail["subject"].startswith("Your receipt") for to in mail["to"]
    )
    for order in Order.objects.exclude(paid_at=None).filter(total_amount__gt=0):
        times = receipts[order.user.email]
        if not 1 <= times <= 2:
            yield f"the receipt of order {order.pk} arrived {times} times"


def _of_links(done: Done, mails: Mails) -> Iterator[str]:
    """Check that everybody who forgot their password got a link that works."""
    for address in done.reset_for:
        tokens = [
            found[1]
            for mail in mails
            if address in mail["to"] and (found := re.search(r"token=([\w-]+)", mail["text"]))
        ]
        if not any(MailToken.objects.find(MailToken.Purpose.RESET, token) for token in tokens):
            yield f"{address} forgot the password and got {len(tokens)} links, none of which works"
