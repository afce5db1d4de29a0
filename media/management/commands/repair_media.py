from django.core.management.base import BaseCommand, CommandError

from lms.exceptions import MediaUnavailable
from media.services import repair


class Command(BaseCommand):
    help = "Update unfinished files from Cloudinary, and retry deletions there. Run it every 10 minutes."

    def handle(self, **options: object) -> None:
        try:
            repairs = repair.repair()
        except MediaUnavailable:
            raise CommandError("Cloudinary is unavailable. Run this command again later.") from None
        self.stdout.write(
            f"{repairs.assets} files updated; {repairs.deleted} deleted at Cloudinary, {repairs.left} still to delete."
        )
