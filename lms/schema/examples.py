"""The examples of the OpenAPI document, recorded in a run of the demo's tour by `make examples`."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")
SUMMARY = "From a recorded run"


def add_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the recorded requests and responses to the operations of the document."""
    for name, recorded in json.loads(FILE.read_text()).items():
        method, path = name.split(" ")
        operation = result["paths"].get(path, {}).get(method.lower())
        if operation is None:
            continue
        _add(operation.get("requestBody", {}), recorded.get("request", {}))
        for status, response in recorded["responses"].items():
            _add(operation["responses"].get(status, {}), response)
    return result


def _add(body: dict[str, Any], examples: dict[str, Any]) -> None:
    """Add examples by media type to a request or response that has these media types."""
    for media_type, value in examples.items():
        if content := body.get("content", {}).get(media_type):
            content["examples"] = {"recorded": {"summary": SUMMARY, "value": value}}
