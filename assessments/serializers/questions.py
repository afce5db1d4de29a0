"""Questions, as their owners see and write them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.models import Question
from assessments.models.question import MAX_POINTS, Kind, Side
from courses.filters import Parameter, ParameterSet
from courses.markdown import validate_markdown
from lms.drf import ModelSerializer, ObjectIdField
from lms.exceptions import invalid
from lms.validators import validate_line

MIN_OPTIONS, MAX_OPTIONS = 2, 20

KEY = (
    "What is right, by `kind`: `option`; `options` and `scoring` (`all` or `partial`); `accept` and "
    "`case_sensitive`; `value`, `tolerance` and `unit`; `options` in order; `pairs`. Null for an essay."
)
POINTS = "In hundredths of a point: `100` is one point."


class OptionSerializer(serializers.Serializer):
    """An option of a question."""

    id = ObjectIdField(help_text="Stays the same while its text or its place does.")
    text = serializers.CharField(help_text="As it was written: Markdown.")
    text_html = serializers.CharField(help_text="The text as sanitised HTML.")
    side = serializers.ChoiceField(
        choices=Side.choices, required=False, help_text="Of a matching question alone."
    )


@extend_schema_field({"type": "object", "additionalProperties": {}})
class KeyField(serializers.Field):
    """A key as it was sent: `assessments.keys` checks it."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class ShortListField(serializers.ListField):
    """A list whose length is checked before its elements are."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if self.max_length and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class QuestionSerializer(ModelSerializer):
    """A question with its key, as its owner sees it."""

    options = OptionSerializer(many=True, help_text="Empty for a text, a number and an essay.")
    key = KeyField(allow_null=True, help_text=f"{KEY} Options are called by their ids.")
    tags = serializers.ListField(child=serializers.CharField(), help_text="By which it is drawn.")
    used_in = serializers.ListField(
        child=ObjectIdField(), help_text="The lectures whose quizzes name it."
    )

    class Meta:
        model = Question
        fields = (
            "id",
            "revision",
            "kind",
            "prompt",
            "prompt_html",
            "points",
            "options",
            "key",
            "explanation",
            "explanation_html",
            "tags",
            "retired",
            "used_in",
            "created_at",
        )
        read_only_fields = fields
        help_texts = {
            "revision": "Counts the changes of the prompt, the options, the key and the points.",
            "prompt": "As it was written: Markdown.",
            "prompt_html": "The prompt as sanitised HTML.",
            "points": POINTS,
            "explanation": "Markdown; shown with the key.",
            "explanation_html": "The explanation as sanitised HTML.",
            "retired": "Whether it is drawn no more.",
        }


KEEPS_ITS_KIND = _("A question keeps its kind. Make another question, and retire this one.")
NO_OPTIONS = _("A question of this kind has no options. Leave them out.")
TWO_OPTIONS = _("A question of this kind has two options.")
SEVERAL_OPTIONS = _("A question of this kind has 2 to 20 options.")
SAME_TEXT = _("Two options have the same text. Change one of them.")


class QuestionWriteSerializer(ModelSerializer):
    """A question as its owner writes it."""

    options = ShortListField(
        child=serializers.CharField(max_length=1000, validators=[validate_markdown]),
        max_length=MAX_OPTIONS,
        required=False,
        help_text="2 to 20 different texts in Markdown, for kinds that have options. `true_false` has True and False without "
        "them. An option keeps its id with its text, else with its place.",
    )
    key = KeyField(
        required=False,
        allow_null=True,
        help_text=f"{KEY} Options are called by their place in `options`: 0, 1, ...",
    )
    points = serializers.IntegerField(
        min_value=1, max_value=MAX_POINTS, required=False, help_text=POINTS
    )
    tags = ShortListField(
        child=serializers.CharField(max_length=30, validators=[validate_line]),
        max_length=20,
        required=False,
        help_text="By which it is drawn and found.",
    )

    class Meta:
        model = Question
        fields = ("kind", "prompt", "options", "key", "points", "explanation", "tags", "retired")
        help_texts = {
            "kind": "Never changes.",
            "prompt": "Markdown. Of images, only those of our media are shown.",
            "explanation": "Markdown; shown with the key.",
            "retired": "`true`: it is drawn no more, and stays where it is used.",
        }

    raises = (
        invalid(KEEPS_ITS_KIND, "immutable", attr="kind"),
        invalid(SEVERAL_OPTIONS, "invalid_options", attr="options"),
    )

    def validate_kind(self, kind: str) -> str:
        if self.instance and kind != self.instance.kind:
            raise invalid(KEEPS_ITS_KIND, "immutable")
        return kind

    def validate_tags(self, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tags))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the options against the kind; the service checks the key against both."""
        kind = self.instance.kind if self.instance else attrs["kind"]
        if kind == Kind.TRUE_FALSE and not attrs.get("options"):
            attrs.pop("options", None)  # True and False, or those that it has
        elif "options" in attrs or not self.instance:
            _check_options(kind, attrs.get("options", []))
        return attrs


def _check_options(kind: str, options: list[str]) -> None:
    if kind in {Kind.SHORT_TEXT, Kind.NUMERIC, Kind.ESSAY}:
        problem = NO_OPTIONS if options else None
    elif kind == Kind.TRUE_FALSE:
        problem = TWO_OPTIONS if len(options) != 2 else None
    else:
        problem = SEVERAL_OPTIONS if len(options) < MIN_OPTIONS else None
    if not problem and len(set(options)) < len(options):
        problem = SAME_TEXT
    if problem:
        raise invalid(problem, "invalid_options", attr="options")


class QuestionFilter(ParameterSet):
    """The query parameters of the bank."""

    kind = Parameter(serializers.ChoiceField, choices=Kind.choices, help_text="Of this kind alone.")
    tag = Parameter(serializers.CharField, max_length=30, help_text="With this tag alone.")
    search = Parameter(
        serializers.CharField,
        max_length=100,
        help_text="A part of the prompt; case does not matter.",
    )
    retired = Parameter(
        serializers.BooleanField, help_text="`true`: retired ones alone; `false`: the others."
    )
