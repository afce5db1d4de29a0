"""The query parameters of the catalogue and of an instructor's own list."""

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty
from rest_framework.request import Request

from courses.models import Course
from courses.queries.catalogue import ORDERINGS
from lms.currencies import MAX_AMOUNT
from lms.drf import ObjectIdField
from lms.exceptions import ErrorCode, get_limit


class Parameter:
    """A query parameter with the checks, the messages and the OpenAPI schema of a serializer's field."""

    def __init__(self, field_class: type[serializers.Field], **kwargs: Any) -> None:
        self.field = field_class(required=False, **kwargs)

    def read(self, text: str) -> Any:
        """Return the value of a text, or None if it is blank; raise `ValidationError` (400) for a bad one."""
        if not text.strip():
            return None
        try:
            return self.field.run_validation(text)
        except ValidationError as error:
            raise ValidationError([self._with_limit(detail) for detail in error.detail]) from None

    def _with_limit(self, detail: Any) -> ErrorDetail:
        return ErrorDetail(detail, ErrorCode(detail.code, get_limit(self.field, detail.code)))


class ParameterSet:
    """Query parameters that are checked here and applied by a pipeline of `queries`.

    A request makes no form and no serializer: either would copy every field, and cost more than the rest of a hot read.
    """

    parameters: ClassVar[dict[str, Parameter]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {name: each for name, each in vars(cls).items() if isinstance(each, Parameter)}
        cls.parameters = cls.parameters | own

    @classmethod
    def read(cls, request: Request) -> Any:
        """Return the values of the parameters that have one, by name; raise `ValidationError` (400) for bad values."""
        given = request.query_params
        values, errors = {}, {}
        for name, parameter in cls.parameters.items():
            if name not in given:
                continue
            try:
                values[name] = parameter.read(given[name])
            except ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise ValidationError(errors)
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def documented(cls) -> serializers.Serializer:
        """Return the parameters as `extend_schema(parameters=...)` takes them."""
        fields = {name: each.field for name, each in cls.parameters.items()}
        return inline_serializer(cls.__name__, fields)


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


class CatalogueFilter(CourseFilter):
    ordering = Parameter(
        serializers.ChoiceField,
        choices=list(ORDERINGS),
        help_text="`-published_at` unless `search` is given: then the best match comes first.",
    )


class OwnCourseFilter(ParameterSet):
    status = Parameter(
        serializers.ChoiceField,
        choices=Course.Status.choices,
        help_text="Courses in this state alone.",
    )
