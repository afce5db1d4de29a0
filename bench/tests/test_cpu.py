import os
import re

import pytest

from bench import cpu
from bench.cpu import RECORD, UNIT, Case, Cost, cpu_seconds, measure, read_released, table
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


def test_the_kernel_says_what_a_process_has_taken():
    begun = cpu_seconds(os.getpid())
    while cpu_seconds(os.getpid()) == begun:
        sum(range(100_000))
    assert cpu_seconds(os.getpid()) > begun


def test_each_batch_sends_its_requests_after_those_that_warm_up():
    sent = []
    cost = measure(Case("GET x", os.getpid(), lambda: sent.append(1)), 3, 2)
    assert len(sent) == 2 * 2 + cpu.BATCHES * 3
    assert cost.name == "GET x"


@pytest.mark.parametrize(
    ("name", "target", "options"), [("a", "granian", ()), (UNIT, "django", ("--factory",))]
)
def test_the_floors_answer(name, target, options):
    with cpu.floor(name, target, *options) as case:
        status, content = case.send()
    assert (status, re.sub(rb"\s", b"", content)) == (200, ANSWER)


def test_the_api_is_measured_as_in_production():
    with cpu.api() as cases:
        measured = {case.name: measure(case, 1, 1) for case in cases}
    assert set(cpu.HOT) <= measured.keys()
