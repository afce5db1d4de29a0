"""The whole journey over HTTP, as `make tour` takes it."""

import json
import os
from typing import Any

import pytest

from courses.tests.factories import CategoryFactory
from demo.tour import examples
from demo.tour.examples import shape
from demo.tour.journey import Journey
from demo.tour.samples import Samples
from demo.tour.steps import STEPS, take
from lms.schema.examples import FILE
from lms.tests import answers


@pytest.fixture
def document() -> dict[str, Any]:
    return answers.document()


@pytest.mark.long
def test_from_sign_up_to_certificate(
    system: tuple[str, str], document: dict[str, Any], subtests: pytest.Subtests
) -> None:
    CategoryFactory(slug="data", name="Data and AI")
    lines: list[str] = []
    with Journey(*system) as journey:
        take(journey, report=lines.append)
    assert len(lines) == len(STEPS) + 1

    recorded = examples.collect(journey.calls, document, Samples(journey))
    with subtests.test("every operation is called"):
        assert set(examples.list_operations(document)) - set(recorded) == set()
    if os.environ.get("RECORD_EXAMPLES"):
        FILE.write_text(examples.write(recorded))
    with subtests.test("the examples in the OpenAPI document have the shape of these answers"):
        kept = json.loads(FILE.read_text())
        changed = [name for name in recorded if shape(recorded[name]) != shape(kept.get(name))]
        assert not changed, "Run `make examples`: what these operations take or answer has changed."
