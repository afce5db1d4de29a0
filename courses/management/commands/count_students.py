from django.core.management.base import BaseCommand

from courses.services import students


class Command(BaseCommand):
    help = "Add the latest students to the numbers by which the catalogue is ordered. Run it every ten minutes."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{students.sum_up()} changes added.")
