"""mongoeco's two storages without two costs that grow with the collection."""

from typing import Any

from mongoeco.engines.memory import MemoryEngine
from mongoeco.engines.sqlite import SQLiteEngine


class Memory(MemoryEngine):
    """Documents in memory."""

    def _ensure_unique_indexes(self, *arguments: Any, **options: Any) -> None:
        # A scan for equal ids under unequal keys, which only numbers can have, and those it looks for in any case.
        super()._ensure_unique_indexes(*arguments, **options | {"scan_payload_id": False})


class SQLite(SQLiteEngine):
    """Documents in an SQLite file."""

    def _validate_document_against_unique_indexes(self, *arguments: Any, **options: Any) -> None:
        super()._validate_document_against_unique_indexes(
            *arguments, **options | {"scan_payload_id": False}
        )

    def _decode_codec_payload(self, payload: object, *, preserve_bson_wrappers: bool) -> Any:
        # The parent inspects the codec's signature for each document.
        return self._codec.decode(payload, preserve_bson_wrappers=preserve_bson_wrappers)
