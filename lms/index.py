"""Where somebody begins who knows only the host: the page at `/`, and the links at `/api/v1`."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Field, Serializer, URLField
from rest_framework.viewsets import ViewSet

from lms.caching import PublicRead
from lms.links import absolute_url

LINKS = {
    "docs": "docs",
    "schema": "schema",
    "session": "current-session",
    "sign_in": "signin",
    "sign_up": "signup",
    "token": "token",
    "me": "me",
    "categories": "categories",
    "courses": "courses",
    "facets": "facets",
    "wishlist": "wishlist",
    "enrollments": "enrollments",
    "certificates": "certificates",
    "checkout": "checkout",
    "orders": "order-list",
    "my_courses": "courses-mine",
    "uploads": "upload-list",
    "assets": "asset-list",
    "coupons": "coupon-list",
    "earnings": "earnings",
    "overview": "teaching-overview",
}
"""The main resources, and the names of their paths."""


class ApiSerializer(Serializer):
    """The URL of each main resource."""

    def get_fields(self) -> dict[str, Field]:
        return {name: URLField() for name in LINKS}


class IndexViewSet(PublicRead, ViewSet):
    public_action = "retrieve"
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="getApi",
        summary="List the main resources",
        description="Links to this document, to the page that describes it, and to what the API is about.",
        tags=["Catalogue"],
        auth=[],
        responses=ApiSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        return Response(
            {name: absolute_url(reverse(path), request) for name, path in LINKS.items()}
        )


def home(request: HttpRequest) -> HttpResponse:
    """Render a page that leads to the shop, the API page and, in development, the admin."""
    shop = settings.FRONTEND_URL if settings.SITE_URL != settings.FRONTEND_URL else ""
    context = {"site_name": settings.SITE_NAME, "shop": shop, "debug": settings.DEBUG}
    return render(request, "lms/home.html", context)
