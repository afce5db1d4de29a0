from rest_framework import exceptions, status


class CertificateRevoked(exceptions.APIException):
    status_code = status.HTTP_410_GONE
    default_code = "certificate_revoked"
    default_detail = "This certificate has been revoked."
