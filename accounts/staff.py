"""The staff's site: Django's admin, with the API's limits on sign-ins and its second factor.

If `STAFF_SECOND_FACTOR` is set, a member of staff without one gets no session here either: the right password leads to a
page that sets one up.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, override

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.exceptions import (
    InvalidCode,
    InvalidToken,
    SecondFactorEnabled,
    SecondFactorMissing,
    SecondFactorSetupRequired,
    WrongPassword,
)
from accounts.models import SecondFactor, User
from accounts.serializers.fields import MAX_PASSWORD_LENGTH
from accounts.services import second_factor
from accounts.services.passwords import change_password
from accounts.services.signing_in import SIGNINS, get_challenged_user
from accounts.staff_factor import OwnFactorPage, draw_qr_code
from accounts.throttling import SIGNIN_THROTTLES, SigninFailures, remember_device
from accounts.tokens import issue_challenge
from lms.exceptions import ServiceUnavailable
from lms.locales import Sentence
from lms.staff_pages import render_refusal


class StaffRequest(HttpRequest):
    """Django's request on a page of the site, where `user` is never anonymous. Only for annotations."""

    user: User


class StaffLoginForm(AuthenticationForm):
    """E-mail address, password, and the second factor's code where one is set up.

    `without_factor` is the user whose password was right, but who must set up a second factor first.
    """

    without_factor: User | None = None

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "one-time-code"}),
    )

    @property
    def refusal(self) -> str:
        """The code of what is wrong, as the API names it."""
        code = next(iter(self.errors.as_data().values()))[0].code or ""
        return "invalid_credentials" if code in {"invalid_login", "inactive"} else code

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        factor = SecondFactor.objects.find_confirmed(user)
        if factor and not factor.accept(self.cleaned_data.get("code") or ""):
            raise forms.ValidationError(
                _("The code of your second factor is missing, wrong or was used already."),
                code="invalid_code",
            )
        if SecondFactor.objects.is_missing(user):
            self.without_factor = user
            error = SecondFactorSetupRequired
            raise forms.ValidationError(error.default_detail, code=error.default_code)


class SetupForm(forms.Form):
    """The last step of setting up a second factor: a code of the app that has its secret."""

    challenge = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    secret = forms.CharField(max_length=200, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "one-time-code"}),
    )


class StaffPasswordForm(AdminOwnPasswordChangeForm):
    """A change of password by the API's rules, which also ends every session at the API."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].validators.append(MaxLengthValidator(MAX_PASSWORD_LENGTH))

    @override
    def save(self, commit: bool = True) -> User:
        try:
            change_password(self.user, new=self.cleaned_data["new_password1"])
        except WrongPassword as error:
            raise PermissionDenied(error.default_detail) from None
        self.user.refresh_from_db(fields=["password"])
        return self.user


type View = Callable[..., HttpResponseBase]


def refusing_when_busy(view: View) -> View:
    """Answer with a page if a service that the view needs is unavailable: it may be free in a moment."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ServiceUnavailable as error:
            return render_refusal(error)

    return answered


