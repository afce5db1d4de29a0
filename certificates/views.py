"""Certificates: one's own, and what anybody may verify of one."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from certificates import credential
from certificates.exceptions import CertificateRevoked
from certificates.models import Certificate
from certificates.pdf import sheet
from certificates.serializers import CertificateSerializer
from certificates.services import find, pdf_url
from lms.negotiation import GivesFiles
from lms.schema import refused


@extend_schema(tags=["certificates"])
class CertificateViewSet(ListModelMixin, GenericViewSet):
    """One's own certificates."""

    serializer_class = CertificateSerializer
    queryset = Certificate.objects.none()
    ordering = ("-issued_at", "-id")

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.filter(user=self.request.user.pk)

    @extend_schema(summary="List one's certificates, the newest first")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


@extend_schema(tags=["certificates"], auth=[])
class VerificationViewSet(GivesFiles, GenericViewSet):
    """A certificate for whoever knows its code."""

    serializer_class = CertificateSerializer
    authentication_classes: list[type[BaseAuthentication]] = []
    permission_classes = [AllowAny]

    @extend_schema(summary="Verify a certificate")
    def retrieve(self, request: Request, code: str) -> Response:
        return Response(CertificateSerializer(_find(code)).data)

    @extend_schema(
        summary="Download a certificate to print",
        operation_id="certificates_pdf",
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY),
            410: refused("certificate_revoked"),
        },
    )
    def pdf(self, request: Request, code: str) -> HttpResponse:
        certificate = _find(code)
        if not certificate.is_valid:
            raise CertificateRevoked
        disposition = f'inline; filename="certificate-{certificate.code}.pdf"'
        return HttpResponse(
            sheet.draw(certificate),
            content_type="application/pdf",
            headers={"Content-Disposition": disposition},
        )


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to people: where the QR code leads."""
    certificate = find(code)
    context: dict[str, Any] = {"certificate": certificate, "site_name": settings.SITE_NAME}
    if certificate and certificate.is_valid:
        context["pdf"] = pdf_url(certificate)
    return render(
        request, "certificates/certificate.html", context, status=200 if certificate else 404
    )


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> JsonResponse:
    """Publish the keys that verify credentials."""
    return JsonResponse(credential.public_keys())


def _find(code: str) -> Certificate:
    if certificate := find(code):
        return certificate
    raise Http404
