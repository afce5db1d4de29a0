from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lms.error_codes import render_tables

PAGE = Path(settings.BASE_DIR) / "docs" / "errors.md"
MARK = "<!-- What follows is written by `manage.py error_catalogue`. -->\n"


def render_page() -> str:
    """Return the page as it should be: what people wrote above the mark, and the tables below it."""
    return PAGE.read_text().partition(MARK)[0] + MARK + "\n" + render_tables()


class Command(BaseCommand):
    help = "Write the tables of docs/errors.md from the code."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(render_page())
