"""Command `submit_attempts`: submit the attempts whose time is over."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.services.attempts import submit_overdue


class Command(BaseCommand):
    help = "Submit the open attempts whose time is over, the oldest first."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Submitted {submit_overdue()} attempts.")
