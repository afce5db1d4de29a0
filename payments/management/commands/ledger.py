"""Command `ledger`: print the trial balance, and audit all orders."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from lms import currencies
from lms.mongodb import connection
from payments.exceptions import PaymentProviderUnavailable, PaymentRejected
from payments.gateway import client
from payments.ledger.audit import OrderAudit, audit_orders
from payments.ledger.balance import find_unexplained
from payments.models import LedgerCheck, LedgerEntry

DAYS = 30
GRACE = timedelta(minutes=10)
"""The age below which a payment of an order may not be settled yet."""
MAX_PRINTED = 100


class Command(BaseCommand):
    help = (
        "Print the balance of each account. With --check, compare every booking with its order, and what moved our "
        "balance at Stripe with the bookings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="check the books; exit with 1 if something is wrong",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help="compare Stripe's balance of so many days with the books (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for row in trial_balance():
            self.stdout.write(row)
        if options["check"]:
            self.result = LedgerCheck()
            problems = [*self.check_orders(), *self.check_balance(options["days"])]
            self.result.save()  # for the admin and for /metrics
            if problems:
                raise CommandError(" ".join(problems))

    def check_orders(self) -> Iterator[str]:
        """Audit all orders and print the problems; return how many orders are wrong, as a sentence."""
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
        self.result.orders, self.result.wrong_orders = count, len(wrong)
        if wrong:
            yield f"The ledger disagrees with {len(wrong)} of {count} orders."
        else:
            self.stdout.write(self.style.SUCCESS(f"The ledger agrees with all {count} orders."))

    def check_balance(self, days: int) -> Iterator[str]:
        """Print the money at Stripe that the books do not explain; return how often, or why Stripe was not compared."""
        now = timezone.now()
        movements = client.list_movements(now - timedelta(days=days))
        try:
            found = list(find_unexplained(movements, until=now - GRACE))
        except PaymentProviderUnavailable:
            yield "Stripe is unavailable, so its balance was not compared. Run this command again later."
            return
        except PaymentRejected as error:
            yield f"Stripe refuses to list its balance: {error.reason or error.default_code}."
            return
        self.result.unexplained = len(found)
        for each in found[:MAX_PRINTED]:
            self.stdout.write(self.style.ERROR(each.problem))
        if found:
            yield f"The ledger does not explain {len(found)} of the movements of the balance at Stripe."
        else:
            text = f"The ledger explains the balance at Stripe of the last {days} days."
            self.stdout.write(self.style.SUCCESS(text))


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
