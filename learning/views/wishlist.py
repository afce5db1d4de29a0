"""A person's wishlist."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.keys import CourseKey
from courses.models import Course
from courses.serializers import CourseCardSerializer
from learning.exceptions import WishlistFull
from learning.models import WishlistItem
from learning.queries.wishlist import NEWEST, list_wishes, render_wish
from learning.services import wishlist
from lms.pagination import Page
from lms.schema import raises


@extend_schema(tags=["Learning"])
class WishlistViewSet(GenericViewSet):
    serializer_class = CourseCardSerializer
    queryset = WishlistItem.objects.none()

    @extend_schema(
        operation_id="listWishlist",
        summary="List the courses on your wishlist, newest first",
        description="A course that is not published is left out until it is published again.",
        responses=CourseCardSerializer(many=True),
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, NEWEST)
        return Response(page.render(list_wishes(request.user.pk, page), render_wish))

    @extend_schema(
        operation_id="addToWishlist",
        summary="Put a course on your wishlist",
        description="Repeating it changes nothing. The course leaves the list when you get it; one that you have is not "
        f"put on it. At most {wishlist.MAX_WISHES} courses, hidden ones too.",
        request=None,
        responses={204: None, **raises(WishlistFull)},
    )
    def update(self, request: UserRequest, key: CourseKey) -> Response:
        wishlist.add(request.user, get_object_or_404(Course.objects.named(key)))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="removeFromWishlist",
        summary="Remove a course from your wishlist",
        description="204 also if it was not there.",
        responses={204: None},
    )
    def destroy(self, request: UserRequest, key: CourseKey) -> Response:
        if course := Course.objects.named(key).only("pk").first():
            wishlist.remove(request.user.pk, course.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
