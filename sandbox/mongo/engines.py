"""mongoeco's two engines, without costs that grow with the collection, with text search that returns the best first, and
with expired rows that stay for up to a minute, as in MongoDB.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import NoneType
from typing import Any

from bson import ObjectId
from mongoeco.core.query_plan import AndCondition, InCondition
from mongoeco.core.runtime_metadata import RuntimeDocumentState, RuntimeMetadataKey
from mongoeco.core.search import TEXT_SCORE_FIELD
from mongoeco.engines.memory import MemoryEngine
from mongoeco.engines.semantic_core import EngineFindSemantics
from mongoeco.engines.sqlite import SQLiteEngine

TTL_SECONDS = 60.0
"""How often MongoDB deletes what has expired: https://www.mongodb.com/docs/manual/core/index-ttl/#timing-of-the-delete-operation."""


class Rounds:
    """The times at which a collection loses its expired rows: every `ttl_seconds`, beginning with its first use."""

    ttl_seconds = TTL_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._next_round: dict[tuple[str, str], float] = {}

    def _is_time(self, collection: tuple[str, str]) -> bool:
        now = time.monotonic()
        if now < self._next_round.setdefault(collection, now + self.ttl_seconds):
            return False
        self._next_round[collection] = now + self.ttl_seconds
        return True


def best_first(
    found: Iterable[RuntimeDocumentState], semantics: EngineFindSemantics
) -> Iterator[RuntimeDocumentState]:
    """Yield documents by text score if they are sorted by nothing else: the engines' sort ignores the score."""
    if [field for field, _ in semantics.sort or []] != [TEXT_SCORE_FIELD]:
        return iter(found)

    def score(state: RuntimeDocumentState) -> float:
        value: Any = state.metadata_value(RuntimeMetadataKey.TEXT_SCORE)
        return float(value[1])

    return iter(sorted(found, key=score, reverse=True))


class Memory(Rounds, MemoryEngine):
    """Documents in memory."""

    # Nothing subscribes to changes; delivering them costs threads, leases and commits per write.
    capabilities = replace(MemoryEngine.capabilities, change_delivery="none")

    def _ensure_unique_indexes(
        self, db_name: str, coll_name: str, candidate: Any, **options: Any
    ) -> None:
        # Skip a scan for equal ids with different keys: only numbers can have those, and they are found anyway.
        # Skip a scan per unique index of several fields that does not hold the candidate's values.
        indexes: Any = options.get("indexes_view")
        held: Any = options.get("index_data_view")
        indexes = self._indexes if indexes is None else indexes
        held = self._index_data if held is None else held
        held = held.get(db_name, {}).get(coll_name, {})
        excluded = options.get("exclude_storage_key")
        doubtful = [
            index
            for index in indexes.get(db_name, {}).get(coll_name, [])
            if not self._is_free(candidate, index, held.get(index["name"]), excluded)
        ]
        options |= {"scan_payload_id": False, "indexes_view": {db_name: {coll_name: doubtful}}}
        super()._ensure_unique_indexes(db_name, coll_name, candidate, **options)

    def _is_free(self, candidate: Any, index: Any, held: Any, excluded: Any) -> bool:
        """Return whether a unique index of several fields, none an array, holds no other document with these values.

        Null and a field that is missing are one value, but have two keys here: then the parent compares.
        """
        fields = index["fields"]
        if held is None or not index.get("unique") or len(fields) < 2 or index.get("collation"):
            return False
        if any(isinstance(candidate.get(field), list | NoneType) for field in fields):
            return False
        found = held.get(self._index_key(candidate, fields)) or ()
        return all(each == excluded for each in found)

    def _candidate_items_for_plan_locked(
        self, coll: Any, query_plan: Any, **options: Any
    ) -> list[tuple[Any, Any]]:
        # Find ids by their keys, in the order of MongoDB's index: the parent compares each document with each id.
        plans = query_plan.clauses if isinstance(query_plan, AndCondition) else (query_plan,)
        for plan in plans:
            if isinstance(plan, InCondition) and plan.field == "_id":
                ids: Any = plan.values
                if all(isinstance(each, ObjectId) for each in ids):
                    keys = map(self._storage_key, sorted(set(ids)))
                    return [(key, coll[key]) for key in keys if key in coll]
        found: list[tuple[Any, Any]] = super()._candidate_items_for_plan_locked(
            coll, query_plan, **options
        )
        return found

    def _purge_expired_documents_locked(self, db_name: str, coll_name: str, **options: Any) -> int:
        if not self._is_time((db_name, coll_name)):
            return 0
        return int(super()._purge_expired_documents_locked(db_name, coll_name, **options))

    async def empty(self, database: str, collection: str) -> int:
        """Delete all documents of a collection outside of transactions; return their number.

        mongoeco deletes one by one, which took a sixth of its time in a run of the tests: each ends with this.
        """
        async with self._get_lock(database, collection):
            documents = self._storage.get(database, {}).get(collection, {})
            number = len(documents)
            documents.clear()
            for keys in self._index_data.get(database, {}).get(collection, {}).values():
                keys.clear()
            self._invalidate_search_runtime_cache(database, collection)
        return number

    def _iter_documents_for_classic_text_query(
        self, documents: Any, *, semantics: EngineFindSemantics, **options: Any
    ) -> Any:
        found = super()._iter_documents_for_classic_text_query(
            documents, semantics=semantics, **options
        )
        return best_first(found, semantics)


class SQLite(Rounds, SQLiteEngine):
    """Documents in an SQLite file."""

    capabilities = replace(SQLiteEngine.capabilities, change_delivery="none")

    def _validate_document_against_unique_indexes(self, *arguments: Any, **options: Any) -> None:
        super()._validate_document_against_unique_indexes(
            *arguments, **options | {"scan_payload_id": False}
        )

    def _purge_expired_documents_sync(
        self, conn: Any, db_name: str, coll_name: str, **options: Any
    ) -> int:
        if not self._is_time((db_name, coll_name)):
            return 0
        return int(super()._purge_expired_documents_sync(conn, db_name, coll_name, **options))

    def _decode_codec_payload(self, payload: object, *, preserve_bson_wrappers: bool) -> Any:
        # The parent inspects the codec's signature per document.
        return self._codec.decode(payload, preserve_bson_wrappers=preserve_bson_wrappers)

    def _iter_documents_for_classic_text_query_sync(
        self, *arguments: Any, semantics: EngineFindSemantics, **options: Any
    ) -> Any:
        found = super()._iter_documents_for_classic_text_query_sync(
            *arguments, semantics=semantics, **options
        )
        return best_first(found, semantics)
