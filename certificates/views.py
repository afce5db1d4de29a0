"""Your certificates, the verification of any certificate by its code, and the pages outside the API."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
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
from certificates.pdf.bidi import taught_by
from certificates.queries import find_certificate, pdf_url
from certificates.serializers import CertificateSerializer
from lms.locales import format_day
from lms.negotiation import FileNegotiation
from lms.schema import raises

CODE = OpenApiParameter(
    "code", str, "path", description="The code of a certificate, as printed on it."
)


@extend_schema(tags=["Certificates"])
class CertificateViewSet(ListModelMixin, GenericViewSet):
    """The certificates of the person who is signed in."""

    serializer_class = CertificateSerializer
    queryset = Certificate.objects.none()
    ordering = ("-issued_at", "-id")

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.visible_to(self.request.user)

    @extend_schema(
        operation_id="listCertificates",
        summary="List your certificates, newest first",
        description="One is issued when you complete a course.",
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


@extend_schema(tags=["Certificates"], auth=[], parameters=[CODE])
class VerificationViewSet(GenericViewSet):
    """A certificate for everybody who knows its code."""

    serializer_class = CertificateSerializer
    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = FileNegotiation

    def get_object(self) -> Certificate:
        if certificate := find_certificate(self.kwargs["code"]):
            return certificate
        raise Http404

    @extend_schema(
        operation_id="getCertificate",
        summary="Verify a certificate",
        description="Public, for everybody who knows its code. `valid` is false once it was revoked.",
    )
    def retrieve(self, request: Request, code: str) -> Response:
        return Response(CertificateSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="downloadCertificate",
        summary="Download a certificate as PDF",
        description="One page to print, with a QR code that leads to its public page. 410 once it was revoked.",
        responses={
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY),
            **raises(CertificateRevoked),
        },
    )
    def pdf(self, request: Request, code: str) -> HttpResponse:
        certificate = self.get_object()
        if not certificate.is_valid:
            raise CertificateRevoked
        response = HttpResponse(sheet.draw(certificate), content_type="application/pdf")
        filename = f"certificate-{certificate.code}.pdf"
        response["Content-Disposition"] = f'inline; filename="{filename}"'
        return response


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Render a certificate for people: the page that the QR code leads to."""
    certificate = find_certificate(code)
    context: dict[str, Any] = {"certificate": certificate, "site_name": settings.SITE_NAME}
    if certificate:
        context |= {
            "issued_on": format_day(certificate.issued_at),
            "taught_by": taught_by(certificate),
            "pdf": pdf_url(certificate) if certificate.is_valid else None,
            "revoked_on": certificate.revoked_at and format_day(certificate.revoked_at),
        }
    status = 200 if certificate else 404
    return render(request, "certificates/certificate.html", context, status=status)


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> JsonResponse:
    """Publish the public keys that verify credentials, as a JWK set."""
    return JsonResponse(credential.public_keys())
