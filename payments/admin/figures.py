"""The numbers of the charts on the staff's first page, as CSV."""

from typing import cast
from urllib.parse import urlencode

from bson import ObjectId
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lms import audit, spreadsheets
from payments.figures import FiguresForm
from payments.models import LedgerEntry
from payments.permissions import may_see_figures
from payments.queries.figures import SHEETS


def export_view(request: HttpRequest, name: str) -> HttpResponse:
    """Send the numbers of a chart as CSV, and keep that in the audit log. A bad query leads to the page that says why."""
    if not may_see_figures(request.user):
        raise PermissionDenied
    if name not in SHEETS:
        raise Http404
    form = FiguresForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('admin:index')}?{request.GET.urlencode()}")
    period, currency = form.chosen, form.cleaned_data["currency"]
    sheet = SHEETS[name](period, currency)
    days = {"since": period.first, "until": period.last, "currency": currency}
    rows = audit.exported(
        cast(ObjectId, request.user.pk),
        LedgerEntry,
        sheet.rows,
        query=f"figures/{name}?{urlencode(days)}",
    )
    filename = f"{name}-{period.first}-{period.last}.csv"
    return HttpResponse(
        "".join(spreadsheets.render_csv(sheet.columns, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
