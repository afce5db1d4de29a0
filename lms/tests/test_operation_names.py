"""Names in the OpenAPI document become the names of client libraries: they read well, and each has one meaning."""

import re
from pathlib import Path

import pytest
import yaml

from lms.schema.introduction import TAGS

OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
DOCUMENT = yaml.load(OPENAPI.read_text(), Loader=yaml.CSafeLoader)
OPERATIONS = {
    operation["operationId"]: operation
    for path in DOCUMENT["paths"].values()
    for operation in path.values()
}
NAME = re.compile(
    r"(archive|become|change|checkout|complete|confirm|create|delete|download|end|enroll|export|finish|get|list|publish"
    r"|receive|refresh|remove|report|request|resend|reset|set|sign|start|sync|unpublish|update|upload|verify|write)"
    r"([A-Z][a-z]+)*"
)
"""A verb, and the words after it: `updateCourse`."""

UNITS = {
    "amount": "minor units",
    "bytes": "bytes",
    "seconds": "seconds",
    "percentage": "rounded down",
    "expires_in": "Seconds",
}
"""What the description of a number says, by the last word of its name."""


def test_every_operation_has_a_name_of_its_own():
    assert len(OPERATIONS) == sum(len(path) for path in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_named_by_a_verb_and_has_a_summary_and_one_tag(name):
    operation = OPERATIONS[name]
    assert NAME.fullmatch(name)
    assert not operation["summary"].endswith(".")
    [tag] = operation["tags"]
    assert tag in TAGS
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description"), parameter["name"]


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_a_schema_is_named_by_nouns(name):
    words = re.findall(r"[A-Z][a-z]+", name)
    assert "".join(words) == name
    assert not {"Enum", "Null", "Patched", "Paginated", "Write", "Wanted", "Enrolment"} & set(words)
    assert words.count("Request") < 2


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_a_schema_and_its_numbers_are_described(name):
    schema = DOCUMENT["components"]["schemas"][name]
    assert {"enum", "anyOf", "oneOf"} & schema.keys() or schema.get("description")
    for field, shape in schema.get("properties", {}).items():
        is_number = {"integer", "number"} & {*_types(shape)}
        for ending, unit in UNITS.items():
            if is_number and field.endswith(ending):
                assert unit.lower() in shape.get("description", "").lower(), field


def _types(shape):
    found = shape.get("type", ())
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("name", ["deleteMe", "removeSecondFactor"])
def test_a_delete_that_asks_for_the_password_has_a_body(name):
    operation = OPERATIONS[name]
    [content] = operation["requestBody"]["content"].values()
    assert content["schema"] == {"$ref": "#/components/schemas/CurrentPasswordRequest"}
    assert "invalid_password" in str(operation["responses"]["400"])
