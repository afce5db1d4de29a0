"""Errors of accounts, each with its status and a stable code."""

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from lms.exceptions import Conflict, FieldError, ServiceUnavailable

SIGN_IN_AGAIN = "Treat the person as signed out and show the sign-in form."


class InvalidCredentials(exceptions.AuthenticationFailed):
    """No account has this e-mail address and this password: which of the two is wrong stays secret."""

    default_detail = _("The e-mail address or the password is wrong.")
    default_code = "invalid_credentials"
    advice = "Show the sentence above the sign-in form."


class TooManyPasswords(ServiceUnavailable):
    """Too many passwords are being checked at this moment."""

    default_detail = _(
        "Too many people are entering passwords at this moment. Try again in a moment."
    )


class InvalidToken(exceptions.AuthenticationFailed):
    """A token is malformed or was not signed by us, or the challenge of a sign-in has ended."""

    default_detail = _("The token is invalid or has expired. Sign in again.")
    default_code = "invalid_token"
    advice = SIGN_IN_AGAIN


class TokenExpired(exceptions.AuthenticationFailed):
    """An access token is older than 15 minutes; its session goes on."""

    default_detail = _("The access token has ended. Refresh it and send the request again.")
    default_code = "token_expired"
    advice = (
        "Refresh (`POST /auth/refresh` or `GET /auth/session`) and send the request again, once."
    )


class SessionRevoked(exceptions.AuthenticationFailed):
    """The session was ended: by signing out, by a new password, by staff, or because an old refresh token was used."""

    default_detail = _("This session has ended. Sign in again.")
    default_code = "session_revoked"
    advice = SIGN_IN_AGAIN


class UntrustedOrigin(exceptions.PermissionDenied):
    """A browser asks for cookies from a page whose origin the operator did not list."""

    default_detail = _(
        "Signing in from this page's address is not allowed. Open the site at its usual address."
    )
    default_code = "untrusted_origin"
    advice = "Add the page's origin to `TRUSTED_ORIGINS` on the server."


class CrossSiteCookies(exceptions.PermissionDenied):
    """A page asks to sign in with cookies, but its browser will not keep them: the API is on another site."""

    default_detail = _(
        "This page and the API are on different sites, so your browser will not keep the cookies of a sign-in. Open both "
        "under the same host name (localhost and 127.0.0.1 are two), serve both through one proxy, or sign in with "
        "POST /auth/token and send bearer tokens: see docs/spa.md."
    )
    default_code = "cross_site_cookies"
    advice = "Correct how the page is opened or deployed: docs/spa.md has the three ways."


class SecondFactorSetupRequired(exceptions.PermissionDenied):
    """A member of staff must have a second factor and has none."""

    default_detail = _("Staff need a second factor. Sign in to the admin once: it sets one up.")
    default_code = "second_factor_setup_required"
    advice = "Show the sentence with a link to `/admin/`."


class EmailTaken(FieldError):
    """An account with this e-mail address exists already."""

    attr = "email"
    default_code = "unique"
    default_detail = _("An account with this e-mail address already exists.")
    advice = "Offer to sign in, or to reset the password."


class WrongPassword(FieldError):
    """The password was changed while the request was being answered."""

    attr = "current_password"
    default_code = "invalid_password"
    default_detail = _(
        "Your password was changed at the same time. Enter the new one and try again."
    )


class InvalidLink(FieldError):
    """The token of a mailed link has ended, was used already, or was replaced by a newer one."""

    attr = "token"
    default_code = "invalid_token"
    default_detail = _(
        "This link has expired, was used already, or was replaced by a newer one. Ask for a new link."
    )
    advice = "Offer to send a new link."


class InvalidCode(FieldError):
    """The code of the second factor is wrong or was used already."""

    attr = "code"
    default_code = "invalid_code"
    default_detail = _("This code is wrong or was used already. Wait for the next one.")


class SecondFactorEnabled(Conflict):
    """A second factor is set up already."""

    default_detail = _("A second factor is already set up. Remove it first.")
    default_code = "second_factor_enabled"


class SecondFactorMissing(Conflict):
    """The account has no second factor, or its setup was not confirmed."""

    default_detail = _("No second factor is set up. Set one up first.")
    default_code = "second_factor_missing"


class RequestDeclined(Conflict):
    """Staff have declined the person's request to become an instructor."""

    default_detail = _(
        "Your request to become an instructor was declined. Please contact us if you disagree."
    )
    default_code = "request_declined"
