"""What may go wrong with an account."""

from rest_framework import exceptions


class InvalidCredentials(exceptions.AuthenticationFailed):
    default_detail = "The e-mail address or the password is wrong."
    default_code = "invalid_credentials"


class InvalidToken(exceptions.AuthenticationFailed):
    default_detail = "The token is malformed, expired, or not ours."
    default_code = "invalid_token"


class SessionRevoked(exceptions.AuthenticationFailed):
    default_detail = "This session has ended. Sign in again."
    default_code = "session_revoked"


class CSRFFailed(exceptions.PermissionDenied):
    default_detail = "The CSRF token is missing or wrong."
    default_code = "csrf_failed"


class UntrustedOrigin(exceptions.PermissionDenied):
    default_detail = "Signing in from this origin is not allowed."
    default_code = "untrusted_origin"
