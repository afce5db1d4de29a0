from django.core.management.base import BaseCommand, CommandError

from media.exceptions import MediaUnavailable
from media.services import repair


class Command(BaseCommand):
    help = "Ask Cloudinary about files that wait for word of it, and delete again what it still keeps. Run it every 10 minutes."

    def handle(self, **options: object) -> None:
        try:
            done = repair.repair()
        except MediaUnavailable:
            raise CommandError("Cloudinary does not answer; run this again later.") from None
        self.stdout.write(
            f"{done.assets} files moved on; {done.deleted} deleted at Cloudinary, {done.owed} to be deleted yet."
        )
