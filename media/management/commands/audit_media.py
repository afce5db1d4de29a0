from argparse import ArgumentParser
from itertools import islice

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from media.exceptions import MediaUnavailable
from media.services import audit, deletions


class Command(BaseCommand):
    help = "List files at Cloudinary that no row knows, and rows whose file is missing there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete the unknown files")
        parser.add_argument("--limit", type=int, default=100, help="delete this many at most")

    def handle(self, *, delete: bool, limit: int, **options: object) -> None:
        try:
            unknown = list(islice(audit.orphans(), limit if delete else None))
            missing = list(audit.missing())
        except MediaUnavailable:
            raise CommandError("Cloudinary does not answer; nothing was changed.") from None
        for file in unknown:
            self.stdout.write(f"unknown {'/'.join(file)}")
        for file in missing:
            self.stdout.write(f"missing {'/'.join(file)}")
        if delete:
            deletions.discard(*unknown)
        done = "deleted" if delete else "found, none deleted (--delete does)"
        self.stdout.write(
            f"{len(unknown)} unknown files under {settings.CLOUDINARY_PREFIX}/ {done}; {len(missing)} missing."
        )
