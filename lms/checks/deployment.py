"""What `manage.py check --deploy` warns of, beside Django's own warnings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def staff_need_a_second_factor(**_: Any) -> list[CheckMessage]:
    """Warn where a stolen password is enough to refund orders and read everybody's data."""
    if settings.STAFF_SECOND_FACTOR:
        return []
    return [
        Warning(
            "Staff may sign in without a second factor.",
            hint="Set STAFF_SECOND_FACTOR=1. Staff then set one up when they next sign in.",
            id="lms.W002",
        )
    ]
