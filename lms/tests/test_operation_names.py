"""Names in the OpenAPI document become the names of client libraries: they read well, and each has one meaning."""

import re
from pathlib import Path

import pytest
import yaml

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

TAGS = {
    *("Auth", "Account", "Catalogue", "Learning", "Certificates", "Payments"),
    *("Authoring", "Media", "Selling", "Webhooks"),
}


def test_every_operation_has_a_name_of_its_own():
    assert len(OPERATIONS) == sum(len(path) for path in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_named_by_a_verb_and_has_a_summary_and_one_tag(name):
    operation = OPERATIONS[name]
    assert NAME.fullmatch(name)
    assert not operation["summary"].endswith(".")
    [tag] = operation["tags"]
    assert tag in TAGS


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_a_schema_is_named_by_nouns(name):
    words = re.findall(r"[A-Z][a-z]+", name)
    assert "".join(words) == name
    assert not {"Enum", "Null", "Patched", "Paginated", "Write", "Wanted", "Enrolment"} & set(words)
    assert words.count("Request") < 2
