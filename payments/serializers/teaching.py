"""The overview of an instructor."""

from rest_framework import serializers

from courses.serializers import OwnCourseSerializer, RatingSerializer
from payments.serializers.earnings import SignedMoneySerializer

REVENUE = "Your share, less what was taken back; one per currency, the same currencies everywhere."


class TaughtCourseSerializer(serializers.Serializer):
    """A course that you teach, with its students and earnings."""

    course = OwnCourseSerializer()
    students = serializers.IntegerField(help_text="People who have access.")
    completions = serializers.IntegerField(help_text="Students who completed the course.")
    rating = RatingSerializer()
    revenue = SignedMoneySerializer(many=True, help_text=REVENUE)


class TaughtDaySerializer(serializers.Serializer):
    """One day of all your courses together."""

    date = serializers.CharField(help_text="`2026-11-28`, in UTC.")
    enrolled = serializers.IntegerField(help_text="Students who enrolled on this day.")
    completed = serializers.IntegerField(help_text="Students who completed a course on this day.")
    revenue = SignedMoneySerializer(many=True, help_text=REVENUE)


class OverviewSerializer(serializers.Serializer):
    """Your courses and the last days."""

    results = TaughtCourseSerializer(many=True, help_text="The newest course first.")
    days = TaughtDaySerializer(
        many=True, help_text="The oldest first, without a gap; the last one is today."
    )
