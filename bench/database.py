"""A database of a measurement's own, on the server of `MONGODB_URI` or an embedded one, dropped at the end."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """Set Django up on an empty database, and drop it at the end."""
    if not os.environ.get("MONGODB_URI"):
        from sandbox.mongo import lease

        os.environ["MONGODB_URI"] = lease.temporary()
    os.environ |= {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_NAME": f"bench_{name}_{os.getpid()}",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "WARNING",
        "THROTTLE_ANON": "1000000/min",
        "THROTTLE_USER": "1000000/min",
    }
    warnings.filterwarnings("ignore", "No directory at")  # static files are not collected here
    django.setup()
    from django.test.utils import override_settings

    from lms.mongodb import connection

    # While the embedded server sorts, it answers no heartbeat: the driver would give it up.
    connection.settings_dict["OPTIONS"] |= {
        "connectTimeoutMS": 600_000,
        "socketTimeoutMS": 600_000,
    }
    try:
        call_command("migrate", verbosity=0)
        with override_settings(DEBUG=False):  # with it, Django keeps every command
            yield
    finally:
        connection.connection.drop_database(connection.settings_dict["NAME"])
