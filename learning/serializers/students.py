"""The shapes of students and statistics, for the instructor of a course."""

from rest_framework import serializers

from accounts.serializers import PersonSerializer
from lms.drf import DateTimeField, ObjectIdField


class StudentSerializer(serializers.Serializer):
    """A student of a course, as its instructor sees them."""

    id = ObjectIdField()
    student = PersonSerializer()
    percentage = serializers.IntegerField(min_value=0, max_value=100)
    completed_lectures = serializers.IntegerField()
    total_lectures = serializers.IntegerField()
    enrolled_at = DateTimeField()
    completed_at = DateTimeField(allow_null=True)
    last_activity_at = DateTimeField()


class LectureStatisticsSerializer(serializers.Serializer):
    id = ObjectIdField()
    title = serializers.CharField()
    started = serializers.IntegerField(help_text="Students who began this lecture.")
    completed = serializers.IntegerField(help_text="Students who completed this lecture.")
    stopped_here = serializers.IntegerField(
        help_text="Students who have not completed the course and whose last lecture is this one."
    )


class CourseStatisticsSerializer(serializers.Serializer):
    """How the students of a course get on."""

    students = serializers.IntegerField()
    completed = serializers.IntegerField()
    active_last_30_days = serializers.IntegerField()
    average_percentage = serializers.IntegerField(min_value=0, max_value=100)
    lectures = LectureStatisticsSerializer(many=True)
