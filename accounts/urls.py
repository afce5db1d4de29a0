from django.urls import path, re_path

from accounts.views import addresses, passwords, people, second_factor, sessions, signing_in
from lms.drf import OBJECT_ID

session_list = sessions.SessionViewSet.as_view({"get": "list"})
session_detail = sessions.SessionViewSet.as_view({"delete": "destroy"})

urlpatterns = [
    path("auth/csrf", signing_in.CSRFView.as_view(), name="csrf"),
    path("auth/signup", signing_in.SignupView.as_view(), name="signup"),
    path("auth/signin", signing_in.SigninView.as_view(), name="signin"),
    path("auth/signin/second-factor", signing_in.SigninCodeView.as_view(), name="signin-code"),
    path("auth/token", signing_in.TokenView.as_view(), name="token"),
    path("auth/token/second-factor", signing_in.TokenCodeView.as_view(), name="token-code"),
    path("auth/refresh", signing_in.RefreshView.as_view(), name="refresh"),
    path("auth/signout", signing_in.SignoutView.as_view(), name="signout"),
    path("auth/signout-everywhere", signing_in.SignoutEverywhereView.as_view(), name="signout-all"),
    path("auth/sessions", session_list, name="sessions"),
    re_path(rf"^auth/sessions/(?P<pk>{OBJECT_ID})$", session_detail, name="session"),
    path("auth/verify-email", addresses.VerifyEmailView.as_view(), name="verify-email"),
    path("auth/verify-email/resend", addresses.ResendVerificationView.as_view(), name="resend"),
    path("auth/password/change", passwords.ChangePasswordView.as_view(), name="change-password"),
    path("auth/password/forgot", passwords.ForgotPasswordView.as_view(), name="forgot-password"),
    path("auth/password/reset", passwords.ResetPasswordView.as_view(), name="reset-password"),
    path("auth/second-factor", second_factor.SecondFactorView.as_view(), name="second-factor"),
    path(
        "auth/second-factor/confirm",
        second_factor.ConfirmSecondFactorView.as_view(),
        name="confirm-second-factor",
    ),
    path(
        "auth/second-factor/recovery-codes",
        second_factor.RecoveryCodesView.as_view(),
        name="recovery-codes",
    ),
    path("users/me", people.MeView.as_view(), name="me"),
    path("users/me/avatar", people.AvatarView.as_view(), name="avatar"),
    path("users/me/instructor", people.InstructorView.as_view(), name="become-instructor"),
    path("users/me/export", people.ExportView.as_view(), name="export"),
]
