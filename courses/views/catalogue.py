"""Categories, and the public profiles of instructors."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from courses.models import Category
from courses.queries.instructors import render_instructor
from courses.serializers import CategorySerializer, InstructorSerializer
from lms.caching import PublicRead


@extend_schema(tags=["Catalogue"])
@extend_schema_view(
    list=extend_schema(
        operation_id="listCategories",
        summary="List the categories, ordered by name",
        description="Filter courses by a category's `slug`.",
    )
)
class CategoryViewSet(PublicRead, ListModelMixin, GenericViewSet):
    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    permission_classes = (AllowAny,)
    ordering = ("name", "id")


@extend_schema(tags=["Catalogue"])
class InstructorViewSet(PublicRead, GenericViewSet):
    public_action = "retrieve"
    serializer_class = InstructorSerializer
    permission_classes = (AllowAny,)
    queryset = User.objects.filter(role=User.Role.INSTRUCTOR, is_active=True)

    @extend_schema(
        operation_id="getInstructor",
        summary="Get an instructor and their newest courses",
        description="A public profile. More of the courses: `GET /courses?instructor=`.",
    )
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(render_instructor(get_object_or_404(self.get_queryset(), pk=pk)))
