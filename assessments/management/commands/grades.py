"""Command `grades`: compute every grade again, and compare it with what is kept."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from assessments.queries.audit import audit_all

MAX_PRINTED = 100


class Command(BaseCommand):
    help = "With --check, compute every grade again from what was frozen and answered; exit with 1 if one is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        count = wrong = 0
        # disable=None: the bar appears on a terminal only, not in a log.
        for audit in tqdm(audit_all(), unit=" rows", disable=None, leave=False):
            count += 1
            wrong += bool(audit.problems)
            if wrong <= MAX_PRINTED:
                for problem in audit.problems:
                    self.stdout.write(self.style.ERROR(f"{audit.name}: {problem}"))
        if wrong:
            raise CommandError(
                f"The grades of {wrong} of {count} attempts and submissions are wrong."
            )
        text = f"The grades of all {count} attempts and submissions are right."
        self.stdout.write(self.style.SUCCESS(text))
