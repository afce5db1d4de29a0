"""The last touch on the OpenAPI document: what repeats becomes a component, and what only misleads is left out."""

import re
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of this request in our logs: the one that you sent, or a new one. Name it when you ask for help.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Retry-After": {
        "description": "In how many seconds the same request may succeed.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
SHARED = 5
"""How often a response stands in the document before it becomes a component."""


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Change the document in place and return it, as drf-spectacular's hooks do."""
    schemas = result["components"]["schemas"]
    _inline_empty_enums(result)
    for name, schema in schemas.items():
        _plain(schema, is_request=name.endswith(("Request", "Form")))
    _describe_headers(result)
    for _, _, operation in list_operations(result):
        operation.setdefault("security", [])  # said of the public ones too
    _share_responses(result)
    _drop_unused(result)
    return result


def list_operations(result: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of every operation."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within the document, the outer ones first."""
    if isinstance(node, dict):
        yield node
        for each in list(node.values()):
            yield from _walk(each)
    elif isinstance(node, list):
        for each in node:
            yield from _walk(each)


def _inline_empty_enums(result: dict[str, Any]) -> None:
    """Write null and the empty text where they are allowed, instead of `NullEnum` and `BlankEnum`."""
    plain = {"NullEnum": {"type": "null"}, "BlankEnum": {"type": "string", "const": ""}}
    for node in _walk(result):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name in plain:
            node.clear()
            node.update(plain[name])
    for name in plain:
        result["components"]["schemas"].pop(name, None)


def _plain(schema: dict[str, Any], *, is_request: bool) -> None:
    """Leave out what a request or a response alone does not need.

    Each has components of its own, so `readOnly` and `writeOnly` say nothing. A default is a sentence: generators of
    clients take a field with a `default` for one that must be sent.
    """
    for node in list(_walk(schema)):
        properties = node.get("properties")
        for field in properties.values() if isinstance(properties, dict) else ():
            field.pop("readOnly", None)
            field.pop("writeOnly", None)
            default = field.pop("default", None)
            if is_request and default not in (None, "", []):
                shown = f"{default}".lower() if isinstance(default, bool) else default
                sentences = [field.get("description", ""), f"Default: `{shown}`."]
                field["description"] = " ".join(filter(None, sentences))
            _unwrap(field)


def _unwrap(field: dict[str, Any]) -> None:
    """Write a reference with its description side by side, which OpenAPI 3.1 allows."""
    if len(field.get("allOf", ())) == 1 and "$ref" in field["allOf"][0]:
        field.update(field.pop("allOf")[0])


def _describe_headers(result: dict[str, Any]) -> None:
    result["components"]["headers"] = HEADERS
    for _, _, operation in list_operations(result):
        for status, response in operation["responses"].items():
            names = ["X-Request-ID", *(["Retry-After"] if status in {"429", "503"} else [])]
            references = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            response["headers"] = response.get("headers", {}) | references


def _share_responses(result: dict[str, Any]) -> None:
    """Make the most frequent response of each error's status a component: `Unauthorized`, `NotFound`."""
    counted: dict[str, Counter[str]] = {}
    for _, _, operation in list_operations(result):
        for status, response in operation["responses"].items():
            if status >= "400":
                counted.setdefault(status, Counter())[repr(response)] += 1
    shared = result["components"]["responses"] = {}
    names = {}
    for status, counter in sorted(counted.items()):
        text, times = counter.most_common(1)[0]
        if times >= SHARED:
            names[text] = re.sub(r"\W", "", HTTPStatus(int(status)).phrase)
    for _, _, operation in list_operations(result):
        for status, response in operation["responses"].items():
            if name := names.get(repr(response)):
                shared[name] = response
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _drop_unused(result: dict[str, Any]) -> None:
    """Drop the schemas that nothing refers to: of bodies that are forms alone."""
    schemas = result["components"]["schemas"]
    while True:
        used = {str(node["$ref"]).rpartition("/")[2] for node in _walk(result) if "$ref" in node}
        unused = schemas.keys() - used
        if not unused:
            return
        for name in unused:
            del schemas[name]
