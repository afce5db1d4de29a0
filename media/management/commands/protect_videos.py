from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from lms.exceptions import MediaUnavailable
from media.services.protection import list_unprotected, protect_all


class Command(BaseCommand):
    help = (
        "Protect the videos of manage.py import_mern, which everybody with their old address can read at Cloudinary: "
        "rename their files. Afterwards the other server plays them no more. May be repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="rename; without it, only list")

    def handle(self, *, apply: bool, **options: object) -> None:
        if not apply:
            videos = 0
            for asset in list_unprotected():
                self.stdout.write(f"unprotected {asset.pk} {asset.public_id}")
                videos += 1
            self.stdout.write(f"{videos} videos are unprotected. Add --apply to protect them.")
            return
        done, missing = 0, 0
        try:
            for each in tqdm(protect_all(), unit=" videos", disable=None, leave=False):
                done, missing = done + each.done, missing + (not each.done)
                if not each.done:
                    self.stdout.write(f"missing {each.asset.pk} {each.asset.public_id}")
        except MediaUnavailable:
            raise CommandError(
                f"Cloudinary is unavailable, or refuses more requests this hour. {done} videos are protected; run this "
                "command again."
            ) from None
        self.stdout.write(f"{done} videos protected, {missing} missing at Cloudinary.")
