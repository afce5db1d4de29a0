"""What may go wrong with an account."""

from rest_framework import exceptions

from lms.exceptions import Conflict


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


class FieldError(exceptions.ValidationError):
    """A 400 about one field, found where only the database could tell."""

    field: str
    message: str
    code: str

    def __init__(self) -> None:
        super().__init__({self.field: [self.message]}, code=self.code)


class EmailTaken(FieldError):
    field, code = "email", "unique"
    message = "Somebody has an account with this address already."


class WrongPassword(FieldError):
    field, code = "current_password", "invalid_password"
    message = "The password was changed meanwhile."


class InvalidLink(FieldError):
    field, code = "token", "invalid_token"
    message = "This link has expired, or it was used or replaced by a newer one."


class InvalidCode(FieldError):
    field, code = "code", "invalid_code"
    message = "This code is wrong, or it was used already."


class SecondFactorEnabled(Conflict):
    default_detail = "A second factor is set up already. Remove it first."
    default_code = "second_factor_enabled"


class SecondFactorMissing(Conflict):
    default_detail = "No second factor is set up."
    default_code = "second_factor_missing"


class RequestDeclined(Conflict):
    default_detail = "Staff have declined your request to teach. Write to them if you disagree."
    default_code = "request_declined"
