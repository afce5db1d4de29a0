"""The store of the stand-ins: JSON documents in one SQLite file."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

type Document = dict[str, Any]

SCHEMA = """
    CREATE TABLE IF NOT EXISTS documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, id)
    )
"""


class Store:
    """Documents by kind and id; safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        """Open the file at ``path``, or keep everything in memory if it is None."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        # Survives a crash of the process; after a crash of the machine the last documents may be missing.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)

    def put(self, kind: str, id: str, document: Document) -> None:
        """Insert or replace a document; a replaced one keeps its place in the order."""
        self._run(
            "INSERT INTO documents (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, id, json.dumps(document)),
        )

    def get(self, kind: str, id: str) -> Document | None:
        """Return a new copy of a document, or None."""
        rows = self._run("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, id))
        document: Document | None = json.loads(rows[0][0]) if rows else None
        return document

    def delete(self, kind: str, id: str) -> None:
        """Delete a document if it exists."""
        self._run("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))

    def all(self, kind: str) -> list[Document]:
        """Return the documents of a kind, the last inserted first."""
        rows = self._run("SELECT body FROM documents WHERE kind = ? ORDER BY number DESC", (kind,))
        return [json.loads(body) for (body,) in rows]

    def clear(self) -> None:
        """Delete everything."""
        self._run("DELETE FROM documents")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _run(self, statement: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
