from django.core.management.base import BaseCommand

from media.services import repair


class Command(BaseCommand):
    help = (
        "Fail uploads that are pending for a day, and delete what came of them. Run it every hour."
    )

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{repair.expire()} uploads expired.")
