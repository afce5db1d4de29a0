"""Pages for people and machines that are no part of the API."""

from django.urls import path

from . import credential
from .views import certificates

urlpatterns = [
    path("certificates/<str:code>", certificates.page, name="certificate-page"),
    path(credential.KEYS_PATH, certificates.keys, name="certificate-keys"),
]
