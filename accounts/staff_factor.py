"""The page of a member of staff's own second factor: set up, new recovery codes, turned off."""

from functools import partial
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts.exceptions import InvalidCode, SecondFactorEnabled, SecondFactorMissing
from accounts.models import SecondFactor, User
from accounts.services import second_factor
from accounts.throttling import ConfirmationThrottle
from lms import audit

TEMPLATE = "accounts/staff_own_factor.html"
CODE = UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code"})


class PasswordForm(forms.Form):
    """The password that confirms the start, so that a stolen session is not enough."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=1000,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your current password."))
        return password


class CodeForm(forms.Form):
    """A code of the app that has just been given the secret."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, widget=CODE)
    secret = forms.CharField(max_length=200, widget=forms.HiddenInput)


class ChangeForm(PasswordForm):
    """Password and code, which confirm that a second factor that is on may be changed."""

    code = forms.CharField(
        label=gettext_lazy("Code of the app, or a recovery code"), max_length=40, widget=CODE
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        factor = SecondFactor.objects.find_confirmed(self.user)
        # A code works once, so it is asked only if the password was right.
        if "password" in data and not (factor and factor.accept(data.get("code") or "")):
            raise ValidationError({"code": InvalidCode.default_detail})
        return data


def draw_qr_code(secret: str, user: User) -> SafeString:
    """Return the picture that an authenticator app scans."""
    uri = SecondFactor().provisioning_uri(secret, user.email)
    return mark_safe(segno.make(uri).svg_inline(scale=4, light="#fff"))  # noqa: S308 (made by us)


class OwnFactorPage:
    """One answer of the page; `context` is what all pages of the site show."""

    def __init__(self, request: HttpRequest, user: User, context: dict[str, Any]) -> None:
        self.request, self.user = request, user
        self.context = context | {"title": _("Your second factor")}

    def respond(self) -> HttpResponse:
        """Show the page, or do what was asked for and show what came of it."""
        is_on = SecondFactor.objects.find_confirmed(self.user)
        if self.request.method != "POST":
            return self._show(ChangeForm(self.user) if is_on else PasswordForm(self.user))
        throttle = ConfirmationThrottle()
        if not throttle.allow_request(self.request, None):
            messages.error(self.request, _("Too many attempts. Please wait some minutes."))
            return redirect("admin:own_second_factor")
        if is_on:
            return self._change()
        return self._confirm() if "code" in self.request.POST else self._start()

    def _start(self) -> HttpResponse:
        form = PasswordForm(self.user, self.request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            secret = second_factor.set_up(self.user).secret
        except SecondFactorEnabled:
            return redirect("admin:own_second_factor")
        return self._show(CodeForm(initial={"secret": secret}), secret=secret)

    def _confirm(self) -> HttpResponse:
        form = CodeForm(self.request.POST)
        if form.is_valid():
            try:
                confirm = partial(second_factor.confirm, self.user, form.cleaned_data["code"])
                codes = audit.perform(self.user.pk, self.user, "set_up_second_factor", confirm)
            except InvalidCode as error:
                form.add_error("code", error.default_detail)
            except (SecondFactorEnabled, SecondFactorMissing):
                return redirect("admin:own_second_factor")
            else:
                return self._show(None, codes=codes)
        return self._show(form, secret=self.request.POST.get("secret", "")[:200])

    def _change(self) -> HttpResponse:
        form = ChangeForm(self.user, self.request.POST)
        if not form.is_valid():
            return self._show(form)
        if "remove" in self.request.POST:
            remove = partial(second_factor.remove, self.user)
            audit.perform(self.user.pk, self.user, "remove_second_factor", remove)
            messages.success(self.request, _("Signing in does not require a code any more."))
            return redirect("admin:own_second_factor")
        renew = partial(second_factor.renew_recovery_codes, self.user)
        codes = audit.perform(self.user.pk, self.user, "renew_recovery_codes", renew)
        return self._show(None, codes=codes)

    def _show(self, form: forms.Form | None, secret: str = "", **more: Any) -> HttpResponse:
        factor = SecondFactor.objects.find_confirmed(self.user)
        context = self.context | {"form": form, "factor": factor, "secret": secret, **more}
        if secret:
            context["qr_code"] = draw_qr_code(secret, self.user)
        return TemplateResponse(self.request, TEMPLATE, context)
