"""The tests' settings, on the engine that can crash."""

from lms.settings_test import *  # noqa: F403

DEBUG = False  # or Django would keep every command
DATABASES["default"]["ENGINE"] = "proof.engine"  # noqa: F405
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"null": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["null"], "level": "ERROR"},
}
