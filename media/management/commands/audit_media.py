from argparse import ArgumentParser
from itertools import islice

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.exceptions import MediaUnavailable
from media.queries import audit
from media.services import deletions


class Command(BaseCommand):
    help = "List the files at Cloudinary that no row refers to, and the rows whose file is missing there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete the unknown files")
        parser.add_argument("--limit", type=int, default=100, help="delete at most this many")

    def handle(self, *, delete: bool, limit: int, **options: object) -> None:
        try:
            unknown = list(islice(audit.iter_unknown_files(), limit if delete else None))
            missing = list(audit.iter_missing_files())
        except MediaUnavailable:
            raise CommandError("Cloudinary is unavailable; nothing was changed.") from None
        for file in unknown:
            self.stdout.write(f"unknown {'/'.join(file)}")
        for file in missing:
            self.stdout.write(f"missing {'/'.join(file)}")
        if delete:
            deletions.discard(*unknown)
        outcome = "deleted" if delete else "found, none deleted (use --delete)"
        self.stdout.write(
            f"{len(unknown)} unknown files under {settings.CLOUDINARY_PREFIX}/ {outcome}; {len(missing)} missing."
        )
