"""Pages for people and programs outside the API."""

from django.urls import path

from certificates import credential, views

urlpatterns = [
    path("certificates/<str:code>", views.page, name="certificate-page"),
    path(credential.KEYS_PATH, views.keys, name="certificate-keys"),
]
