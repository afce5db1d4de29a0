"""The query parameters of the catalogue and of an instructor's own list."""

from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django_filters.filters import Filter
from django_filters.rest_framework import FilterSet
from django_filters.utils import translate_validation
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

from courses.models import Course
from courses.queries.catalogue import ORDERINGS
from lms.currencies import MAX_AMOUNT
from lms.drf import ObjectIdField
from lms.exceptions import ErrorCode, get_limit


class ParameterField(forms.Field):
    """A form field whose value is checked by a field of a serializer."""

    def __init__(self, *, checked_by: serializers.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.checked_by = checked_by

    def clean(self, value: str | None) -> Any:
        """Return the value, or None for a parameter that is missing or blank."""
        if value is None or not value.strip():
            return None
        try:
            return self.checked_by.run_validation(value)
        except serializers.ValidationError as error:
            # As a parameter: a message that quotes the value may contain a percent sign, which Django would interpret.
            raise ValidationError(
                [
                    ValidationError("%(text)s", self._code(detail), {"text": detail})
                    for detail in error.detail
                ]
            ) from None

    def _code(self, detail: Any) -> ErrorCode:
        """Return the code of an error with its params, which Django's form keeps."""
        return ErrorCode(detail.code, get_limit(self.checked_by, detail.code))


class Parameter(Filter):  # type: ignore[misc]  # django-filter has no types
    """A query parameter with the checks, the messages and the OpenAPI schema of a serializer's field."""

    field_class = ParameterField

    def __init__(self, field_class: type[serializers.Field], **kwargs: Any) -> None:
        super().__init__(label="", checked_by=field_class(required=False, **kwargs))


class ParameterSet(FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Query parameters that are checked here and applied by a pipeline of `queries`."""

    @classmethod
    def read(cls, request: Request) -> Any:
        """Return the values of the parameters that have one, by name; raise `ValidationError` (400) for bad values."""
        if not request.query_params:
            return {}
        form = cls._form_class()(request.query_params)
        if not form.is_valid():
            raise translate_validation(form.errors)
        return {name: value for name, value in form.cleaned_data.items() if value is not None}

    @classmethod
    def documented(cls) -> serializers.Serializer:
        """Return the parameters as `extend_schema(parameters=...)` takes them."""
        fields = {name: each.extra["checked_by"] for name, each in cls.base_filters.items()}
        return inline_serializer(cls.__name__, fields)

    @classmethod
    @cache
    def _form_class(cls) -> type[forms.Form]:
        """Return the form of the parameters: made once, because every new filter set would copy its filters."""
        form_class: type[forms.Form] = cls().get_form_class()
        return form_class


class ListField(serializers.CharField):
    """Values with commas between them."""

    def run_validation(self, data: Any = empty) -> list[str] | None:
        """Return the different values, or None if there are only commas; the length of the whole text is limited."""
        parts = (part.strip() for part in super().run_validation(data).split(","))
        return list(dict.fromkeys(part for part in parts if part)) or None


class CourseFilter(ParameterSet):
    """The filters of the published courses: `courses.queries.catalogue.Query` without an ordering."""

    search = Parameter(
        serializers.CharField,
        help_text="Words of the title, subtitle, tags, instructor and description, all of which a course must have; if none "
        "has, those with the most of them. The last word may be the beginning of one. Case, accents and width do not matter.",
    )
    category = Parameter(
        ListField,
        max_length=1000,
        help_text="Slugs of categories, with commas between them: a course is in one of them.",
    )
    tag = Parameter(
        ListField,
        max_length=400,
        help_text="Tags, with commas between them: a course has all of them. Case and accents do not matter.",
    )
    level = Parameter(
        serializers.ChoiceField, choices=Course.Level.choices, help_text="For whom the course is."
    )
    language = Parameter(
        serializers.CharField, max_length=10, help_text="A language tag by BCP 47: `en`, `pt-BR`."
    )
    instructor = Parameter(ObjectIdField, help_text="The id of an instructor.")
    currency = Parameter(
        serializers.ChoiceField,
        choices=settings.CURRENCIES,
        help_text="A lower-case ISO 4217 code: prices in this currency, and free courses.",
    )
    price_min = Parameter(
        serializers.IntegerField,
        min_value=0,
        max_value=MAX_AMOUNT,
        help_text="In minor units: `1000` is 10.00 USD.",
    )
    price_max = Parameter(
        serializers.IntegerField,
        min_value=0,
        max_value=MAX_AMOUNT,
        help_text="In minor units: `5000` is 50.00 USD.",
    )
    free = Parameter(
        serializers.BooleanField, help_text="`true`: free courses alone; `false`: the others."
    )
    rating_min = Parameter(
        serializers.DecimalField,
        max_digits=3,
        decimal_places=2,
        min_value=0,
        max_value=5,
        coerce_to_string=False,  # a number in the document, with its limits
        help_text="The lowest average, from 0 to 5: `4.5`.",
    )

    class Meta:
        model = Course
        fields = ()


class CatalogueFilter(CourseFilter):
    ordering = Parameter(
        serializers.ChoiceField,
        choices=list(ORDERINGS),
        help_text="`-published_at` unless `search` is given: then the best match comes first.",
    )

    class Meta(CourseFilter.Meta):
        pass


class OwnCourseFilter(ParameterSet):
    status = Parameter(
        serializers.ChoiceField,
        choices=Course.Status.choices,
        help_text="Courses in this state alone.",
    )

    class Meta:
        model = Course
        fields = ()
