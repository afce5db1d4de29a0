"""The trial balance, and the proof that the books agree with the orders."""

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from lms import currencies
from lms.mongodb import connection
from payments.ledger.audit import Audited, audit
from payments.models import LedgerEntry

MOST_SHOWN = 100


class Command(BaseCommand):
    help = "Print what is on each account; with --check prove every booking against its order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="look at every order; exit 1 on a mismatch"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for row in trial_balance():
            self.stdout.write(row)
        if options["check"]:
            self.check_all()

    def check_all(self) -> None:
        bar = tqdm(audit(), unit=" orders", disable=None, leave=False)
        found: list[Audited] = []
        looked_at = 0
        for looked_at, audited in enumerate(bar, 1):  # noqa: B007 (the last number is the count)
            if audited.problems:
                found.append(audited)
        for audited in found[:MOST_SHOWN]:
            for problem in audited.problems:
                self.stdout.write(self.style.ERROR(f"order {audited.order_id}: {problem}"))
        if found:
            raise CommandError(f"The books disagree with {len(found)} of {looked_at} orders.")
        self.stdout.write(self.style.SUCCESS(f"The books agree with all {looked_at} orders."))


def trial_balance() -> list[str]:
    """Write the sum of each account and currency, the instructors' together; each currency's total is zero."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    key = {"account": "$account", "currency": "$currency"}
    stages = [{"$group": {"_id": key, "amount": {"$sum": "$amount"}}}]
    for group in connection.get_collection(LedgerEntry._meta.db_table).aggregate(stages):
        account = group["_id"]["account"].partition(":")[0]
        for line in (account, "total"):
            sums[group["_id"]["currency"], line] += group["amount"]
    return [
        f"{account:<20} {currencies.display(amount, currency):>24}"
        for (currency, account), amount in sorted(
            sums.items(), key=lambda item: (item[0][0], item[0][1] == "total", item[0][1])
        )
    ]
