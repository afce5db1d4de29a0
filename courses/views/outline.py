"""The outline of a course, as it is seen and as its instructor puts it together."""

from bson import ObjectId
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from courses.models import Lecture, Section
from courses.permissions import Teaches
from courses.queries.courses import find
from courses.queries.outline import render_outline
from courses.serializers import (
    CurriculumSectionSerializer,
    LectureSerializer,
    LectureWriteSerializer,
    OutlineSerializer,
    SectionSerializer,
    SectionWriteSerializer,
)
from courses.services import lectures, outline
from courses.visibility import OfCourse
from lms.schema import refused

FULL = refused("outline_full")


@extend_schema(tags=["outline"])
class SectionViewSet(OfCourse, GenericViewSet):
    queryset = Section.objects.all()
    serializer_class = SectionWriteSerializer
    permission_classes = [IsAuthenticated, Teaches]

    def get_object(self) -> Section:
        section = get_object_or_404(Section, pk=self.kwargs["pk"])
        self.get_course(section.course_id)
        return section

    @extend_schema(
        summary="Add a section to a course", responses={201: SectionSerializer, 409: FULL}
    )
    def create(self, request: Request, pk: ObjectId) -> Response:
        course = self.get_course(pk)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        section = outline.add_section(course.pk, **serializer.validated_data)
        return Response(SectionSerializer(section).data, status.HTTP_201_CREATED)

    @extend_schema(summary="Rename or move a section", responses=SectionSerializer)
    def partial_update(self, request: Request, pk: ObjectId) -> Response:
        section = self.get_object()
        serializer = self.get_serializer(section, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        outline.change_section(section, **serializer.validated_data)
        return Response(SectionSerializer(self.get_object()).data)

    @extend_schema(summary="Delete a section with its lectures")
    def destroy(self, request: Request, pk: ObjectId) -> Response:
        outline.remove_section(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["outline"])
class LectureViewSet(OfCourse, GenericViewSet):
    """Lectures. `learning` routes these, adds reading one, and says who else sees a hidden course."""

    queryset = Lecture.objects.all()
    serializer_class = LectureWriteSerializer

    def get_permissions(self) -> list[BasePermission]:
        if self.action == "list":
            return [AllowAny()]
        return [IsAuthenticated(), Teaches()]

    def get_object(self) -> Lecture:
        lecture = get_object_or_404(Lecture, pk=self.kwargs["pk"])
        self.course = self.get_course(lecture.course_id)
        return lecture

    def get_serializer_context(self) -> dict:
        return {**super().get_serializer_context(), "course": getattr(self, "course", None)}

    @extend_schema(summary="Show the outline of a course", responses=OutlineSerializer)
    def list(self, request: Request, pk: ObjectId) -> Response:
        document = self.find_course(pk)
        whole = self.is_author(document)
        return Response({"sections": render_outline(document, whole=whole)})

    @extend_schema(
        summary="Add a lecture to a course", responses={201: LectureSerializer, 409: FULL}
    )
    def create(self, request: Request, pk: ObjectId) -> Response:
        self.course = self.get_course(pk)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        lecture = lectures.add_lecture(**serializer.validated_data)
        return Response(LectureSerializer(lecture).data, status.HTTP_201_CREATED)

    @extend_schema(summary="Change or move a lecture", responses=LectureSerializer)
    def partial_update(self, request: Request, pk: ObjectId) -> Response:
        lecture = self.get_object()
        serializer = self.get_serializer(lecture, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        lectures.change_lecture(lecture, **serializer.validated_data)
        return Response(LectureSerializer(self.get_object()).data)

    @extend_schema(summary="Delete a lecture")
    def destroy(self, request: Request, pk: ObjectId) -> Response:
        outline.remove_lecture(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["outline"])
class CurriculumViewSet(OfCourse, GenericViewSet):
    queryset = Section.objects.all()
    serializer_class = CurriculumSectionSerializer
    permission_classes = [IsAuthenticated, Teaches]

    @extend_schema(
        operation_id="courses_curriculum",
        summary="Put the whole course in order at once",
        description="Names every section and every lecture of the course exactly once (else 400 `mismatch`).",
        request=CurriculumSectionSerializer(many=True),
        responses=OutlineSerializer,
    )
    def update(self, request: Request, pk: ObjectId) -> Response:
        course = self.get_course(pk)
        serializer = self.get_serializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        order = [(each["section"], each["lectures"]) for each in serializer.validated_data]
        outline.rearrange(course.pk, order)
        if (document := find(course.pk)) is None:
            raise Http404
        return Response({"sections": render_outline(document, whole=True)})
