"""Whether a course is sold: publish, unpublish, archive."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsStaff
from courses.exceptions import NotPublishable
from courses.keys import CourseKey
from courses.models import Course
from courses.permissions import Teaches
from courses.queries.courses import render_course, render_warnings
from courses.serializers import CourseDetailSerializer, PublishedCourseSerializer
from courses.services import decisions
from courses.views.base import OfCourse
from lms.caching import Revalidated
from lms.schema import raises


@extend_schema(tags=["Authoring"])
class PublicationViewSet(Revalidated, OfCourse, GenericViewSet):
    queryset = Course.objects.all()
    serializer_class = CourseDetailSerializer
    permission_classes = (IsAuthenticated, Teaches | IsStaff)

    @extend_schema(
        operation_id="publishCourse",
        summary="Publish a course",
        description="409 `not_publishable` has one error per missing thing, and its `attr` says where: "
        "`description`, `lectures.<id>.asset`. If staff check courses first, its status is "
        "`in_review` until they do. Repeating it changes nothing.",
        request=None,
        responses={200: PublishedCourseSerializer, **raises(NotPublishable)},
    )
    def publish(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        decisions.act(request.user, course, "publish")
        document, viewer = self.get_viewed(course.pk)
        warnings = {"warnings": render_warnings(document)}
        return Response(render_course(document, viewer=viewer, whole=True) | warnings)

    @extend_schema(
        operation_id="unpublishCourse",
        summary="Make a course a draft again",
        description="It leaves the catalogue and cannot be bought. People who are enrolled keep it.",
        request=None,
        responses=CourseDetailSerializer,
    )
    def unpublish(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        decisions.act(request.user, course, "unpublish")
        return Response(self.render_viewed(course.pk))

    @extend_schema(
        operation_id="archiveCourse",
        summary="Stop selling a course for good",
        description="It leaves the catalogue and cannot be bought. People who are enrolled keep it.",
        request=None,
        responses=CourseDetailSerializer,
    )
    def archive(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        decisions.act(request.user, course, "archive")
        return Response(self.render_viewed(course.pk))
