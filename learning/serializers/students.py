"""Students, as the instructor of their course sees them."""

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from lms.drf import ObjectIdField


class StudentSerializer(serializers.Serializer):
    """Somebody who studies a course, as its instructor sees them."""

    id = ObjectIdField()
    student = PersonSerializer()
    percentage = serializers.IntegerField(min_value=0, max_value=100)
    completed_lectures = serializers.IntegerField()
    total_lectures = serializers.IntegerField()
    enrolled_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField()


class LectureStatisticsSerializer(serializers.Serializer):
    id = ObjectIdField()
    title = serializers.CharField()
    started = serializers.IntegerField(help_text="Students who began it.")
    completed = serializers.IntegerField(help_text="Students who completed it.")
    stopped_here = serializers.IntegerField(
        help_text="Students who have not completed the course and were here last."
    )


class StatisticsSerializer(serializers.Serializer):
    """How a course's students get on."""

    students = serializers.IntegerField()
    completed = serializers.IntegerField()
    active_last_30_days = serializers.IntegerField()
    average_percentage = serializers.IntegerField(min_value=0, max_value=100)
    lectures = LectureStatisticsSerializer(many=True)
