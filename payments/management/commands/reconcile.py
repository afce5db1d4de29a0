"""Command `reconcile`: compare our records with Stripe and repair what differs."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from payments.exceptions import PaymentProviderUnavailable
from payments.reconciliation.run import EVENT_RETENTION_DAYS, GRACE, Outcome, Report, reconcile

MAX_PRINTED = 100


class Command(BaseCommand):
    help = (
        "Compare orders, refunds, disputes, events, access and the ledger with Stripe, and repair what differs. "
        "Exit with 1 if a problem remains. Run it every 10 minutes with --days 1, and every night with --report."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=EVENT_RETENTION_DAYS,
            help="read Stripe's lists of so many days (default: %(default)s)",
        )
        parser.add_argument(
            "--grace",
            type=int,
            default=int(GRACE.total_seconds()) // 60,
            help="ignore what is younger than so many minutes (default: %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="print problems, repair nothing")
        parser.add_argument("--report", action="store_true", help="save the result for the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        # disable=None: the bar appears on a terminal only, not in a log.
        with tqdm(unit=" candidates", disable=None, leave=False) as bar:

            def advance(check: str) -> None:
                bar.set_description(check, refresh=False)
                bar.update()

            try:
                report = reconcile(
                    days=options["days"],
                    grace=timedelta(minutes=options["grace"]),
                    dry_run=options["dry_run"],
                    on_candidate=advance,
                )
            except PaymentProviderUnavailable:
                raise CommandError("Stripe is unavailable. Run this command again later.") from None
        if options["report"]:
            report.save()
        self.print_report(report)
        if report.unrepaired:
            word = "found" if report.dry_run else "left"
            raise CommandError(f"{report.unrepaired} {word}.")

    def print_report(self, report: Report) -> None:
        """Print a row per check, then a line per finding."""
        row = "{:<22}{:>10}{:>8}{:>10}{:>6}".format
        self.stdout.write(row("", "examined", "found", "repaired", "left"))
        for check, examined in report.examined.items():
            found, repaired = report.count(check=check), report.count(Outcome.REPAIRED, check)
            left = report.count(Outcome.LEFT, check)
            self.stdout.write(row(check, examined, found, repaired, left))
        for finding in report.findings[:MAX_PRINTED]:
            style = self.style.SUCCESS if finding.outcome == Outcome.REPAIRED else self.style.ERROR
            self.stdout.write(style(f"{finding.outcome}: {finding.subject}: {finding.problem}"))
