"""What `courses` shows, for those whose enrollment lets them see more of it."""

from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import Credential
from courses import views
from courses.models import Course
from courses.queries.outline import render_outline
from courses.serializers import ReviewSerializer, ReviewWriteSerializer
from courses.services import reviews
from learning.access import decide, demand_enrollment, enrollment_of
from learning.queries import lectures
from learning.queries.progress import state_of
from learning.serializers import (
    LectureContentSerializer,
    PlaybackSerializer,
    StudiedOutlineSerializer,
)
from lms.mongodb.pipelines import Document
from lms.schema import refused

PRIVATE = cache_control(private=True, no_store=True)


class ShownToStudents:
    """For viewsets of courses: whoever may watch a course sees it, published or not."""

    request: Any

    def sees_hidden(self, document: Document) -> bool:
        return decide(self.request.user, _course(document)).can_watch


def _course(document: Document) -> Course:
    return Course(
        pk=document["_id"],
        instructor_id=document["instructor"]["_id"],
        status=document["status"],
    )


class CourseViewSet(ShownToStudents, views.CourseViewSet):
    pass


@extend_schema(tags=["outline"])
class LectureViewSet(ShownToStudents, views.LectureViewSet):
    pagination_class = None  # an outline is whole

    def get_permissions(self) -> list[BasePermission]:
        if self.action in {"retrieve", "playback"}:
            return [AllowAny()]
        return super().get_permissions()

    @extend_schema(
        operation_id="courses_outline",
        summary="Show the outline of a course",
        description="For those who may watch the course, with what they have done of it.",
        responses=forced_singular_serializer(StudiedOutlineSerializer),
    )
    def list(self, request: Request, pk: ObjectId) -> Response:
        document = self.find_course(pk)
        sections = render_outline(document, whole=self.is_author(document))
        columns = ("grants", "completed_lectures", "positions")
        enrollment = enrollment_of(request.user, pk, *columns)
        access = decide(request.user, _course(document), grants=enrollment.get("grants", ()))
        if access.can_watch:
            state = state_of(enrollment)
            for lecture in (each for section in sections for each in section["lectures"]):
                lecture |= state(lecture["id"], lecture["duration_seconds"])
        return Response({"sections": sections})

    @extend_schema(
        tags=["learning"],
        summary="Show a lecture with its text or file",
        description="A preview of a published course is open to all.",
        responses={200: LectureContentSerializer, 403: refused("enrollment_required")},
    )
    @method_decorator(PRIVATE)
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(lectures.answer(lectures.find(pk, request.user)))

    @extend_schema(
        tags=["learning"],
        summary="Watch a lecture",
        operation_id="lectures_playback",
        description="A URL that works for a while. Visitors may watch previews; only the rate of requests of their "
        "address limits them, where a person plays on so many devices at once: 429 `too_many_streams`.",
        request=None,
        responses={
            200: PlaybackSerializer,
            403: refused("enrollment_required"),
            409: refused("not_ready", "nothing_to_play"),
        },
    )
    @method_decorator(PRIVATE)
    def playback(self, request: Request, pk: ObjectId) -> Response:
        shown = lectures.find(pk, request.user)
        device = str(request.auth.session_id) if isinstance(request.auth, Credential) else ""
        return Response(lectures.play(shown, person=request.user, device=device))


class ReviewViewSet(ShownToStudents, views.ReviewViewSet):
    pass


@extend_schema(tags=["reviews"])
class OwnReviewViewSet(GenericViewSet):
    """A student's own review of a course."""

    serializer_class = ReviewWriteSerializer

    @extend_schema(
        operation_id="courses_reviews_mine_write",
        summary="Write or change one's review",
        responses={200: ReviewSerializer, 403: refused("enrollment_required")},
    )
    def update(self, request: Request, pk: ObjectId) -> Response:
        course = get_object_or_404(Course, pk=pk)
        demand_enrollment(request.user, course)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        review = reviews.write(request.user, course, **serializer.validated_data)
        return Response(ReviewSerializer(review).data)

    @extend_schema(
        operation_id="courses_reviews_mine_delete",
        summary="Delete one's review",
        responses={204: OpenApiResponse(description="It is gone.")},
    )
    def destroy(self, request: Request, pk: ObjectId) -> Response:
        course = get_object_or_404(Course, pk=pk)
        if not reviews.remove(request.user, course):
            demand_enrollment(request.user, course)
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
