"""Which figures a member of staff asks for: the form that reads the query string."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from lms import currencies
from lms.locales import format_day, format_number
from lms.periods import EARLIEST, MAX_DAYS, PRESETS, USUAL, Period


class DayInput(UnfoldAdminTextInputWidget):
    """A day, typed or chosen in the browser's calendar."""

    input_type = "date"


class FiguresForm(forms.Form):
    """A period and a currency. Two days come before the name of a period; without any, it is the last 30 days."""

    period = forms.ChoiceField(
        required=False, choices=[(name, preset.label) for name, preset in PRESETS.items()]
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput)
    currency = forms.CharField(required=False, max_length=3)

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).lower()
        if currency and currency not in currencies.KNOWN:
            raise forms.ValidationError(_("This currency is unknown."))
        return currency

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        days = [data.get("since"), data.get("until")]
        if any(days) and not self.errors:
            self._check_days(*days)
        return data

    def _check_days(self, since: date | None, until: date | None) -> None:
        today = timezone.localdate()
        if not (since and until):
            raise forms.ValidationError(_("Choose the first day and the last day."))
        if since > until:
            raise forms.ValidationError(_("The first day is after the last day."))
        if since < EARLIEST or until > today:
            raise forms.ValidationError(
                _("Choose days from {first} to {last}.").format(
                    first=format_day(EARLIEST), last=format_day(today)
                )
            )
        if Period(since, until).days > MAX_DAYS:
            raise forms.ValidationError(
                _("Choose at most {days} days.").format(days=format_number(MAX_DAYS))
            )

    @property
    def preset(self) -> str:
        """The name of the period that is shown; "" if two days were asked for."""
        data = self.cleaned_data
        return "" if data["since"] else data["period"] or USUAL

    @property
    def chosen(self) -> Period:
        data = self.cleaned_data
        if data["since"]:
            return Period(data["since"], data["until"])
        return PRESETS[self.preset].of(timezone.localdate())

    @property
    def sentences(self) -> list[str]:
        """What is wrong, each with the name of its field."""
        return [
            f"{self.fields[name].label}: {sentence}"
            if name in {"since", "until"}
            else str(sentence)
            for name, found in self.errors.items()
            for sentence in found
        ]


def query_of(form: FiguresForm, **changes: str) -> str:
    """Return the query string of what a valid form asks for, with changes."""
    if form.preset:
        asked = {"period": form.preset}
    else:
        asked = {"since": str(form.chosen.first), "until": str(form.chosen.last)}
    return urlencode(asked | {"currency": form.cleaned_data["currency"]} | changes)
