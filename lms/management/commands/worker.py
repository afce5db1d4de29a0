import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms import heartbeat
from lms.tasks.worker import Worker, run_next


class Command(BaseCommand):
    help = "Run the tasks of the queue until SIGTERM, which lets the running task end."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--burst", action="store_true", help="end when no task is due")
        parser.add_argument(
            "--alive",
            action="store_true",
            help="exit with 0 if the worker of this machine has worked within the last minute, else with 1",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["alive"]:
            if not heartbeat.is_alive("worker"):
                raise CommandError("The worker has done nothing for a minute.")
            return
        if options["burst"]:
            while run_next():
                pass
            return
        worker = Worker()
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        self.stdout.write("The worker runs tasks.")
        worker.run()
