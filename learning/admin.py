"""Students for staff: who is enrolled and why, giving and taking access, certificates."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from accounts.models import User
from courses.admin import OfPersonAndCourse
from learning.models import AccessChange, Enrollment, Source
from learning.queries import enrollments
from learning.services.enrollment import enroll, revoke
from lms.admin import ReadOnly


class GiveForm(forms.ModelForm):
    """Give somebody a course, for a reason."""

    email = forms.EmailField(label="The person's e-mail address")
    reason = forms.CharField(max_length=200)

    class Meta:
        model = Enrollment
        fields = ("course",)

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        self.person = User.objects.filter(email=email).first()
        if self.person is None:
            raise ValidationError("Nobody has this address.")
        return email


class ChangeForm(forms.ModelForm):
    """Give or take grants of an enrollment, for a reason."""

    give = forms.BooleanField(required=False, label="Give access, whatever was bought")
    end = forms.MultipleChoiceField(
        required=False, label="End these grants", widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(max_length=200, required=False)

    class Meta:
        model = Enrollment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.active = {
            f"{each.source} {each.order}": each for each in self.instance.grants if each.active
        }
        end = cast(forms.MultipleChoiceField, self.fields["end"])
        end.choices = [(key, str(each)) for key, each in self.active.items()]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if (data.get("give") or data.get("end")) and not data.get("reason"):
            raise ValidationError({"reason": "Say why: it is kept in the audit trail."})
        return data


@admin.register(Enrollment)
class EnrollmentAdmin(OfPersonAndCourse):
    list_display = ("person", "course", "status", "progress", "enrolled_at", "last_activity_at")
    list_filter = ("status",)
    autocomplete_fields = ("course",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = ChangeForm if obj else GiveForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["email", "course", "reason"]})]
        return [
            (None, {"fields": ["person", "course", "status", "progress"]}),
            ("When", {"fields": ["enrolled_at", "last_activity_at", "completed_at"]}),
            ("Access", {"fields": ["grants_held", "give", "end", "reason"]}),
            ("What was changed", {"fields": ["audit_trail"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        dates = ("enrolled_at", "last_activity_at", "completed_at")
        return ("person", "course", "status", "progress", *dates, "grants_held", "audit_trail")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        percentages = enrollments.percentages([row.pk for row in changelist.result_list])
        for row in changelist.result_list:
            row.percentage = percentages[row.pk]
        return changelist

    def save_model(self, request: HttpRequest, obj: Enrollment, form: Any, change: bool) -> None:
        data, who = form.cleaned_data, request.user.pk
        person = obj.user_id if change else form.person.pk
        told = {"reason": data["reason"], "by": who}
        if not change or data["give"]:
            enroll(person, obj.course_id, source=Source.STAFF, **told)
        for key in data["end"] if change else ():
            ended = form.active[key]
            revoke(person, obj.course_id, order=ended.order, source=ended.source, **told)
        obj.pk = Enrollment.objects.get(user=person, course=obj.course_id).pk
        obj.refresh_from_db()

    @admin.display
    def progress(self, row: Any) -> str:
        if not hasattr(row, "percentage"):
            row.percentage = enrollments.percentages([row.pk])[row.pk]
        return f"{row.percentage} %"

    @admin.display(description="grants")
    def grants_held(self, row: Enrollment) -> str:
        return _table(
            ("source", "order", "since", "state", "reason"),
            (
                (
                    each.source,
                    each.order or "",
                    each.since,
                    "active" if each.active else "ended",
                    each.reason,
                )
                for each in row.grants
            ),
        )

    @admin.display
    def audit_trail(self, row: Enrollment) -> str:
        changes = AccessChange.objects.filter(user=row.user_id, course=row.course_id)
        latest = list(changes.order_by("-created_at")[:50])
        staff = User.objects.in_bulk({each.by for each in latest if each.by})
        return _table(
            ("when", "what", "source", "order", "reason", "by"),
            (
                (
                    each.created_at,
                    each.action,
                    each.source,
                    each.order or "",
                    each.reason,
                    staff.get(each.by, ""),
                )
                for each in latest
            ),
        )


@admin.register(AccessChange)
class AccessChangeAdmin(ReadOnly, OfPersonAndCourse):
    """The audit trail: looked at, never changed."""

    list_display = ("created_at", "person", "course", "action", "source", "order", "reason")
    list_display_links = None
    list_filter = ("action", "source")


def _table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = format_html_join("", "<th>{}</th>", ((heading,) for heading in headings))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((_shown(cell),) for cell in row)),) for row in rows),
    )
    return format_html("<table><tr>{}</tr>{}</table>", head, body)


def _shown(cell: Any) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if hasattr(cell, "strftime") else str(cell)
