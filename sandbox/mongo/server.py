"""mongoeco's wire server with what Django needs: the greeting of a replica set, isolated transactions, `$not`."""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from mongoeco.core.aggregation.extensions import (
    AggregationExpressionExtensionContext,
    register_aggregation_expression_operator,
)
from mongoeco.core.bson_scalars import BsonInt64
from mongoeco.wire import bson_bridge
from mongoeco.wire.handshake import WireHandshakeService
from mongoeco.wire.protocol import OP_MSG, encode_op_msg_response
from mongoeco.wire.proxy import AsyncMongoEcoProxyServer

from sandbox.mongo import failpoint, projections, sets, values
from sandbox.mongo.cursors import Cursors
from sandbox.mongo.engines import TTL_SECONDS, Memory, SQLite
from sandbox.mongo.failpoint import FailPoint
from sandbox.mongo.gate import Gate
from sandbox.mongo.message import (
    Step,
    command_name,
    emptied_collection,
    has_failed,
    transaction_step,
)
from sandbox.mongo.transactions import NO_SUCH_TRANSACTION, Transactions

REPLICA_SET = "sandbox"
DIALECT = "8.0"
# These commands touch no data (a cursor reads all batches when it is opened), so they do not wait at the gate, unless they
# belong to a transaction.
BYSTANDERS = frozenset(
    b"hello ismaster isMaster ping buildInfo buildinfo connectionStatus whatsmyuri "
    b"getMore killCursors endSessions".split()
)
# The client that the running task serves.
client: ContextVar[asyncio.StreamReader] = ContextVar("client")


def not_expression(
    document: Any,
    operand: object,
    variables: Mapping[str, Any],
    dialect: Any,
    context: AggregationExpressionExtensionContext,
) -> bool:
    """Return MongoDB's `$not` of one expression, alone or in a list."""
    arguments = operand if isinstance(operand, list) else [operand]
    (argument,) = context.require_expression_args("$not", arguments, 1, 1)
    value = context.evaluate_expression(document, argument, variables)
    return not dialect.policy.expression_truthy(value)


class OneKindOfInteger(type):
    """The type of `Int64`, which replaces mongoeco's `BsonInt64` where messages are read and written."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, BsonInt64)

    def __call__(cls, value: int) -> int:
        """Return a plain integer: on SQLite, mongoeco's 64-bit integer does not equal a 32-bit one of the same value."""
        return value


class Int64(metaclass=OneKindOfInteger):
    """An integer of any width."""


setattr(bson_bridge, "BsonInt64", Int64)  # noqa: B010  (mypy knows no such attribute)
projections.install()
sets.install()
values.install()


class ReplicaSetGreeting(WireHandshakeService):
    """A greeting as the primary of a replica set of one: drivers allow transactions only on a replica set."""

    def __init__(self, server: "Server", **options: Any) -> None:
        super().__init__(server._client.mongodb_dialect, **options)
        self._server = server

    def build_hello_response(self, **request: Any) -> dict[str, Any]:
        """Return mongoeco's answer with the fields of a replica set."""
        address = self._server.address
        me = f"{address.host}:{address.port}"
        hello: dict[str, Any] = super().build_hello_response(**request)
        return hello | {
            "setName": REPLICA_SET,
            "setVersion": 1,
            "hosts": [me],
            "primary": me,
            "me": me,
            "secondary": False,
        }


class Server(AsyncMongoEcoProxyServer):
    """A MongoDB on an SQLite file, or in memory.

    A transaction is aborted after `transaction_seconds`. Expired rows are deleted every `ttl_seconds`.
    """

    def __init__(
        self,
        file: Path | None = None,
        *,
        port: int = 0,
        transaction_seconds: float = 10,
        ttl_seconds: float = TTL_SECONDS,
    ) -> None:
        engine = SQLite(str(file)) if file else Memory()
        engine.ttl_seconds = ttl_seconds
        self._engine = engine
        super().__init__(engine=engine, port=port, mongodb_dialect=DIALECT)
        cursors = Cursors()
        self._cursor_store = self._executor._cursor_store = cursors
        self._executor._handlers._cursor_store = cursors
        self._fail_point = FailPoint()
        register_aggregation_expression_operator("$not", not_expression)
        self._executor._handlers._handshake = ReplicaSetGreeting(self, surface=self._surface)
        self._gate = Gate()
        self._transactions = Transactions(
            self._gate, self._undo, cursors.close_of, transaction_seconds
        )

    def _undo(self, lsid: dict[str, Any]) -> None:
        self._session_store.end_sessions([lsid])  # which aborts the transaction of the session

    async def _handle_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        client.set(reader)
        await super()._handle_connection(reader, writer)

    async def _dispatch_wire_request(
        self, header: Any, payload: bytes, *, connection: Any
    ) -> bytes | None:
        # Before the parent builds the context of the request, where the engine's transaction begins.
        name = command_name(payload)
        if name == b"buildinfo":  # pymongo's spelling, of the same length
            payload = payload.replace(b"buildinfo\0", b"buildInfo\0", 1)
        if header.op_code != OP_MSG:
            return await super()._dispatch_wire_request(header, payload, connection=connection)
        if name == failpoint.COMMAND:
            return self._encode(header, self._fail_point.configure(payload))
        failing = self._fail_point.take(name)
        if failing.get("blockConnection"):
            await asyncio.sleep(failing["blockTimeMS"] / 1000)
        if failing.get("closeConnection"):
            raise ConnectionAbortedError
        if error := failpoint.failure(failing):
            return self._encode(header, error)
        response = await self._dispatch_command(name, header, payload, connection)
        if response and (error := failing.get("writeConcernError")):
            document = failpoint.with_write_concern_error(response, error)
            return self._encode(header, document)
        return response

    def _encode(self, header: Any, document: dict[str, Any]) -> bytes:
        answer: bytes = encode_op_msg_response(
            document, request_id=next(self._request_ids), response_to=header.request_id
        )
        return answer

    async def _dispatch_command(
        self, name: bytes, header: Any, payload: bytes, connection: Any
    ) -> bytes | None:
        step = transaction_step(payload)
        if step is not None:
            return await self._dispatch_step(step, header, payload, connection)
        if name in BYSTANDERS:
            return await super()._dispatch_wire_request(header, payload, connection=connection)
        await self._gate.enter()
        try:
            emptied = emptied_collection(payload) if name == b"delete" else None
            if emptied and isinstance(self._engine, Memory):
                number = await self._engine.empty(*emptied)
                return self._encode(header, {"n": number, "ok": 1.0})
            return await super()._dispatch_wire_request(header, payload, connection=connection)
        finally:
            self._gate.leave()

    async def _dispatch_step(
        self, step: Step, header: Any, payload: bytes, connection: Any
    ) -> bytes | None:
        if step.starts:
            await self._transactions.begin(step, client.get())
        transaction = self._transactions.current(step)
        if transaction is None:
            commits = step.command == "commitTransaction"
            repeated = commits and self._transactions.was_committed(step)
            return self._encode(header, {"ok": 1.0} if repeated else NO_SUCH_TRANSACTION)
        transaction.client, transaction.busy = client.get(), True
        try:
            response = await super()._dispatch_wire_request(header, payload, connection=connection)
        except BaseException:
            self._transactions.abort("its command was interrupted")
            raise
        transaction.busy = False
        if step.command == "abortTransaction" or has_failed(response):
            self._transactions.abort()  # as in MongoDB, an error inside a transaction ends it
        elif step.command == "commitTransaction":
            self._transactions.commit()
        return response
