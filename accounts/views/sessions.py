"""The list of one's sign-ins."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.cookies import clear_cookies
from accounts.models import LoginSession
from accounts.serializers.signing_in import SessionSerializer


@extend_schema(tags=["signing in"])
class SessionViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, GenericViewSet):
    queryset = LoginSession.objects.none()
    serializer_class = SessionSerializer
    ordering = ("-created_at", "-id")
    request: UserRequest

    def get_queryset(self) -> QuerySet[LoginSession]:
        return LoginSession.objects.visible_to(self.request.user)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End a session at once, its access token included."""
        session = self.get_object()
        response = super().destroy(request, *args, **kwargs)
        if session.pk == self.request.auth.session_id:
            clear_cookies(response)
        return response
