"""The staff's page of courses: correct, approve, take from sale."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, override

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.admin.outline import LectureInline, SectionInline
from courses.admin.preview import ShowsCourses
from courses.exceptions import HasStudents, NotPublishable
from courses.models import Course, Lecture
from courses.services import authoring, decisions, lectures, sections
from lms import currencies
from lms.admin import ModelAdmin, any_of, asks_reason, by_beginning, by_id, by_person
from lms.exceptions import ReferenceGone
from lms.forms import MoneyField, MoneyForm
from media.delivery import sized_url


class CourseForm(MoneyForm, forms.ModelForm):
    price_amount = MoneyField(label=_("Price"), min_value=0)
    currency = forms.ChoiceField(choices=[(code, code.upper()) for code in settings.CURRENCIES])

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if {"price_amount", "currency"} <= data.keys():
            amount, currency = data["price_amount"], data["currency"]
            if not currencies.is_chargeable(amount, currency):
                raise ValidationError({"price_amount": currencies.describe_price(currency)})
        return data


def by_slug(term: str) -> Q | None:
    """Find a course by its whole slug."""
    course = Course.objects.filter(slug=term).only("pk").first()
    return Q(pk=course.pk) if course else None


@admin.register(Course)
class CourseAdmin(ShowsCourses, ModelAdmin):
    form = CourseForm
    list_display = (
        "picture",
        "title",
        "status",
        "instructor_email",
        "students",
        "rating",
        "price",
        "lecture_count",
        "published_at",
    )
    list_display_links = ("title",)
    list_prefetch_related = ("instructor", "student_changes")
    list_filter = ("status", "category")
    search_fields = ("pk",)  # an autocomplete field asks for it
    search_by = (
        by_id("pk", "instructor"),
        by_slug,
        any_of(by_beginning(Course, "title_key"), by_person("instructor")),
    )
    search_help_text = _(
        "The beginning of the title, the whole slug, the beginning of the instructor's e-mail address or name, or an id."
    )
    ordering = ("-created_at", "-id")
    amounts: ClassVar = {"price": "price_amount"}
    actions = ("approve", "unpublish", "archive")
    inlines = (SectionInline, LectureInline)
    fieldsets = (
        (None, {"fields": ("picture", "title", "subtitle", "description", "category")}),
        (_("For whom"), {"fields": ("level", "language", "completion", "pacing")}),
        (_("Price"), {"fields": ("price_amount", "currency")}),
        (
            _("As it stands"),
            {
                "fields": (
                    "slug",
                    "instructor_email",
                    "status",
                    "published_at",
                    "lecture_count",
                    "students",
                    "rating",
                )
            },
        ),
    )
    readonly_fields = (
        "picture",
        "slug",
        "instructor_email",
        "status",
        "published_at",
        "lecture_count",
        "students",
        "rating",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="")
    def picture(self, course: Course) -> str:
        if not course.thumbnail:
            return ""
        url = sized_url(str(course.thumbnail), width=192, height=108)
        return format_html('<img src="{}" width="96" alt="">', url)

    @admin.display(description=_("instructor"))
    def instructor_email(self, course: Course) -> str:
        return course.instructor.email

    @admin.display(description=_("students"), ordering="enrolled_count")
    def students(self, course: Course) -> int:
        return course.student_count

    @admin.display(description=_("price"), ordering="price_amount")
    def price(self, course: Course) -> str:
        return currencies.display(course.price_amount, course.currency)

    @admin.display(description=_("rating"), ordering="rating_average")
    def rating(self, course: Course) -> str:
        if not course.rating_count:
            return gettext("none")
        return gettext("{average:.2f} of {count}").format(
            average=course.rating_average / 1000, count=course.rating_count
        )

    @override
    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            authoring.change(obj, **changes)
        except ReferenceGone:
            self.message_user(request, _("The category was just deleted."), messages.ERROR)

    @override
    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        save = lectures.change_lecture if formset.model is Lecture else sections.change_section
        for row, names in formset.changed_objects:
            save(row, **{name: getattr(row, name) for name in names})

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Course]) -> None:
        for course in queryset:
            try:
                self.perform(request, course, "delete", partial(authoring.delete, course))
            except HasStudents as error:
                self.message_user(request, f"{course}: {error.detail}", messages.ERROR)

    @admin.action(description=_("Approve: publish"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        for course in queryset:
            try:
                self.perform(request, course, "publish", partial(decisions.publish, course))
            except NotPublishable as error:
                missing = " ".join(error.missing.values())
                self.message_user(request, f"{course}: {missing}", messages.ERROR)
            else:
                self.message_user(request, _("{course}: published.").format(course=course))

    @admin.action(description=_("Unpublish: make it a draft"), permissions=["change"])
    @asks_reason()
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Course], reason: str) -> None:
        unpublish = partial(decisions.unpublish, reason=reason)
        done = self.perform_all(request, queryset, "unpublish", unpublish, reason=reason)
        self.message_user(request, _("{count} made a draft.").format(count=done))

    @admin.action(description=_("Archive: take it from sale"), permissions=["change"])
    @asks_reason()
    def archive(self, request: HttpRequest, queryset: QuerySet[Course], reason: str) -> None:
        archive = partial(decisions.archive, reason=reason)
        done = self.perform_all(request, queryset, "archive", archive, reason=reason)
        self.message_user(request, _("{count} archived.").format(count=done))
