"""Fields of forms: amounts as people write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from lms import currencies


class MoneyField(forms.DecimalField):
    """An amount that people write in whole units and the program counts in minor units: 64 dollars are 6400.

    The currency is fixed, or the one that is chosen in another field of a `MoneyForm`: `currency_field`.
    """

    def __init__(
        self, *, currency: str = "", currency_field: str = "currency", **options: Any
    ) -> None:
        options.setdefault("widget", UnfoldAdminTextInputWidget({"inputmode": "decimal"}))
        super().__init__(localize=True, **options)
        self.currency, self.currency_field = currency, currency_field

    def prepare_value(self, value: Any) -> Any:
        """Return minor units as whole units; return what somebody has typed as it is."""
        if not isinstance(value, int):
            return super().prepare_value(value)
        places = currencies.digits(self.currency)
        return super().prepare_value(Decimal(value).scaleb(-places))

    def clean(self, value: Any) -> int | None:  # minor units, not a Decimal
        """Return minor units, None for an empty field; raise ValidationError for what is no amount of the currency."""
        whole: Decimal | None = super().clean(value)
        if whole is None:
            return None
        minor = whole.scaleb(currencies.digits(self.currency))
        if abs(minor) > currencies.maximum(self.currency):
            most = currencies.display(currencies.maximum(self.currency), self.currency)
            raise ValidationError(_("Enter at most {max}.").format(max=most), code="max_value")
        if minor % currencies.step(self.currency):
            step = currencies.display(currencies.step(self.currency), self.currency)
            raise ValidationError(_("Enter a multiple of {step}.").format(step=step), code="step")
        return int(minor)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class MoneyForm(forms.BaseForm):
    """A mixin for forms: the amounts are of the currency that the form chooses, or else of its row's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MoneyField) and not field.currency:
                field.currency = self._chosen_currency(field.currency_field)

    def _chosen_currency(self, name: str) -> str:
        chosen = self.data.get(self.add_prefix(name)) if self.is_bound else ""
        stored = self.initial.get(name) or getattr(getattr(self, "instance", None), name, "")
        for code in (str(chosen or "").lower(), stored):
            if code in currencies.KNOWN:
                return code
        return "usd"
