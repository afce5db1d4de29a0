from typing import Any

from django.core.management.base import BaseCommand

from courses.services.indexing import index_all


class Command(BaseCommand):
    help = "Write the terms by which courses are found. It may be ended and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Indexed {sum(index_all())} courses.")
