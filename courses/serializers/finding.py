"""Facets, suggestions and related courses."""

from rest_framework import serializers

from courses.models import Course
from courses.serializers.courses import CourseCardSerializer


class CategoryCountSerializer(serializers.Serializer):
    """A category and how many courses it has."""

    slug = serializers.CharField(help_text="For `category=`.")
    name = serializers.CharField()
    count = serializers.IntegerField(min_value=1)


class LevelCountSerializer(serializers.Serializer):
    """A level and how many courses have it."""

    value = serializers.ChoiceField(choices=Course.Level.choices, help_text="For `level=`.")
    count = serializers.IntegerField(min_value=1)


class LanguageCountSerializer(serializers.Serializer):
    """A language and how many courses are in it."""

    value = serializers.CharField(help_text="For `language=`: a language tag by BCP 47.")
    count = serializers.IntegerField(min_value=1)


class FreeCountSerializer(serializers.Serializer):
    """How many courses are free, or are not."""

    value = serializers.BooleanField(help_text="For `free=`.")
    count = serializers.IntegerField(min_value=1)


class TagCountSerializer(serializers.Serializer):
    """A tag and how many courses have it."""

    value = serializers.CharField(help_text="For `tag=`: in its most frequent spelling.")
    count = serializers.IntegerField(min_value=1)


class FacetsSerializer(serializers.Serializer):
    """How many courses each value of a filter would leave, the most frequent value first."""

    total = serializers.IntegerField(min_value=0, help_text="Courses that match all filters.")
    category = CategoryCountSerializer(many=True)
    level = LevelCountSerializer(many=True)
    language = LanguageCountSerializer(many=True)
    free = FreeCountSerializer(many=True)
    tag = TagCountSerializer(many=True, help_text="The 20 most frequent ones.")


class SuggestionQuerySerializer(serializers.Serializer):
    """What a person has typed so far."""

    q = serializers.CharField(
        min_length=2, max_length=60, help_text="Words, or the beginnings of words."
    )


class SuggestionSerializer(serializers.Serializer):
    """A course, a tag or an instructor."""

    text = serializers.CharField(help_text="The title, the tag or the name.")
    kind = serializers.ChoiceField(choices=["course", "tag", "instructor"])
    slug = serializers.CharField(
        required=False, help_text="Of a course: its slug. Of a tag: the value for `tag=`."
    )
    id = serializers.CharField(required=False, help_text="Of an instructor: the id.")


class SuggestionsSerializer(serializers.Serializer):
    """What a person may be about to type."""

    results = SuggestionSerializer(many=True)


class RelatedSerializer(serializers.Serializer):
    """The courses that are shown beside a course."""

    results = CourseCardSerializer(many=True)
