"""The staff's pages of enrollments and of the audit trail: who has access and why, to give it and to end it."""

from typing import Any, cast, override

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.admin import OfPersonAndCourse
from courses.models import Course
from learning.admin.why import WhyPage
from learning.models import AccessChange, Enrollment, Grant, Source
from learning.queries.enrollments import percentages
from learning.services.enrollment import enroll, restore, revoke
from lms.admin import ReadOnly
from lms.admin.tables import render_table

MAX_CHANGES = 50
"""How many lines of the audit trail an enrollment shows."""

DATES = ("enrolled_at", "last_activity_at", "completed_at")


class GiveForm(forms.ModelForm):
    """Give a person a course, for a reason."""

    email = forms.EmailField(label=_("The person's e-mail address"))
    reason = forms.CharField(label=_("Reason"), max_length=200)
    person: User

    class Meta:
        model = Enrollment
        fields = ("course",)

    def clean_email(self) -> str:
        person = User.objects.find_by_email(self.cleaned_data["email"])
        if person is None or not person.is_active:
            raise ValidationError(_("There is no active account with this e-mail address."))
        self.person = person
        return person.email


class ChangeForm(forms.ModelForm):
    """Give access to a student, end grants, or restore those that staff ended, for a reason."""

    give = forms.BooleanField(required=False, label=_("Give access without a purchase"))
    end = forms.MultipleChoiceField(
        required=False, label=_("End these grants"), widget=forms.CheckboxSelectMultiple
    )
    restore = forms.MultipleChoiceField(
        required=False,
        label=_("Restore these grants that staff ended"),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grants = {f"{each.source} {each.order}": each for each in self.instance.grants}
        for name, is_ended in (("end", False), ("restore", True)):
            cast(forms.MultipleChoiceField, self.fields[name]).choices = [
                (key, str(grant))
                for key, grant in self.grants.items()
                if bool(grant.ended_by_staff) == is_ended
            ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        decides = any(data.get(name) for name in ("give", "end", "restore"))
        if decides and not data.get("reason"):
            raise ValidationError({"reason": _("Enter a reason. It is kept in the audit trail.")})
        if (
            data.get("give")
            and not User.objects.filter(pk=self.instance.user_id, is_active=True).exists()
        ):
            raise ValidationError({"give": _("This account is disabled or erased.")})
        return data


@admin.register(Enrollment)
class EnrollmentAdmin(WhyPage):
    list_display = ("person", "course", "status", "progress", "enrolled_at", "last_activity_at")
    ordering = ("-enrolled_at", "-id")
    autocomplete_fields = ("course",)

    @override
    def get_form(
        self,
        request: HttpRequest,
        obj: Enrollment | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm]:
        kwargs["form"] = ChangeForm if obj else GiveForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Enrollment | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("email", "course", "reason")}),)
        return (
            (None, {"fields": ("person", "course", "status", "progress")}),
            (_("When"), {"fields": DATES}),
            (_("Access"), {"fields": ("grants_held", "give", "end", "restore", "reason")}),
            (_("What was changed"), {"fields": ("audit_trail",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Enrollment | None = None) -> Any:
        if obj is None:
            return ()
        return ("person", "course", "status", "progress", *DATES, "grants_held", "audit_trail")

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read the percentages of all rows at once."""
        by_id = percentages([row.pk for row in rows])
        for row in rows:
            row.percentage = by_id[row.pk]

    @override
    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        data = form.cleaned_data
        person = obj.user_id if change else form.person.pk
        note = {"reason": data["reason"], "by": request.user.pk}
        if not change or data["give"]:
            try:
                enroll(person, obj.course_id, source=Source.STAFF, **note)
            except (User.DoesNotExist, Course.DoesNotExist):
                raise Http404(_("The person or the course was just deleted.")) from None
        for name, decide in (("end", revoke), ("restore", restore)) if change else ():
            for key in data[name]:
                grant = form.grants[key]
                decide(person, obj.course_id, order=grant.order, source=grant.source, **note)
        obj.pk = Enrollment.objects.get(user=person, course=obj.course_id).pk
        obj.refresh_from_db()

    @admin.display(description=_("progress"))
    def progress(self, row: Any) -> str:
        if not hasattr(row, "percentage"):
            row.percentage = percentages([row.pk])[row.pk]
        return f"{row.percentage} %"

    @admin.display(description=_("grants"))
    def grants_held(self, row: Enrollment) -> str:
        rows = (
            (
                grant.source,
                grant.order,
                grant.since,
                _render_state(grant),
                grant.reason,
            )
            for grant in row.grants
        )
        return render_table((_("source"), _("order"), _("since"), _("state"), _("reason")), rows)

    @admin.display(description=_("audit trail"))
    def audit_trail(self, row: Enrollment) -> str:
        changes = AccessChange.objects.filter(user=row.user_id, course=row.course_id)
        latest = list(changes.order_by("-created_at")[:MAX_CHANGES])
        staff = User.objects.in_bulk({each.by for each in latest if each.by})
        rows = (
            (
                each.created_at,
                each.action,
                each.source,
                each.order,
                each.reason,
                staff.get(each.by),
            )
            for each in latest
        )
        return render_table(
            (_("when"), _("what"), _("source"), _("order"), _("reason"), _("by")), rows
        )


@admin.register(AccessChange)
class AccessChangeAdmin(ReadOnly, OfPersonAndCourse):
    """The audit trail, which nobody changes."""

    list_display = ("created_at", "person", "course", "action", "source", "order", "reason")
    list_display_links = None


def _render_state(grant: Grant) -> str:
    if grant.ended_by_staff:
        return gettext("ended by staff")
    return gettext("active") if grant.active else gettext("ended by its order")
