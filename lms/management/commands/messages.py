"""Write the catalogues of translations after a sentence was added, changed or translated."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms import messages


class Command(BaseCommand):
    help = "Bring the catalogues up to date with what is marked, and list what is not translated."

    def handle(self, *args: Any, **options: Any) -> None:
        is_complete = True
        for locale, name in settings.LANGUAGES:
            if locale != settings.LANGUAGE_CODE:
                catalogue = messages.update(locale)
                messages.write(catalogue)
                lacking = messages.list_untranslated(catalogue)
                is_complete = is_complete and not lacking
                self.stdout.write(f"{name}: {len(lacking)} of {len(catalogue)} not translated")
                self.stdout.writelines(f"  {each}" for each in lacking)
        if not is_complete:
            raise CommandError(f"Translate them in {settings.LOCALE_PATHS[0]}, and run this again.")
