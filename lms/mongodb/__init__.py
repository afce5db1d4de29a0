"""MongoDB as Django's database. `connection` is Django's own, typed as this engine's."""

from typing import TYPE_CHECKING, cast

from django.db import connection as _connection

if TYPE_CHECKING:
    from lms.mongodb.base import DatabaseWrapper  # imported by Django when it opens the connection

connection = cast("DatabaseWrapper", _connection)
