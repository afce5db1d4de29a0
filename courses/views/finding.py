"""Find a course: by the number of courses behind each filter, by suggestions while one types, or beside another course."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from courses.filters import CourseFilter
from courses.keys import CourseKey
from courses.models import Course
from courses.queries.cards import render_card
from courses.queries.facets import MAX_COUNTED, render_facets
from courses.queries.related import MAX_RELATED, list_related
from courses.queries.suggestions import MAX_SUGGESTIONS, list_suggestions
from courses.serializers import (
    FacetsSerializer,
    RelatedSerializer,
    SuggestionQuerySerializer,
    SuggestionsSerializer,
)
from lms.caching import PublicRead


@extend_schema(tags=["Catalogue"])
class FacetViewSet(PublicRead, GenericViewSet):
    public_action = "retrieve"
    queryset = Course.objects.all()
    serializer_class = FacetsSerializer
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="getFacets",
        summary="Count the published courses by category, level, language, price and tag",
        description="It takes the filters of `GET /courses`. Each facet is counted without its own filter, so that one can "
        f"choose another value; values without courses are left out. The newest {MAX_COUNTED:,} courses are counted, or "
        "those that a search finds.",
        auth=[],
        parameters=[CourseFilter.documented()],
        responses=FacetsSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        return Response(render_facets(CourseFilter.read(request)))


@extend_schema(tags=["Catalogue"])
class SuggestionViewSet(PublicRead, GenericViewSet):
    public_action = "retrieve"
    queryset = Course.objects.all()
    serializer_class = SuggestionsSerializer
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="listSuggestions",
        summary="Suggest courses, tags and instructors while a person types",
        description=f"At most {MAX_SUGGESTIONS}, the most popular first. Each word of `q` begins a word of the title, tag or "
        "name; case, accents and width do not matter.",
        auth=[],
        parameters=[SuggestionQuerySerializer],
        responses=SuggestionsSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        query = SuggestionQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response({"results": list_suggestions(query.validated_data["q"])})


@extend_schema(tags=["Catalogue"])
class RelatedViewSet(PublicRead, GenericViewSet):
    public_action = "retrieve"
    queryset = Course.objects.published()
    serializer_class = RelatedSerializer
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="listRelated",
        summary="List the courses that are shown beside a course",
        description=f"At most {MAX_RELATED}: those of its category first, then those that share more tags, then those that "
        "more people take.",
        auth=[],
        responses=RelatedSerializer,
    )
    def retrieve(self, request: Request, key: CourseKey) -> Response:
        return Response({"results": [render_card(each) for each in list_related(key)]})
