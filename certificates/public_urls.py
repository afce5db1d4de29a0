"""Pages for people and machines that are no part of the API."""

from django.urls import path

from certificates import credential, views

urlpatterns = [
    path("certificates/<str:code>", views.page, name="certificate-page"),
    path(credential.KEYS_PATH, views.keys, name="certificate-keys"),
]
