"""The staff's site: Django's admin, with the API's limits on sign-ins and its second factor."""

from typing import Any, override

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.exceptions import WrongPassword
from accounts.models import SecondFactor, User
from accounts.serializers.fields import MAX_PASSWORD_LENGTH
from accounts.services.passwords import change_password
from accounts.throttling import SIGNIN_THROTTLES, SigninFailures, remember_device
from lms.exceptions import ServiceUnavailable


class StaffRequest(HttpRequest):
    """Django's request on a page of the site, where `user` is never anonymous. Only for annotations."""

    user: User


class StaffLoginForm(AdminAuthenticationForm):
    """E-mail address, password, and the second factor's code where one is set up."""

    code = forms.CharField(
        label="Code",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        factor = SecondFactor.objects.find_confirmed(user)
        if factor and not factor.accept(self.cleaned_data.get("code") or ""):
            raise forms.ValidationError(
                "The code of your second factor is missing, wrong or was used already.",
                code="invalid_code",
            )
        if factor is None and settings.STAFF_SECOND_FACTOR:
            raise forms.ValidationError(
                "Staff need a second factor. Set one up in the settings of your account first.",
                code="second_factor_required",
            )


class StaffPasswordForm(AdminPasswordChangeForm):
    """A change of password by the API's rules, which also ends every session at the API."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].validators.append(MaxLengthValidator(MAX_PASSWORD_LENGTH))

    @override
    def save(self, commit: bool = True) -> User:
        try:
            change_password(self.user, new=self.cleaned_data["new_password1"])
        except WrongPassword as error:
            raise PermissionDenied(error.message) from None
        self.user.refresh_from_db(fields=["password"])
        return self.user


class StaffSite(AdminSite):
    """The admin, under this site's name."""

    site_header = site_title = f"{settings.SITE_NAME} staff"
    site_url = settings.FRONTEND_URL
    login_form = StaffLoginForm
    login_template = "accounts/staff_login.html"
    password_change_form = StaffPasswordForm

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().login(request, extra_context)
        try:
            seconds = _count_attempt(request)
        except ServiceUnavailable as error:
            return self._render_wait(request, error.wait, status=error.status_code)
        if seconds:
            return self._render_wait(request, seconds, status=429)
        response = super().login(request, extra_context)
        if request.user.is_authenticated:
            SigninFailures().forgive(request, None)
            remember_device(response, request.user)
        else:
            SigninFailures().allow_request(request, None)
        return response

    def _render_wait(self, request: HttpRequest, seconds: int, *, status: int) -> HttpResponse:
        context = {**self.each_context(request), "title": "Please wait", "seconds": seconds}
        response = TemplateResponse(request, "accounts/staff_wait.html", context, status=status)
        response["Retry-After"] = str(seconds)
        return response


def _count_attempt(request: HttpRequest) -> int:
    """Count an attempt to sign in; return how many seconds it must wait, 0 if it is allowed."""
    throttles = [throttle() for throttle in SIGNIN_THROTTLES]
    waits = [limit.wait() for limit in throttles if not limit.allow_request(request, None)]
    return round(max(waits, default=0))
