"""What keeps a lecture locked: when its section opens, and the lock that a student meets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import SkipField

from courses.models import Opening
from courses.visibility import LockReason
from lms.drf import DateTimeField, ObjectIdField
from lms.exceptions import invalid

MAX_DAYS = 3650
ONE_OF_BOTH = _("Give either a time or a number of days.")


class OpeningSerializer(serializers.Serializer):
    """When a section opens: `{"at": time}`, or `{"days": number}` after a student enrolled."""

    at = DateTimeField(required=False, help_text="The same time for every student.")
    days = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_DAYS,
        help_text="So many times 24 hours after the student enrolled.",
    )

    raises = (invalid(ONE_OF_BOTH, "one_of_both", attr="opens"),)

    def to_internal_value(self, data: Any) -> Opening:
        values = super().to_internal_value(data)
        if len(values) != 1:
            raise invalid(ONE_OF_BOTH, "one_of_both")
        return Opening(**values)

    def to_representation(self, opening: Any) -> dict[str, Any]:
        values = super().to_representation(opening)
        return {name: value for name, value in values.items() if value is not None}


class LockSerializer(serializers.Serializer):
    """Why a lecture is locked for you, and what opens it."""

    def get_attribute(self, lecture: dict[str, Any]) -> Any:
        """Leave the field out of a lecture that lacks it, which DRF would fill with null."""
        if not self.required and self.field_name not in lecture:
            raise SkipField
        return super().get_attribute(lecture)

    reason = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in LockReason],
        help_text="`opens_at`: its section opens later. `complete_first`: other lectures come first. `pass_first`: those are "
        "quizzes and assignments alone.",
    )
    opens_at = DateTimeField(allow_null=True, help_text="When it opens; null for other reasons.")
    lectures = serializers.ListField(
        child=ObjectIdField(),
        help_text="The lectures that come first; in a course that is studied in order only the next one. Empty for `opens_at`.",
    )
