"""Courses and reviews for staff: look, correct, approve, take down."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.models import User
from courses.exceptions import HasStudents, NotPublishable
from courses.models import Category, Course, Lecture, Review, Section
from courses.services import authoring, outline, reviews
from lms import currencies
from lms.admin import ModelAdmin, SearchRule, by_email
from media.delivery import sized_url

MAX_FOUND = 200
"""How many people, and how many courses, a search compares."""


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


class Inline(admin.TabularInline):
    """What is there already, to be corrected; instructors add and remove."""

    extra = 0
    can_delete = False
    ordering: ClassVar[tuple[str, ...]] = ("position", "id")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SectionInline(Inline):
    model = Section
    fields = ("title", "position")
    readonly_fields = ("position",)


class LectureInline(Inline):
    model = Lecture
    fields = (
        "title",
        "section_title",
        "position",
        "kind",
        "duration_seconds",
        "is_preview",
        "is_published",
    )
    readonly_fields = ("section_title", "position", "kind", "duration_seconds")
    ordering = ("section", "position", "id")

    def get_formset(self, request: HttpRequest, obj: Course | None = None, **kwargs: Any) -> Any:
        # All at once: a lecture's own `section` would be fetched for every row.
        self.sections = dict(Section.objects.filter(course=obj).values_list("pk", "title"))
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description="section")
    def section_title(self, lecture: Lecture) -> str:
        return self.sections[lecture.section_id]


class CourseForm(forms.ModelForm):
    currency = forms.ChoiceField(choices=[(code, code.upper()) for code in settings.CURRENCIES])

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if {"price_amount", "currency"} <= data.keys():
            amount, currency = data["price_amount"], data["currency"]
            if not currencies.is_chargeable(amount, currency):
                least = currencies.display(currencies.minimum(currency), currency)
                raise ValidationError({"price_amount": f"Must be 0, or {least} or more."})
        return data


@admin.register(Course)
class CourseAdmin(ModelAdmin):
    form = CourseForm
    list_display = (
        "picture",
        "title",
        "status",
        "instructor_email",
        "enrolled_count",
        "rating",
        "price",
        "lecture_count",
        "published_at",
    )
    list_display_links = ("title",)
    list_prefetch_related = ("instructor",)
    list_filter = ("status", "level", "category")
    search_by = (by_email("instructor"),)
    search_fields = ("title", "slug")
    search_help_text = "Part of the title, or the instructor's whole e-mail address."
    ordering = ("-created_at", "-id")
    actions = ("approve", "unpublish", "archive")
    inlines = (SectionInline, LectureInline)
    fieldsets = (
        (None, {"fields": ("picture", "title", "subtitle", "description", "category")}),
        ("For whom", {"fields": ("level", "language", "completion")}),
        ("Price", {"fields": ("price_amount", "currency")}),
        (
            "As it stands",
            {
                "fields": (
                    "slug",
                    "instructor_email",
                    "status",
                    "published_at",
                    "lecture_count",
                    "enrolled_count",
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
        "enrolled_count",
        "rating",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="")
    def picture(self, course: Course) -> str:
        if not course.thumbnail:
            return ""
        return format_html(
            '<img src="{}" width="96" alt="">', sized_url(str(course.thumbnail), 192, 108)
        )

    @admin.display(description="instructor")
    def instructor_email(self, course: Course) -> str:
        return course.instructor.email

    @admin.display(ordering="price_amount")
    def price(self, course: Course) -> str:
        return currencies.display(course.price_amount, course.currency)

    @admin.display(ordering="rating_average")
    def rating(self, course: Course) -> str:
        if not course.rating_count:
            return "none"
        return f"{course.rating_average / 1000:.2f} of {course.rating_count}"

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        authoring.change(obj, **{name: form.cleaned_data[name] for name in form.changed_data})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        save = outline.change_lecture if formset.model is Lecture else outline.change_section
        for row, names in formset.changed_objects:
            save(row, **{name: getattr(row, name) for name in names})

    def delete_model(self, request: HttpRequest, obj: Course) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Course]) -> None:
        for course in queryset:
            try:
                authoring.delete(course)
            except HasStudents as error:
                self.message_user(request, f"{course}: {error.detail}", messages.ERROR)

    @admin.action(description="Approve: publish", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        for course in queryset:
            try:
                authoring.publish(course, by_staff=True)
            except NotPublishable as error:
                told = " ".join(error.missing.values())
                self.message_user(request, f"{course}: {told}", messages.ERROR)
            else:
                self.message_user(request, f"{course}: published.")

    @admin.action(description="Unpublish: make it a draft", permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        self._each(request, queryset, authoring.unpublish, "a draft")

    @admin.action(description="Archive: take it from sale", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        self._each(request, queryset, authoring.archive, "archived")

    def _each(
        self, request: HttpRequest, courses: QuerySet[Course], act: Callable, became: str
    ) -> None:
        for course in courses:
            act(course)
        self.message_user(request, f"{len(courses)} made {became}.")


@admin.register(Review)
class ReviewAdmin(ModelAdmin):
    list_display = (
        "course_title",
        "author",
        "rating",
        "comment",
        "reported_at",
        "report_reason",
        "hidden_at",
    )
    list_display_links = None
    list_prefetch_related = ("course", "user")
    readonly_fields = (
        "course",
        "user",
        "rating",
        "comment",
        "reported_at",
        "report_reason",
        "hidden_at",
    )
    list_filter = (
        ("reported_at", admin.EmptyFieldListFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
        "rating",
    )
    ordering = ("-reported_at", "-id")
    actions = ("hide", "unhide", "dismiss")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="course")
    def course_title(self, review: Review) -> str:
        return review.course.title

    @admin.display
    def author(self, review: Review) -> str:
        return review.user.name

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        reviews.discard(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        for review in queryset:
            reviews.discard(review)

    @admin.action(
        description="Hide: take it from sight and out of the rating", permissions=["change"]
    )
    def hide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        hidden = sum(reviews.hide(review) for review in queryset)
        self.message_user(request, f"{hidden} hidden.")

    @admin.action(description="Show again", permissions=["change"])
    def unhide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        shown = sum(reviews.unhide(review) for review in queryset)
        self.message_user(request, f"{shown} shown again.")

    @admin.action(description="Dismiss the report", permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self.message_user(request, f"{reviews.dismiss(queryset)} reports dismissed.")


def by_person_or_course(term: str) -> Q:
    """Find rows by a part of the person's e-mail address or of the course's title."""
    people = User.objects.filter(email__icontains=term).values_list("pk", flat=True)
    courses = Course.objects.filter(title__icontains=term).values_list("pk", flat=True)
    return Q(user__in=list(people[:MAX_FOUND])) | Q(course__in=list(courses[:MAX_FOUND]))


class OfPersonAndCourse(ModelAdmin):
    """Rows of a person and a course, found by either, which no one deletes."""

    search_by: tuple[SearchRule, ...] = (by_person_or_course,)
    search_help_text = "Part of the person's e-mail address or of the course's title."
    ordering = ("-id",)
    list_prefetch_related = ("user", "course")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="person")
    def person(self, row: Any) -> str:
        return str(row.user)
