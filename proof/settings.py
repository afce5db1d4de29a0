"""The settings of the tests, on the engine with crash points."""

from lms.settings_test import *  # noqa: F403

DEBUG = False  # with DEBUG, Django would keep every command
DATABASES["default"]["ENGINE"] = "proof.engine"  # noqa: F405
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"null": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["null"], "level": "ERROR"},
}
