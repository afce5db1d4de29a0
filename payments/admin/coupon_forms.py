"""The forms of coupons. The API's serializer checks them, so that staff are refused what instructors are."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from accounts.models import User
from courses.keys import parse_key
from courses.models import Course
from lms.forms import MoneyField, MoneyForm
from payments.models import Coupon
from payments.serializers import CouponSerializer

LIMITS = ("starts_at", "ends_at", "max_redemptions", "max_per_person")


class CheckedForm(forms.ModelForm):
    """A form whose values `serializer` checks; its errors stand at the fields of the form."""

    serializer: CouponSerializer
    names: dict[str, str] = {}
    """The form's field for each one of the serializer that is called otherwise."""

    def check(self, serializer: CouponSerializer) -> None:
        self.serializer = serializer
        if not serializer.is_valid():
            for name, problems in serializer.errors.items():
                field = self.names.get(name, name)
                self.add_error(field if field in self.fields else None, _list_texts(problems))

    def save_coupon(self) -> Coupon:
        """Save what was checked by the services of the API."""
        return self.serializer.save()


class MakeForm(MoneyForm, CheckedForm):
    """A new coupon, of an instructor or of the house."""

    names = {"courses": "course_keys"}

    percent = forms.IntegerField(
        label=_("Percent off"),
        min_value=1,
        max_value=100,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    amount = MoneyField(label=_("or amount off"), required=False)
    currency = forms.ChoiceField(
        choices=[(code, code.upper()) for code in settings.CURRENCIES],
        label=_("Currency of the amount"),
        widget=UnfoldAdminSelectWidget,
    )
    course_keys = forms.CharField(
        label=_("Courses"),
        required=False,
        max_length=10_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "Their ids or slugs, one per line. Empty: all courses of the owner or, of the house, all courses."
        ),
    )

    class Meta:
        model = Coupon
        fields = ("code", "owner", "percent", *LIMITS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = False
        self.fields["owner"].label = _("Instructor")
        self.fields["owner"].help_text = _(
            "Empty: a coupon of the house, which pays for it out of its share of the price as far as that goes."
        )

    def clean_owner(self) -> User | None:
        owner: User | None = self.cleaned_data["owner"]
        if owner and not (owner.is_active and owner.role == User.Role.INSTRUCTOR):
            raise ValidationError(_("Choose an instructor whose account is active."))
        return owner

    def clean_course_keys(self) -> list[str]:
        """Return the ids of the courses; raise ValidationError with the key that names none."""
        keys = [key for key in re.split(r"[\s,;]+", self.cleaned_data["course_keys"]) if key]
        found = []
        for key in keys[:101]:  # one more than the serializer takes
            parsed = parse_key(key)
            name = "slug" if isinstance(parsed, str) else "pk"
            course = Course.objects.filter(**{name: parsed}).only("instructor").first()
            if course is None:
                raise ValidationError(_("There is no course %(key)s."), params={"key": key[:80]})
            owner = self.cleaned_data.get("owner")
            if owner and course.instructor_id != owner.pk:
                raise ValidationError(
                    _("The course %(key)s is not taught by this instructor."), params={"key": key}
                )
            found.append(str(course.pk))
        return found

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        data = {name: _sent(self.cleaned_data[name]) for name in ("code", "percent", *LIMITS)}
        amount, currency = self.cleaned_data["amount"], self.cleaned_data["currency"]
        data["amount"] = None if amount is None else {"amount": amount, "currency": currency}
        data["courses"] = self.cleaned_data["course_keys"]
        owner = self.cleaned_data["owner"]
        self.check(CouponSerializer(data=data, context={"owner": owner and owner.pk}))
        return self.cleaned_data

    def save_coupon(self) -> Coupon:
        return self.serializer.save(owner=self.cleaned_data["owner"])


class ChangeForm(CheckedForm):
    """The times and limits of a coupon."""

    class Meta:
        model = Coupon
        fields = LIMITS

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors:
            changed = {name: _sent(self.cleaned_data[name]) for name in self.changed_data}
            self.check(CouponSerializer(self.instance, data=changed, partial=True))
        return self.cleaned_data


def _sent(value: Any) -> Any:
    """Return a value of a form as the API gets it: a time with its zone, in words."""
    return value.isoformat() if isinstance(value, datetime) else value


def _list_texts(problems: Any) -> list[str]:
    """Return the sentences of a field's errors, which may be those of its parts."""
    if isinstance(problems, dict):
        return [text for each in problems.values() for text in _list_texts(each)]
    return [
        text
        for each in problems
        for text in (_list_texts(each) if isinstance(each, (dict, list)) else [str(each)])
    ]
