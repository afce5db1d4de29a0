import os
import re

import pytest

from bench import cpu
from bench.cpu import RECORD, UNIT, Case, Cost, measure, read_released, table
from bench.floors import ANSWER

README = """
## Other

| GET users/me | 9.000 | 99.00 |

## The last release

| | CPU ms | of a view of Django |
|---|---|---|
| a view of Django | 0.080 | 1.00 |
| GET users/me | 0.875 | 10.00 |

## Next
"""


def test_the_figures_of_the_last_release_are_read_from_their_section_alone():
    assert read_released(README) == {UNIT: 1.0, "GET users/me": 10.0}


def test_the_readme_has_the_figures_of_all_that_is_measured():
    released = read_released(RECORD.read_text())
    assert released[UNIT] == 1
    assert set(cpu.HOT) <= released.keys()


def test_figures_are_multiples_of_the_floor_and_say_how_they_have_changed():
    costs = [Cost(UNIT, 0.1), Cost("GET users/me", 0.5), Cost("GET new", 0.2)]
    *_, unit, changed, new = table(costs, read_released(README))
    assert unit == "| a view of Django | 0.100 | 1.00 |  was 1.00: +0%"
    assert changed == "| GET users/me | 0.500 | 5.00 |  was 10.00: -50%"
    assert new == "| GET new | 0.200 | 2.00 |"


def test_the_requests_take_turns_and_the_cheapest_batch_of_each_counts():
    sent = []
    cases = [Case(name, os.getpid(), lambda name=name: sent.append(name)) for name in "ab"]
    costs = list(measure(cases, rounds=3, batch=2, connections=1))
    assert "".join(sent) == "aabb" + 3 * "aabb"
    assert [cost.name for cost in costs] == ["a", "b"]
    assert all(cost.milliseconds > 0 for cost in costs)


@pytest.mark.parametrize(
    ("name", "target", "options"), [("a", "granian", ()), (UNIT, "django", ("--factory",))]
)
def test_the_floors_answer(name, target, options):
    with cpu.floor(name, target, *options) as case:
        status, content = case.send()
    assert (status, re.sub(rb"\s", b"", content)) == (200, ANSWER)


def test_the_api_is_measured_as_in_production():
    with cpu.api() as cases:
        costs = list(measure(list(cases), rounds=1, batch=1, connections=1))
    assert {*cpu.HOT} <= {cost.name for cost in costs}
