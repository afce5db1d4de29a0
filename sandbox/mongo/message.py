"""The command of a wire message, read without decoding all of it."""

from dataclasses import dataclass
from typing import Any

import bson
from mongoeco.wire.bson_bridge import decode_wire_value

# An OP_MSG payload: four bytes of flags, one byte for "a document follows", four bytes of its length, its first element.
BODY = 5
FIRST_NAME = 10
# The BSON of `autocommit: false`, which every command of a transaction contains and hardly any other message.
AUTOCOMMIT_FALSE = b"\x08autocommit\x00\x00"
# One byte for "a sequence follows", four bytes of its length, its name.
DELETES_AT = 5
DELETES = b"deletes\0"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a transaction."""

    command: str
    lsid: dict[str, Any]
    number: int
    starts: bool


def command_name(payload: bytes) -> bytes:
    """Return the name of the command, the first key of an OP_MSG's body, or b"" for any other message."""
    end = payload.find(b"\0", FIRST_NAME)
    return payload[FIRST_NAME:end] if payload[4:5] == b"\0" and end > 0 else b""


def transaction_step(payload: bytes) -> Step | None:
    """Return the step of a transaction in an OP_MSG, or None for a command outside of transactions."""
    if AUTOCOMMIT_FALSE not in payload:
        return None
    length = int.from_bytes(payload[BODY : BODY + 4], "little")
    try:
        body = bson.decode(payload[BODY : BODY + length])
    except bson.errors.InvalidBSON:
        return None
    if body.get("autocommit") is not False or "lsid" not in body or "txnNumber" not in body:
        return None
    return Step(
        command=next(iter(body)),
        lsid=decode_wire_value(body["lsid"]),
        number=body["txnNumber"],
        starts=body.get("startTransaction") is True,
    )


def emptied_collection(payload: bytes) -> tuple[str, str] | None:
    """Return the database and the collection of a command that deletes everything, or None for any other."""
    end = BODY + int.from_bytes(payload[BODY : BODY + 4], "little")
    # The driver sends what to delete after the body, as a sequence of documents with a name.
    begin = end + DELETES_AT
    if payload[begin : begin + len(DELETES)] != DELETES:
        return None
    if bson.decode_all(payload[begin + len(DELETES) :]) != [{"q": {}, "limit": 0}]:
        return None
    body = bson.decode(payload[BODY:end])
    return body["$db"], body["delete"]


def has_failed(response: bytes | None) -> bool:
    """Return whether an OP_MSG response reports an error of the command or of one of its writes."""
    if response is None:
        return False
    document = bson.decode(response[16 + BODY :])
    return not document.get("ok") or bool(document.get("writeErrors"))
