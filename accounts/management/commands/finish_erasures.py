import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Erasure
from accounts.services.erasure import finish_erasure

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Erase again what is left of people who deleted their account. Run it every hour."

    def handle(self, *args: Any, **options: Any) -> None:
        done, failed = 0, 0
        for erasure in Erasure.objects.all().iterator():
            try:
                finish_erasure(erasure)
                done += 1
            except Exception:  # one failure must not stop the others
                logger.exception("Erasing %s failed again", erasure.user_id)
                failed += 1
        self.stdout.write(f"erased {done}")
        if failed:
            raise CommandError(f"{failed} could not be erased. The log shows why.")
