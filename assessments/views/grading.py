"""What instructors do with the grades of attempts: give one by hand, and grade a question again."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from assessments.exceptions import AttemptOpen
from assessments.models import Attempt
from assessments.serializers.attempts import (
    AttemptSerializer,
    GradeWriteSerializer,
    RegradedSerializer,
    RegradeSerializer,
)
from assessments.services.grades import grade_by_hand
from assessments.services.regrade import regrade
from assessments.views.attempts import render_found
from lms.schema import raises


@extend_schema(tags=["Assessments"])
class GradingViewSet(GenericViewSet):
    serializer_class = GradeWriteSerializer
    queryset = Attempt.objects.none()

    @extend_schema(
        operation_id="gradeResponse",
        summary="Grade a question of an attempt",
        description="For the course's instructor: essays, and any other question with a `reason`. Each grade is kept, the last one "
        "counts; the same one again changes nothing. The attempt is graded once every essay is, and passing completes the lecture.",
        responses={200: AttemptSerializer, **raises(PermissionDenied, AttemptOpen)},
    )
    def grade(self, request: UserRequest, pk: ObjectId, question: ObjectId) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = grade_by_hand(request.user, pk, question, **serializer.validated_data)
        return render_found(found, request)

    @extend_schema(
        operation_id="regradeQuestion",
        summary="Grade a question again with its newest key",
        description="On every submitted attempt that holds the question, with the points that it had then. Try it with `dry_run` "
        "first. Repeating it changes nothing, so repeat it if its response was lost. Grades that were given by hand stay. Students who "
        "pass now complete the lecture; those who fail now keep completion and certificate, unless you send `revoke`.",
        request=RegradeSerializer,
        responses={200: RegradedSerializer, **raises(PermissionDenied)},
    )
    def regrade(self, request: UserRequest, pk: ObjectId) -> Response:
        serializer = RegradeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(regrade(request.user, pk, **serializer.validated_data))
