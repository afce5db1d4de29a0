"""The page that asks why, before an action takes something from a person or touches money."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from lms.admin.widgets import TextArea
from lms.locales import Sentence

MAX_REASON = 500
MAX_SHOWN = 100
"""How many of the chosen rows the page names."""


class ReasonForm(forms.Form):
    """Why something is done; kept in the audit log."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("Kept in the audit log."),
        widget=TextArea(attrs={"rows": 3}),
    )


def asks_reason(warning: Sentence = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let an action of a list run only once its page got a reason, which the action is given as `reason`.

    Put it below `@admin.action`, whose description becomes the title. `warning` says what cannot be undone.
    """

    def decorate(action: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(action)
        def run(page: Any, request: HttpRequest, queryset: QuerySet) -> Any:
            # The list's own form has no field of this name, so its absence means: not asked yet.
            form = ReasonForm(request.POST if "reason" in request.POST else None)
            if form.is_valid():
                return action(page, request, queryset, form.cleaned_data["reason"])
            chosen = list(queryset[: MAX_SHOWN + 1])
            context = {
                **page.admin_site.each_context(request),
                "title": getattr(run, "short_description", ""),
                "opts": page.opts,
                "form": form,
                "rows": chosen[:MAX_SHOWN],
                "has_more": len(chosen) > MAX_SHOWN,
                "warning": warning,
                "fields": [
                    (name, value)
                    for name in request.POST
                    if name not in {"csrfmiddlewaretoken", "reason"}
                    for value in request.POST.getlist(name)
                ],
            }
            return TemplateResponse(request, "lms/staff/reason.html", context)

        return run

    return decorate
