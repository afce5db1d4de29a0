"""The examples of the OpenAPI document, which come from a recorded run."""

from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from demo.tour.examples import list_operations
from lms.tests import answers

NOT_RECORDED = {
    "GET /api/v1/certificates/{code}/pdf 200 application/pdf",
    "GET /api/v1/questions/export 200 application/xml",  # the tour exports JSON
    "GET /api/v1/questions/export 200 text/plain",
    "POST /api/v1/users/me/instructor 202 application/json",  # of a platform where staff approve
}


@pytest.fixture(scope="module")
def document() -> dict:
    return answers.document()


def bodies(document: dict) -> Iterator[tuple[str, dict]]:
    """Yield the place and the content of each body that a request or a successful response may have."""
    for operation in list_operations(document):
        method, path = operation.split(" ")
        described = document["paths"][path][method.lower()]
        parts = {status: each for status, each in described["responses"].items() if status < "400"}
        parts["request"] = described.get("requestBody", {})
        for name, part in parts.items():
            for media_type, content in part.get("content", {}).items():
                yield f"{operation} {name} {media_type}", content


def test_every_request_and_every_response_has_an_example(document: dict) -> None:
    missing = {place for place, content in bodies(document) if "examples" not in content}
    assert missing == NOT_RECORDED


def test_examples_have_the_types_of_their_schemas(document: dict) -> None:
    components = {"components": document["components"]}
    errors = [
        f"{place} {error.json_path}: {error.message}"
        for place, content in bodies(document)
        for example in content.get("examples", {}).values()
        for error in Draft202012Validator(content["schema"] | components).iter_errors(
            example["value"]
        )
    ]
    assert errors == []
