"""Examples of every operation, taken from the calls of a run, in words that stay the same from run to run."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import httpx

from demo.tour.browser import Call
from demo.tour.samples import Samples

ID = re.compile("^[0-9a-f]{24}$")
"""A key that is the id of a question or of a criterion."""

type Operation = dict[str, Any]
"""`request` by media type, and `responses` by status and media type."""

METHODS = ("get", "post", "put", "patch", "delete")


def collect(
    calls: Iterable[Call], document: dict[str, Any], samples: Samples
) -> dict[str, Operation]:
    """Return the examples of each operation, `POST /api/v1/courses`, of an OpenAPI document.

    Of several successful calls the last one counts: what was read again and again has reached its final state.
    """
    patterns = {operation: _pattern(operation) for operation in list_operations(document)}
    found: dict[str, Operation] = defaultdict(lambda: {"responses": {}})
    for call in calls:
        if not call.answer.is_success:
            continue
        line = f"{call.method} {call.answer.request.url.path}"
        operation = next(name for name, pattern in patterns.items() if pattern.fullmatch(line))
        if sent := _sent(call.sent):
            found[operation].setdefault("request", {}).update(samples.of(sent, operation))
        answer = _received(call.answer)
        status = found[operation]["responses"].setdefault(str(call.answer.status_code), {})
        status |= samples.of(answer, operation)
    return dict(sorted(found.items()))


def list_operations(document: dict[str, Any]) -> list[str]:
    """Return the operations of an OpenAPI document; those whose paths have fewer parameters come first."""
    operations = [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    ]
    return sorted(operations, key=lambda operation: operation.count("{"))


def write(examples: dict[str, Operation]) -> str:
    """Return the text of the file of examples."""
    return json.dumps(examples, indent=2, ensure_ascii=False) + "\n"


def shape(value: Any) -> Any:
    """Return the keys and JSON types of a value, which do not depend on texts, numbers and ids."""
    match value:
        case dict():
            return {ID.sub("id", key): shape(each) for key, each in value.items()}
        case list():
            return [shape(each) for each in value]
        case bool() | None | str():
            return type(value).__name__
    return "number"


def _pattern(operation: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation)))


def _sent(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a request by its media type; of a file there is the name."""
    if "json" in sent:
        return {"application/json": sent["json"]}
    if "files" in sent:
        names = {field: file[0] for field, file in sent["files"].items()}
        fields = {field: _parse(text) for field, text in sent.get("data", {}).items()}
        return {"multipart/form-data": fields | names}
    if "content" in sent:
        return {"application/json": _without_nulls(json.loads(sent["content"]))}
    return {}


def _received(answer: httpx.Response) -> dict[str, Any]:
    media_type = answer.headers.get("Content-Type", "").split(";")[0]
    if media_type == "application/json":
        return {media_type: answer.json()}
    return {media_type: answer.text} if media_type.startswith("text/") else {}


def _parse(text: str) -> Any:
    """Return the value of a form's field that holds JSON."""
    return json.loads(text) if text.startswith(("{", "[")) else text


def _without_nulls(value: Any) -> Any:
    """Shorten what a provider sends, in which most fields are null or empty."""
    match value:
        case dict():
            short = {key: _without_nulls(each) for key, each in value.items()}
            return {key: each for key, each in short.items() if each not in (None, [], {})}
        case list():
            return [_without_nulls(each) for each in value]
    return value
