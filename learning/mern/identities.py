"""Which of our ids belong to the ids of the other server, kept in a temporary file: memory stays small however many people there are."""

import sqlite3

from bson import ObjectId


class Identities:
    """Remembers by kind and name: which account a person has here, which courses they have, and the like.

    A dry run remembers what would be written, so that it finds what the real run finds. SQLite's database without a name
    lies in a temporary file, which the system removes: https://www.sqlite.org/inmemorydb.html#temp_db
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE identities (kind TEXT, name TEXT, value TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID"
        )
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")

    def close(self) -> None:
        self._database.close()

    def keep(self, kind: str, name: object, value: object = "") -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO identities VALUES (?, ?, ?)", (kind, str(name), str(value))
        )

    def get(self, kind: str, name: object) -> str | None:
        row = self._database.execute(
            "SELECT value FROM identities WHERE kind = ? AND name = ?", (kind, str(name))
        ).fetchone()
        return None if row is None else str(row[0])

    def has(self, kind: str, name: object) -> bool:
        return self.get(kind, name) is not None

    def get_id(self, kind: str, name: object) -> ObjectId | None:
        value = self.get(kind, name)
        return ObjectId(value) if value else None
