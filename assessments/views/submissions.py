"""What students handed in, for the instructor: the inbox, grades and files."""

from datetime import timedelta

from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from assessments.exceptions import InvalidRubric, NothingSubmitted, ScoreRequired, ScoreTooHigh
from assessments.filters import SubmissionFilter
from assessments.models import Submission
from assessments.queries.submissions import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    get_file,
    get_submission,
    list_submissions,
    render_found,
    render_page,
)
from assessments.serializers.assignments import (
    SubmissionFileSerializer,
    SubmissionGradeSerializer,
    SubmissionSerializer,
)
from assessments.services import submission_grades
from assessments.views.base import OfLecture
from courses.models import Lecture
from courses.permissions import Teaches
from lms.pagination import Page
from lms.schema import raises
from media import delivery


@extend_schema(tags=["Assessments"])
class SubmissionViewSet(OfLecture, GenericViewSet):
    kind = Lecture.Kind.ASSIGNMENT
    queryset = Submission.objects.none()
    serializer_class = SubmissionSerializer
    permission_classes = (IsAuthenticated, Teaches)

    @extend_schema(
        operation_id="listSubmissions",
        summary="List what students handed in for an assignment",
        description="Without drafts. The newest first; with `status` those that wait longest.",
        parameters=[SubmissionFilter.documented()],
        responses=SubmissionSerializer(many=True),
    )
    def list(self, request: UserRequest, pk: ObjectId) -> Response:
        self.get_lecture(pk)
        status = SubmissionFilter.read(request).get("status")
        page = Page.of(request, OLDEST_FIRST if status else NEWEST_FIRST)
        return Response(render_page(page, list_submissions(pk, page, status)))

    @extend_schema(
        operation_id="gradeSubmission",
        summary="Grade what a student handed in",
        description="Each grade is kept, and the last one counts. A score that passes completes the lecture at once; a lower "
        "one later does not undo that. `returned` lets the student hand it in again. The student gets a mail.",
        request=SubmissionGradeSerializer,
        responses={
            200: SubmissionSerializer,
            **raises(InvalidRubric, ScoreRequired, ScoreTooHigh, NothingSubmitted),
        },
    )
    def grade(self, request: UserRequest, pk: ObjectId) -> Response:
        self.check_object_permissions(request, get_submission(pk, request.user).course)
        form = SubmissionGradeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        submission_grades.grade(pk, request.user, **form.validated_data)
        return Response(render_found(get_submission(pk, request.user)))


@extend_schema(tags=["Assessments"])
class SubmissionFileViewSet(GenericViewSet):
    queryset = Submission.objects.none()
    serializer_class = SubmissionFileSerializer

    @extend_schema(
        operation_id="getSubmissionFile",
        summary="Get a link to a file that was handed in",
        description="For its student, also after access has ended; for the instructor and staff once it was handed in. "
        "The link works until `expires_at`.",
        responses=SubmissionFileSerializer,
    )
    def retrieve(self, request: UserRequest, pk: ObjectId, asset: ObjectId) -> Response:
        file = get_file(pk, asset, request.user)
        # A second early, because the URL was signed a moment before.
        expires_at = timezone.now() + settings.PLAYBACK_LIFETIME - timedelta(seconds=1)
        url = delivery.download_url(file.stored, file.original_name)
        return Response({"url": url, "expires_at": expires_at})
