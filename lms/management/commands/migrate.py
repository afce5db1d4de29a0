from typing import Any

from django.db import connections
from django_mongodb_backend.management.commands import migrate


class Command(migrate.Command):  # type: ignore[misc]  # the backend has no types
    """The backend's command, which waits for each index until it is built."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection: Any = connections[options["database"]]  # of the engine in lms/mongodb
        with connection.unhurried():
            super().handle(*args, **options)
