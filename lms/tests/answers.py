"""Every answer of the API that a test receives is in the OpenAPI document, or the test fails.

A middleware looks at each: its status, its media type, its body, and the codes of its errors. Validators are compiled when they
are first needed. What no operation of the document answers (an unknown path or method) is not checked.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import orjson
import yaml
from django.http import HttpRequest, HttpResponseBase

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EVERYWHERE = {
    "405": "method_not_allowed",
    "406": "not_acceptable",
    "411": "length_required",
    "500": "error",
}
"""What any operation may answer, whatever it is: the document's introduction names them once."""


HEADERS = ("X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy")
HEADERS_OF_SUCCESS = ("ETag", "Content-Disposition", "Location", "Set-Cookie")


class Answers:
    """Collects what is not in the document among the answers since `clear`."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def clear(self) -> None:
        self.found = {}

    def check(self, request: HttpRequest, response: HttpResponseBase) -> None:
        route = request.resolver_match.route if request.resolver_match else ""
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        pointer = operations().get((method, _shape(f"/{route}")))
        if pointer is not None:
            self.found |= dict.fromkeys(
                problems(pointer, response, is_head=request.method == "HEAD")
            )


ANSWERS = Answers()


class AnswersMiddleware:
    """The outermost middleware of the tests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        ANSWERS.check(request, response)
        return response


@cache
def document() -> dict[str, Any]:
    with DOCUMENT.open() as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)  # in C: ten times as quick


@cache
def operations() -> dict[tuple[str, str], tuple[str, str]]:
    """Return path and method of each operation by its method and the shape of its path."""
    return {
        (method, _shape(path)): (path, method)
        for path, methods in document()["paths"].items()
        for method in methods
    }


def problems(place: tuple[str, str], response: Any, *, is_head: bool = False) -> Iterator[str]:
    """Yield a sentence for each thing in an answer that the document does not name."""
    path, method = place
    operation = document()["paths"][path][method]
    status = str(response.status_code)
    name = f"{operation['operationId']} ({method.upper()} {path})"
    documented = operation["responses"].get(status)
    if documented is None:
        if status not in EVERYWHERE:
            yield f"{name} answered {status}, which is not in the document: {_show(response)}"
        return
    documented = _resolve(documented)
    for header in sent_headers(response):
        if header not in documented.get("headers", {}):
            yield f"{name} answered {status} with {header}, which is not in the document"
    content = documented.get("content", {})
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if is_head or (not content and not media_type):
        return
    if media_type not in content and not (status == "204" or status == "304"):
        yield f"{name} answered {status} as {media_type or 'nothing'}, but the document names {list(content)}"
    elif media_type == "application/json" and not response.streaming:
        body = orjson.loads(response.content)
        for error in validator(path, method, status).iter_errors(body):
            where = "/".join(map(str, error.instance_path))
            yield f"{name} answered {status}, and at {where!r} {error.message}: {_show(response)}"


@cache
def validator(path: str, method: str, status: str) -> Any:
    """Compile the schema of an operation's answer."""
    place = ("paths", path, method, "responses", status)
    reference = document()["paths"][path][method]["responses"][status].get("$ref")
    pointer = reference or "#/" + "/".join(
        quote(part.replace("/", "~1"), safe="~") for part in place
    )
    schema = {"$ref": f"urn:api{pointer}/content/application~1json/schema"}
    return jsonschema_rs.Draft202012Validator(schema, registry=registry(), validate_formats=True)


@cache
def registry() -> Any:
    return jsonschema_rs.Registry([("urn:api", {"$schema": DIALECT, **document()})])


def sent_headers(response: Any) -> Iterator[str]:
    """Yield the headers of an answer that a client acts on."""
    sent = {*response.headers, *(["Set-Cookie"] if response.cookies else [])}
    named = HEADERS + (HEADERS_OF_SUCCESS if response.status_code < 300 else ())
    return (name for name in named if name in sent)


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        _, kind, name = node["$ref"].rsplit("/", 2)
        return document()["components"][kind][name]
    return node


def _shape(path: str) -> str:
    """Return a path of Django or of the document without the names of its parameters."""
    return re.sub(r"<[^>]*>|{[^}]*}", "{}", path)


def _show(response: Any) -> str:
    return "a stream" if response.streaming else response.content[:300].decode(errors="replace")