class StaffSite(UnfoldAdminSite):
    """The admin, under this site's name."""

    site_header = site_title = format_lazy(_("{site} staff"), site=settings.SITE_NAME)
    site_url = settings.FRONTEND_URL
    login_form = StaffLoginForm
    login_template = "accounts/staff_login.html"
    password_change_form = StaffPasswordForm

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        """Return the context of every page; unfold would write the colours into a style of each page."""
        return context | {"site_title": self.site_title, "colors": None}

    @override
    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Find lists by name. Unfold's own method caches its results as pickles."""
        term = request.GET.get("s", "").lower()
        found = self._search_apps(self.get_app_list(request), term) if term else []
        context = {
            "results": found,
            "page_obj": {"count": len(found)},
            "page_counter": 0,
            "execution_time": 0,
        }
        return TemplateResponse(request, "unfold/helpers/command_results.html", context)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().login(request, extra_context)
        try:
            return self._sign_in(request, extra_context)
        except ServiceUnavailable as error:
            return self._render_wait(request, error.wait, status=error.status_code)

    def _sign_in(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> HttpResponse:
        if seconds := _count_attempt(request):
            return self._render_wait(request, seconds, status=429)
        response = super().login(request, extra_context)
        form = getattr(response, "context_data", {}).get("form")
        if form and form.without_factor:
            return self._render_setup(request, form.without_factor)
        if response.status_code == 302 and request.user.is_authenticated:
            SIGNINS.labels("signed_in").inc()
            SigninFailures().forgive(request, None)
            remember_device(response, request.user)
        else:
            SIGNINS.labels(form.refusal if form else "invalid_form").inc()
            SigninFailures().allow_request(request, None)
        return response

    @override
    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        return super().admin_view(refusing_when_busy(view), cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may see the site: an older session ends where a second factor is missing."""
        if not super().has_permission(request):
            return False
        return not SecondFactor.objects.is_missing(request.user)  # type: ignore[arg-type]  # not anonymous here

    def get_urls(self) -> list[Any]:
        set_up = never_cache(self.set_up_second_factor)
        own = self.admin_view(never_cache(self.show_own_second_factor))
        return [
            path("second-factor/", set_up, name="second_factor"),
            path("own-second-factor/", own, name="own_second_factor"),
            *super().get_urls(),
        ]

    @override
    def _get_account_links(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the links of the menu of the member of staff."""
        return [
            {"title": _("Change password"), "link": reverse("admin:password_change")},
            {"title": _("Second factor"), "link": reverse("admin:own_second_factor")},
        ]

    def show_own_second_factor(self, request: StaffRequest) -> HttpResponse:
        page = OwnFactorPage(request, request.user, self.each_context(request))
        return page.respond()

    def set_up_second_factor(self, request: HttpRequest) -> HttpResponse:
        """Confirm the second factor that `login` offered, sign in, and show the recovery codes once."""
        form = SetupForm(request.POST)
        if not form.is_valid():
            return redirect("admin:login")
        data = form.cleaned_data
        try:
            user = get_challenged_user(data["challenge"])
            if not SecondFactor.objects.is_missing(user):
                return redirect("admin:login")
            codes = second_factor.confirm(user, data["code"])
        except InvalidCode as error:
            return self._render_setup(
                request, user, secret=data["secret"], error=error.default_detail
            )
        except (InvalidToken, SecondFactorEnabled, SecondFactorMissing):
            return redirect("admin:login")
        login(request, user)
        context = {**self.each_context(request), "title": _("Your recovery codes"), "codes": codes}
        response = TemplateResponse(request, "accounts/staff_recovery_codes.html", context)
        remember_device(response, user)
        return response

    def _render_setup(
        self, request: HttpRequest, user: User, *, secret: str = "", error: Sentence = ""
    ) -> HttpResponse:
        """Show a secret for the app, a new one unless it was shown before."""
        secret = secret or second_factor.set_up(user).secret
        context = {
            **self.each_context(request),
            "title": _("Set up a second factor"),
            "qr_code": draw_qr_code(secret, user),
            "form": SetupForm(initial={"challenge": issue_challenge(user), "secret": secret}),
            "secret": secret,
            "error": error,
        }
        return TemplateResponse(request, "accounts/staff_second_factor.html", context)

    def password_change(  # type: ignore[override]  # a redirect after the change
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Unfold's method ignores `password_change_form`.
        response = AdminSite.password_change(self, request, extra_context)
        if response.status_code == 302:
            remember_device(response, request.user)  # type: ignore[arg-type]  # not anonymous here
        return response

    def _render_wait(self, request: HttpRequest, seconds: int, *, status: int) -> HttpResponse:
        context = {**self.each_context(request), "title": _("Please wait"), "seconds": seconds}
        response = TemplateResponse(request, "accounts/staff_wait.html", context, status=status)
        response["Retry-After"] = str(seconds)
        return response


def _count_attempt(request: HttpRequest) -> int:
    """Count an attempt to sign in; return how many seconds it must wait, 0 if it is allowed."""
    throttles = [throttle() for throttle in SIGNIN_THROTTLES]
    waits = [limit.wait() for limit in throttles if not limit.allow_request(request, None)]
    return round(max(waits, default=0))
