"""The last touch on the OpenAPI document: what repeats becomes a component, and what only misleads is left out."""

import re
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from lms.schema.headers import HEADERS, SENT, refer

ASCII_SLUG = r"^[-\w]+$"
METHODS = ("get", "post", "put", "patch", "delete")
SHARED = 5
"""How often a response stands in the document before it becomes a component."""


def finish(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Change the document in place and return it, as drf-spectacular's hooks do."""
    schemas: dict[str, dict[str, Any]] = result["components"]["schemas"]
    _order_methods(result)
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


def _order_methods(result: dict[str, Any]) -> None:
    """Put the operations of a path into one order: DRF lists them from a set."""
    for path, operations in result["paths"].items():
        result["paths"][path] = {each: operations[each] for each in METHODS if each in operations}


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
            if not is_request and field.get("pattern") == ASCII_SLUG:
                del field["pattern"]  # ours may have letters of any alphabet
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
            if status < "300":
                identity = operation["operationId"]
                names += [name for name, senders in SENT.items() if identity in senders]
            response["headers"] = response.get("headers", {}) | refer(*names)


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
