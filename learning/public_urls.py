"""Pages for people and machines that are no part of the API."""

from django.urls import path

from learning import credential
from learning.views import certificates

urlpatterns = [
    path("certificates/<str:code>", certificates.page, name="certificate-page"),
    path(credential.KEYS_PATH, certificates.keys, name="certificate-keys"),
]
