"""What an instructor has earned."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from payments.ledger.earnings import MAX_ROWS, read_earnings, render_earnings
from payments.serializers import EarningsSerializer


@extend_schema(tags=["Selling"])
class EarningsViewSet(GenericViewSet):
    permission_classes = (IsInstructor,)
    serializer_class = EarningsSerializer

    @extend_schema(
        operation_id="getEarnings",
        summary="Get your earnings, from the ledger",
        description=f"Your share of each sale, less refunds and lost disputes. `months` has the newest {MAX_ROWS:,}.",
        responses=EarningsSerializer,
    )
    def retrieve(self, request: UserRequest) -> Response:
        return Response(render_earnings(read_earnings(request.user.pk)))
