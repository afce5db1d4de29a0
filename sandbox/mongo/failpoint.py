"""MongoDB's fail point `failCommand`, with which tests make the server fail as networks and elections do.

The part of it that our tests use: https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point. A real server has
it too, if it is started with `--setParameter enableTestCommands=1`.
"""

from dataclasses import dataclass, field
from typing import Any

import bson

from sandbox.mongo.message import BODY

COMMAND = b"configureFailPoint"


@dataclass
class FailPoint:
    """How the next `times` commands of the given names fail."""

    times: int = 0
    data: dict[str, Any] = field(default_factory=dict)

    def configure(self, payload: bytes) -> dict[str, Any]:
        """Set or switch off the fail point by a `configureFailPoint` command; return its answer."""
        length = int.from_bytes(payload[BODY : BODY + 4], "little")
        body = bson.decode(payload[BODY : BODY + length])
        mode = body["mode"]
        self.times = 0 if mode == "off" else int(mode["times"])
        self.data = body.get("data", {})
        return {"ok": 1.0}

    def take(self, command: bytes) -> dict[str, Any]:
        """Return how this command fails, and count it; return {} for a command that does not fail."""
        if not self.times or command.decode() not in self.data["failCommands"]:
            return {}
        self.times -= 1
        return self.data


def failure(data: dict[str, Any]) -> dict[str, Any] | None:
    """Return the error that replaces a command, or None if the command is executed."""
    if "errorCode" not in data:
        return None
    return {
        "ok": 0.0,
        "code": data["errorCode"],
        "errmsg": "Failing command via 'failCommand' failpoint",
        "errorLabels": data.get("errorLabels", []),
    }


def with_write_concern_error(response: bytes, error: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a command that was executed, with an error of its write concern."""
    return bson.decode(response[16 + BODY :]) | {"writeConcernError": error}
