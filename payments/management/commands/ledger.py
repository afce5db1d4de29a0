"""Command `ledger`: print the trial balance, and audit all orders."""

from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from lms import currencies
from lms.mongodb import connection
from payments.ledger.audit import OrderAudit, audit_orders
from payments.models import LedgerEntry

MAX_PRINTED = 100


class Command(BaseCommand):
    help = "Print the balance of each account. With --check, compare every booking with its order."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="check every order; exit with 1 if one is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for row in trial_balance():
            self.stdout.write(row)
        if options["check"]:
            self.check_orders()

    def check_orders(self) -> None:
        """Audit all orders and print the problems; raise CommandError if there are any."""
        wrong: list[OrderAudit] = []
        count = 0
        # disable=None: the bar appears on a terminal only, not in a log.
        for audit in tqdm(audit_orders(), unit=" orders", disable=None, leave=False):
            count += 1
            if audit.problems:
                wrong.append(audit)
        for audit in wrong[:MAX_PRINTED]:
            for problem in audit.problems:
                self.stdout.write(self.style.ERROR(f"order {audit.order_id}: {problem}"))
        if wrong:
            raise CommandError(f"The ledger disagrees with {len(wrong)} of {count} orders.")
        self.stdout.write(self.style.SUCCESS(f"The ledger agrees with all {count} orders."))


def trial_balance() -> list[str]:
    """Return a line per currency and account, the instructors' together; the total of each currency is zero."""
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
