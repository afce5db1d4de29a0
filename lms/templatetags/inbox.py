"""The inbox on the staff's first page."""

from typing import Any

from django import template

from lms import inbox

register = template.Library()


@register.inclusion_tag("lms/staff/inbox.html", takes_context=True)
def show_inbox(context: dict[str, Any]) -> dict[str, Any]:
    """Show what waits for the user, of the lists that they may see."""
    waiting = list(inbox.list_waiting(context["request"].user))
    return {"waiting": waiting, "max": inbox.MAX_COUNTED}
