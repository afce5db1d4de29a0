"""What an instructor sees first."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from payments.queries.teaching import DAYS, MAX_COURSES, render_overview
from payments.serializers import OverviewSerializer


@extend_schema(tags=["Selling"])
class OverviewViewSet(GenericViewSet):
    permission_classes = (IsInstructor,)
    serializer_class = OverviewSerializer

    @extend_schema(
        operation_id="getTeachingOverview",
        summary="Get your courses with their students and earnings, and the last days",
        description=f"Your newest {MAX_COURSES} courses, drafts and archived ones too, and the last {DAYS} days of all of them "
        "together, days without an event too. Students are counted as in `GET /courses/{id}/statistics`: those who have "
        "access at present. Money is counted as in `GET /payments/earnings`, of deleted courses too. Of further courses, "
        "`GET /courses/mine` has the pages and these two the numbers.",
        responses=OverviewSerializer,
    )
    def retrieve(self, request: UserRequest) -> Response:
        return Response(render_overview(request.user.pk))
