"""Cursors that answer in batches, as MongoDB's do: https://www.mongodb.com/docs/manual/tutorial/iterate-a-cursor/."""

from typing import Any

from bson.int64 import Int64
from mongoeco.errors import OperationFailure
from mongoeco.wire.cursors import WireCursorStore

FIRST_BATCH = 101
"""How many documents MongoDB puts into the first answer, unless the command names another number."""
MAX_CURSORS = 1000
CURSOR_NOT_FOUND = 43


class Cursors(WireCursorStore):
    """mongoeco's cursors; without a `batchSize` the first batch has 101 documents, and the second one the rest."""

    def materialize_command_result(
        self, command_document: dict[str, Any], result: dict[str, Any], **options: Any
    ) -> dict[str, Any]:
        answer: dict[str, Any] = super().materialize_command_result(
            command_document, result, **options
        )
        if len(self) > MAX_CURSORS:  # left open by clients that are gone
            self._state.pop(next(iter(self._state)))
        return _with_long_id(answer)

    def get_more(self, command_document: dict[str, Any], **options: Any) -> dict[str, Any]:
        cursor_id = command_document["getMore"]
        if cursor_id not in self._state:
            raise OperationFailure(f"cursor id {cursor_id} not found", code=CURSOR_NOT_FOUND)
        answer: dict[str, Any] = super().get_more(command_document, **options)
        return _with_long_id(answer)

    def close_of(self, session: str) -> None:
        """Close the cursors of a session."""
        for cursor_id, state in list(self._state.items()):
            if state.session_key == session:
                del self._state[cursor_id]

    @staticmethod
    def _resolve_batch_size(command_document: dict[str, Any]) -> int | None:
        if command_document.get("singleBatch"):
            return None
        size = WireCursorStore._resolve_batch_size(command_document)
        return FIRST_BATCH if size is None else size


def _with_long_id(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer whose cursor has an id of 64 bits, as MongoDB writes it: the driver of Node.js takes no other."""
    cursor = answer.get("cursor")
    if isinstance(cursor, dict) and "id" in cursor:
        cursor["id"] = Int64(cursor["id"])
    return answer
