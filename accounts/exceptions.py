"""Errors of accounts, each with its status and a stable code."""

from rest_framework import exceptions

from lms.exceptions import Conflict


class InvalidCredentials(exceptions.AuthenticationFailed):
    default_detail = "The e-mail address or the password is wrong."
    default_code = "invalid_credentials"


class InvalidToken(exceptions.AuthenticationFailed):
    default_detail = "The token is invalid or has expired. Sign in again."
    default_code = "invalid_token"


class TokenExpired(exceptions.AuthenticationFailed):
    """An access token is older than 15 minutes; its session goes on."""

    default_detail = "The access token has ended. Refresh it and send the request again."
    default_code = "token_expired"


class SessionRevoked(exceptions.AuthenticationFailed):
    default_detail = "This session has ended. Sign in again."
    default_code = "session_revoked"


class CSRFFailed(exceptions.PermissionDenied):
    default_detail = "The CSRF token is missing or wrong."
    default_code = "csrf_failed"


class UntrustedOrigin(exceptions.PermissionDenied):
    default_detail = "Signing in from this origin is not allowed."
    default_code = "untrusted_origin"


class CrossSiteCookies(exceptions.PermissionDenied):
    """A page asks to sign in with cookies, but its browser will not keep them: the API is on another site."""

    default_detail = (
        "This page and the API are on different sites, so your browser will not keep the cookies of a sign-in. Open both "
        "under the same host name (localhost and 127.0.0.1 are two), serve both through one proxy, or sign in with "
        "POST /auth/token and send bearer tokens: see docs/spa.md."
    )
    default_code = "cross_site_cookies"


class SecondFactorSetupRequired(exceptions.PermissionDenied):
    default_detail = "Staff need a second factor. Sign in to the admin once: it sets one up."
    default_code = "second_factor_setup_required"


class FieldError(exceptions.ValidationError):
    """A 400 about one field that only the database can check."""

    field: str
    message: str
    code: str

    def __init__(self) -> None:
        super().__init__({self.field: [self.message]}, code=self.code)


class EmailTaken(FieldError):
    field, code = "email", "unique"
    message = "An account with this e-mail address already exists."


class WrongPassword(FieldError):
    field, code = "current_password", "invalid_password"
    message = "Your password was changed at the same time. Enter the new one and try again."


class InvalidLink(FieldError):
    field, code = "token", "invalid_token"
    message = "This link has expired, was used already, or was replaced by a newer one. Ask for a new link."


class InvalidCode(FieldError):
    field, code = "code", "invalid_code"
    message = "This code is wrong or was used already."


class SecondFactorEnabled(Conflict):
    default_detail = "A second factor is already set up. Remove it first."
    default_code = "second_factor_enabled"


class SecondFactorMissing(Conflict):
    default_detail = "No second factor is set up."
    default_code = "second_factor_missing"


class RequestDeclined(Conflict):
    default_detail = (
        "Your request to become an instructor was declined. Please contact us if you disagree."
    )
    default_code = "request_declined"
