"""Lectures: the outline that lists them, their content, and what their instructor does with them."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from courses.exceptions import (
    EnrollmentRequired,
    ForeignLecture,
    HasAttempts,
    Locked,
    OutlineFull,
    RequiresInCircle,
)
from courses.keys import CourseKey
from courses.models import Lecture
from courses.permissions import Teaches
from courses.queries.lectures import render_content
from courses.queries.outline import render_outline
from courses.queries.viewer import NOT_STUDIED, annotate_outline
from courses.serializers import (
    LectureContentSerializer,
    LectureSerializer,
    LectureWriteSerializer,
    OutlineSerializer,
)
from courses.services import lectures
from courses.views.base import OfCourse
from lms.exceptions import ReferenceGone
from lms.schema import raises


@extend_schema(tags=["Authoring"])
class LectureViewSet(OfCourse, GenericViewSet):
    queryset = Lecture.objects.all()
    serializer_class = LectureWriteSerializer
    pagination_class = None  # an outline is whole

    def get_permissions(self) -> list[BasePermission]:
        if self.action in {"list", "retrieve"}:
            return [AllowAny()]
        return [IsAuthenticated(), Teaches()]

    def get_object(self) -> Lecture:
        lecture = get_object_or_404(Lecture, pk=self.kwargs["pk"])
        self.course = self.get_course(lecture.course_id)
        return lecture

    def get_serializer_context(self) -> dict:
        return {**super().get_serializer_context(), "course": getattr(self, "course", None)}

    @extend_schema(
        operation_id="getOutline",
        summary="Get the outline of a course",
        description="Sections and lectures in their order. People who may watch the course also get which "
        "lectures they completed, and their position in each; those who are enrolled also how far they are and where to "
        "continue, as in `GET /courses/{course}/progress`. `locked` tells why a lecture is not open yet. A player needs no more than this, the playback and the notes "
        "of its lecture.",
        tags=["Learning"],
        responses=OutlineSerializer,
    )
    def list(self, request: Request, key: CourseKey) -> Response:
        document = self.find_document(key)
        sections = render_outline(document, whole=self.is_author(document))
        studied = annotate_outline(sections, request.user, document)
        self.require_sight(document, can_watch=studied is not None)
        course = {"id": document["_id"], "slug": document["slug"], "title": document["title"]}
        return Response({"course": course, **(studied or NOT_STUDIED), "sections": sections})

    @extend_schema(
        operation_id="getLecture",
        summary="Get a lecture with its text or file",
        description="The text of an article, or a link to download a file; for a video, `POST "
        "/lectures/{id}/playback`. Everybody may read a preview of a published course; others need "
        "access, else it is 403 `enrollment_required`. While it is locked for a student it is 403 `locked`, with the lock in "
        "`params`.",
        tags=["Learning"],
        responses={
            200: LectureContentSerializer,
            **raises(NotAuthenticated, EnrollmentRequired, Locked),
        },
    )
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(render_content(pk, request.user))

    @extend_schema(
        operation_id="createLecture",
        summary="Add a lecture to a course",
        description="It is shown to students once `is_published` is true. The file of a video may still be "
        f"uploading or processing: it plays as soon as it is ready. At most {lectures.MAX_LECTURES:,} per course.",
        responses={201: LectureSerializer, **raises(OutlineFull, ReferenceGone, ForeignLecture)},
    )
    def create(self, request: Request, key: CourseKey) -> Response:
        self.course = self.get_course(key)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        lecture = lectures.add_lecture(**serializer.validated_data)
        return Response(LectureSerializer(lecture).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="updateLecture",
        summary="Update or move a lecture",
        description="Send the fields that change. `section` and `position` move it. A new video that is not "
        "ready waits as `next_asset` while the present one plays. `kind` cannot change.",
        responses={
            200: LectureSerializer,
            **raises(ReferenceGone, ForeignLecture, RequiresInCircle),
        },
    )
    def partial_update(self, request: Request, pk: ObjectId) -> Response:
        lecture = self.get_object()
        serializer = self.get_serializer(lecture, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        lectures.change_lecture(lecture, **serializer.validated_data)
        return Response(LectureSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="deleteLecture",
        summary="Delete a lecture",
        description="Its files stay in your library. A quiz or assignment that a student has worked on stays: hide it.",
        responses={204: None, **raises(HasAttempts)},
    )
    def destroy(self, request: Request, pk: ObjectId) -> Response:
        lectures.remove_lecture(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
