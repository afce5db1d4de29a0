"""The error of a certificate that is valid no longer, with its status and code."""

from django.utils.translation import gettext_lazy as _
from rest_framework import status

from lms.exceptions import DomainError


class CertificateRevoked(DomainError):
    """Staff have withdrawn the certificate, or the access that it was earned with has ended."""

    status_code = status.HTTP_410_GONE
    default_code = "certificate_revoked"
    default_detail = _("This certificate has been revoked.")
