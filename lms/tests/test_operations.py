"""The pages for operators name only what exists: commands, events, metrics, files and log messages."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from payments.events import HANDLED_EVENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()
UPGRADING = (ROOT / "docs" / "upgrading.md").read_text()
PAGES = ("docs/operations.md", "docs/upgrading.md", "docs/scaling.md", "bench/README.md")
COMMANDS = sorted(set(re.findall(r"manage\.py ([a-z_]+)((?: --[a-z-]+)*)", PAGE + UPGRADING)))
APPS = (
    "lms",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
)


@pytest.mark.parametrize(("name", "options"), COMMANDS)
def test_each_command_exists_with_its_options(name, options):
    app = get_commands()[name]
    parser = load_command_class(app, name).create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}
    assert set(options.split()) <= known


def test_each_command_of_the_apps_is_on_a_page():
    ours = {name for name, app in get_commands().items() if app in APPS}
    of_developers = {"error_catalogue"}  # it writes a page of the documentation
    assert ours - {name for name, _ in COMMANDS} == of_developers


def test_the_page_lists_exactly_the_events_that_are_handled():
    named = re.findall(r"^\s+([a-z_]+(?:\.[a-z_]+)+)$", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(HANDLED_EVENTS)


def test_each_metric_of_the_page_is_measured(client, db):
    named = set(re.findall(r"^\| `([a-z_]+)` \| (?:`|\|)", PAGE, re.MULTILINE))
    nightly = {"ledger_drift", "reconciliation_left"}  # from the first night on
    body = client.get("/metrics").content.decode()
    measured = set(re.findall(r"^# TYPE (\S+) ", body, re.MULTILINE))
    assert len(named) > 15
    assert named - nightly <= measured
    ours = {name for name in measured if not name.startswith(("python_", "process_"))}
    assert {name for name in ours if not name.endswith("_created")} <= named


@pytest.mark.parametrize("page", PAGES)
def test_each_python_file_that_a_page_names_exists(page):
    named = re.findall(r"`([\w/]+\.py)`", (ROOT / page).read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_each_function_that_the_scaling_page_names_exists():
    page = (ROOT / "docs" / "scaling.md").read_text()
    lists = re.findall(r"((?:`\w+`(?:, )?)+) in `([\w/]+\.py)`", page)
    named = [(name, path) for names, path in lists for name in re.findall(r"\w+", names)]
    assert named
    assert [
        (name, path) for name, path in named if f"def {name}(" not in (ROOT / path).read_text()
    ] == []


def test_each_log_message_of_the_page_is_logged():
    named = re.findall(r"`([^`]+)`\s+in\s+the\s+log", PAGE)
    sources = "".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    assert named
    assert [message for message in named if f'"{message}' not in sources] == []


def test_each_chapter_of_the_contents_exists():
    links = re.findall(r"\]\(#([\w-]+)\)", PAGE)
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert links
    assert [link for link in links if link not in anchors] == []
