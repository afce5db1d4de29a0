import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms import heartbeat
from lms.clock import runs
from lms.clock.process import Clock


class Command(BaseCommand):
    help = "Run all jobs at their times (lms/clock) until SIGTERM."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--alive",
            action="store_true",
            help="exit with 0 if the clock of this machine has worked within the last minute, else with 1",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="print how each job stands; exit with 1 if one is late or its last run failed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["alive"]:
            if not heartbeat.is_alive("clock"):
                raise CommandError("The clock has done nothing for a minute.")
        elif options["check"]:
            self.check_jobs()
        else:
            clock = Clock()
            signal.signal(signal.SIGTERM, clock.stop)
            signal.signal(signal.SIGINT, clock.stop)
            self.stdout.write("The clock runs the jobs.")
            clock.run()

    def check_jobs(self) -> None:
        states = runs.states()
        for state in states:
            last = state.last
            begun = f"{last.due_at:%Y-%m-%d %H:%M}, {last.outcome}" if last else "never ran"
            self.stdout.write(f"{state.job.name}: {begun}{', LATE' if state.is_late else ''}")
        bad = [state.job.name for state in states if state.is_late or state.has_failed]
        if bad:
            raise CommandError(f"Late or failed: {', '.join(bad)}.")
