"""Names in the OpenAPI document become the names of client libraries: they read well, and each has one meaning."""

import re

import pytest

from lms.schema.components import list_operations
from lms.schema.introduction import TAGS
from lms.tests.answers import document

OPERATIONS = {each["operationId"]: each for _, _, each in list_operations(document())}
SCHEMAS = document()["components"]["schemas"]
NAME = re.compile(
    r"(add|archive|become|change|checkout|complete|confirm|create|delete|download|end|enroll|export|finish|get|grade|import|list"
    r"|lock|publish|receive|record|refresh|regrade|remove|report|request|resend|reset|save|set|sign|start|submit|sync|unlock|unpublish|update|upload"
    r"|verify|write)"
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
STRANGE = {"Enum", "Null", "Patched", "Paginated", "Write", "Wanted", "Enrolment"}
"""Words of generators and of other ways of writing, which no client would look for."""


def test_every_operation_has_a_name_of_its_own():
    assert len(OPERATIONS) == len([*list_operations(document())])


def test_every_operation_is_named_by_a_verb_and_has_a_summary_and_one_tag():
    for name, operation in OPERATIONS.items():
        assert NAME.fullmatch(name)
        assert not operation["summary"].endswith("."), name
        [tag] = operation["tags"]
        assert tag in TAGS
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_schema_is_named_by_nouns():
    for name in SCHEMAS:
        words = re.findall(r"[A-Z][a-z]+", name)
        assert "".join(words) == name
        assert not STRANGE & set(words), name
        assert words.count("Request") < 2, name


def test_every_schema_and_its_numbers_are_described():
    for name, schema in SCHEMAS.items():
        assert {"enum", "anyOf", "oneOf"} & schema.keys() or schema.get("description"), name
        for field, shape in schema.get("properties", {}).items():
            is_number = {"integer", "number"} & {*_types(shape)}
            for ending, unit in UNITS.items():
                if is_number and field.endswith(ending):
                    assert unit.lower() in shape.get("description", "").lower(), (name, field)


def _types(shape):
    found = shape.get("type", ())
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("name", ["deleteMe", "removeSecondFactor"])
def test_a_delete_that_asks_for_the_password_has_a_body(name):
    operation = OPERATIONS[name]
    [content] = operation["requestBody"]["content"].values()
    assert content["schema"] == {"$ref": "#/components/schemas/CurrentPasswordRequest"}
    assert "invalid_password" in str(operation["responses"]["400"])
