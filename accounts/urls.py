"""The paths of accounts: signing in, sessions, passwords, the second factor, and one's own account."""

from django.urls import path

from accounts.views import addresses, passwords, people, second_factor, sessions, signing_in

factor = second_factor.SecondFactorViewSet.as_view

urlpatterns = [
    path(
        "auth/session",
        sessions.CurrentSessionViewSet.as_view({"get": "retrieve"}),
        name="current-session",
    ),
    path("auth/csrf", sessions.CSRFViewSet.as_view({"get": "retrieve"}), name="csrf"),
    path("auth/signup", signing_in.SignupViewSet.as_view({"post": "sign_up"}), name="signup"),
    path("auth/signin", signing_in.SigninViewSet.as_view({"post": "sign_in"}), name="signin"),
    path(
        "auth/signin/second-factor",
        signing_in.SigninCodeViewSet.as_view({"post": "finish"}),
        name="signin-code",
    ),
    path("auth/token", signing_in.TokenViewSet.as_view({"post": "sign_in"}), name="token"),
    path(
        "auth/token/second-factor",
        signing_in.TokenCodeViewSet.as_view({"post": "finish"}),
        name="token-code",
    ),
    path("auth/refresh", sessions.RefreshViewSet.as_view({"post": "refresh"}), name="refresh"),
    path("auth/signout", sessions.SignoutViewSet.as_view({"post": "sign_out"}), name="signout"),
    path(
        "auth/signout-everywhere",
        sessions.SignoutEverywhereViewSet.as_view({"post": "sign_out_everywhere"}),
        name="signout-all",
    ),
    path("auth/sessions", sessions.SessionViewSet.as_view({"get": "list"}), name="sessions"),
    path(
        "auth/sessions/<object_id:pk>",
        sessions.SessionViewSet.as_view({"delete": "destroy"}),
        name="session",
    ),
    path(
        "auth/verify-email",
        addresses.VerificationViewSet.as_view({"post": "verify"}),
        name="verify-email",
    ),
    path(
        "auth/verify-email/resend",
        addresses.ResendVerificationViewSet.as_view({"post": "resend"}),
        name="resend",
    ),
    path(
        "auth/password/change",
        passwords.ChangePasswordViewSet.as_view({"post": "change"}),
        name="change-password",
    ),
    path(
        "auth/password/forgot",
        passwords.ForgotPasswordViewSet.as_view({"post": "request_reset"}),
        name="forgot-password",
    ),
    path(
        "auth/password/reset",
        passwords.ResetPasswordViewSet.as_view({"post": "reset"}),
        name="reset-password",
    ),
    path(
        "auth/second-factor",
        factor({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="second-factor",
    ),
    path(
        "auth/second-factor/confirm",
        second_factor.ConfirmSecondFactorViewSet.as_view({"post": "confirm"}),
        name="confirm-second-factor",
    ),
    path(
        "auth/second-factor/recovery-codes",
        factor({"post": "renew_recovery_codes"}),
        name="recovery-codes",
    ),
    path(
        "users/me",
        people.MeViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
        name="me",
    ),
    path(
        "users/me/avatar",
        people.AvatarViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="avatar",
    ),
    path(
        "users/me/instructor",
        people.InstructorViewSet.as_view({"post": "become_instructor"}),
        name="become-instructor",
    ),
    path("users/me/export", people.ExportViewSet.as_view({"get": "export"}), name="export"),
]
