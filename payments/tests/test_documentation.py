"""docs/payments.md describes the code that exists."""

import ast
import re
from pathlib import Path

import pytest

from payments.models import TRANSITIONS
from payments.reconciliation.run import CHECKS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "payments.md").read_text()
HOPS = re.findall(r"^\| `([\w/]+\.py)` \| `(\w+)` \|", TEXT, re.MULTILINE)


def test_the_diagram_has_exactly_the_transitions_of_an_order():
    arrows = re.findall(r"^ +(\w+) --> (\w+)", TEXT, re.MULTILINE)
    expected = [(before, after) for before, states in TRANSITIONS.items() for after in states]
    assert sorted(arrows) == sorted(expected)


@pytest.mark.parametrize(("file", "function"), HOPS)
def test_each_function_is_in_the_file_that_is_named(file, function):
    names = {getattr(node, "name", "") for node in ast.walk(ast.parse((ROOT / file).read_text()))}
    assert function in names


def test_each_file_that_is_named_exists():
    files = set(re.findall(r"`(\w[\w/]+\.py)`", TEXT))
    assert len(files) > 10
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_all_checks_of_the_reconciler_are_listed_in_their_order():
    table = TEXT[TEXT.index("## What `reconcile` checks") :]
    assert re.findall(r"^\| ([a-z ]+) \| .* `payments/", table, re.MULTILINE) == list(CHECKS)
