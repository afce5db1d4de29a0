"""Find and repair what went wrong between Stripe and us."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from payments.exceptions import PaymentProviderUnavailable
from payments.reconciliation.run import GRACE, KEPT_BY_STRIPE, Outcome, Report, reconcile

MOST_SHOWN = 100


class Command(BaseCommand):
    help = (
        "Compare orders, refunds, disputes, events, access and books with Stripe, and repair what differs. "
        "Exit 1 if anything is left. Run it every 10 minutes with --days 1, every night with --report."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=KEPT_BY_STRIPE,
            help="how far back to look (default: %(default)s)",
        )
        parser.add_argument(
            "--grace",
            type=int,
            default=int(GRACE.total_seconds()) // 60,
            help="leave alone what is younger than so many minutes (default: %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="find, and repair nothing")
        parser.add_argument("--report", action="store_true", help="keep the result for the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" cases", disable=None, leave=False) as bar:

            def tell(check: str) -> None:
                bar.set_description(check, refresh=False)
                bar.update()

            try:
                report = reconcile(
                    days=options["days"],
                    grace=timedelta(minutes=options["grace"]),
                    dry_run=options["dry_run"],
                    tell=tell,
                )
            except PaymentProviderUnavailable:
                raise CommandError("Stripe does not answer; run this again later.") from None
        if options["report"]:
            report.save()
        self.show(report)
        if not report.is_clean:
            found = "found" if report.dry_run else "left"
            raise CommandError(f"{report.count() - report.count(Outcome.REPAIRED)} {found}.")

    def show(self, report: Report) -> None:
        """Print a line for each check, then one for each finding."""
        row = "{:<22}{:>10}{:>8}{:>10}{:>6}".format
        self.stdout.write(row("", "looked at", "found", "repaired", "left"))
        for check, looked_at in report.looked_at.items():
            found, repaired = report.count(check=check), report.count(Outcome.REPAIRED, check)
            left = report.count(Outcome.LEFT, check)
            self.stdout.write(row(check, looked_at, found, repaired, left))
        for finding in report.findings[:MOST_SHOWN]:
            style = self.style.SUCCESS if finding.outcome == Outcome.REPAIRED else self.style.ERROR
            self.stdout.write(style(f"{finding.outcome}: {finding.subject}: {finding.problem}"))
