"""The settings for mypy, whose Django plugin types `request.user` only if it finds this app under its own name."""

from lms.settings import *  # noqa: F403 (all settings, some of them changed below)

INSTALLED_APPS = [
    "django.contrib.auth" if app == "lms.apps.MongoAuthConfig" else app
    for app in INSTALLED_APPS  # noqa: F405 (of lms.settings)
]
