from django.core.management.base import BaseCommand

from media.services import repair


class Command(BaseCommand):
    help = "Fail the uploads that are unfinished after a day, and delete their files. Run it every hour."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{repair.expire_uploads()} uploads expired.")
