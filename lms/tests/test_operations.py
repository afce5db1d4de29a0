"""The operators' page names what there is: commands, Stripe's events, metrics."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from payments.events import HANDLED_EVENTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
COMMANDS = sorted(set(re.findall(r"manage\.py ([a-z_]+)((?: --[a-z-]+)*)", PAGE)))
OF_OTHERS = {"rqworker": "django_rq"}  # installed where there is Redis


@pytest.mark.parametrize(("name", "options"), COMMANDS)
def test_each_command_exists_with_its_options(name, options):
    app = OF_OTHERS.get(name) or get_commands()[name]
    parser = load_command_class(app, name).create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}
    assert set(options.split()) <= known


def test_the_webhook_is_to_hear_exactly_what_is_acted_upon():
    named = re.findall(r"^\s+([a-z_]+(?:\.[a-z_]+)+)$", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(HANDLED_EVENTS)


def test_the_metrics_are_measured(client):
    named = set(re.findall(r"^\| `([a-z_]+)` \| `(?:method|command)`", PAGE, re.MULTILINE))
    told = client.get("/metrics").content.decode()
    assert "http_requests_total" in named
    assert named <= set(re.findall(r"^# TYPE (\S+) ", told, re.MULTILINE))
