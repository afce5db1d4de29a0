"""The settings of tests, which are quick: a cheap hasher, mail kept in memory, tasks run at once."""

import os

from lms.settings import *  # noqa: F403 (all settings, some of them changed below)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
TASKS = {"default": {"BACKEND": "lms.tasks.backend.OnCommitBackend"}}
WORKER_THREAD = False  # importing the application would start it, and its commands be counted
THROTTLE_RATES = dict.fromkeys(THROTTLE_RATES, "1000000/min")  # noqa: F405 (of lms.settings)
CLOUDINARY_CHUNK_BYTES = 64 * 1024
LOGGING = {"version": 1, "disable_existing_loggers": False}
WHITENOISE_USE_FINDERS = False  # looking for all static files costs 20 ms per client
# By this name a test makes MongoDB fail its own process alone: several test against one server.
DATABASES["default"]["OPTIONS"]["appname"] = f"tests {os.getpid()}"  # noqa: F405
MIDDLEWARE = ["lms.tests.answers.AnswersMiddleware", *MIDDLEWARE]  # noqa: F405 (of lms.settings)
