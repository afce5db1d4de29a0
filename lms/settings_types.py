"""The settings for mypy: its Django plugin knows whose `request.user` is by this app's own name alone."""

from lms.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth" if app == "lms.apps.MongoAuthConfig" else app
    for app in INSTALLED_APPS  # noqa: F405
]
