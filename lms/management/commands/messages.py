"""Write the catalogues of translations anew, after a sentence was added, changed or translated."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms import messages


class Command(BaseCommand):
    help = "Bring the catalogues up to date with what is marked, and list what is not translated."

    def handle(self, *args: Any, **options: Any) -> None:
        missing = 0
        for locale, name in settings.LANGUAGES:
            if locale == settings.LANGUAGE_CODE:
                continue
            catalogue = messages.update(locale)
            messages.write(catalogue)
            untranslated = [
                each for each in catalogue if each.id and not messages.is_translated(each)
            ]
            missing += len(untranslated)
            self.stdout.write(
                f"{name}: {len(catalogue)} sentences, {len(untranslated)} not translated"
            )
            for each in untranslated:
                self.stdout.write(f"  {each.id}")
        if missing:
            raise CommandError(
                "Translate these in lms/locale/*/LC_MESSAGES/django.po and run this again."
            )
