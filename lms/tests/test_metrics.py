"""Alerts and the dashboard ask for metrics that exist, with labels that they have; and several processes add up."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from lms import middleware, urls  # noqa: F401 (they define metrics)
from lms.metrics import MAX_COUNTED, STATE, State

ROOT = Path(__file__).resolve().parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "lectern.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
OUTSIDE = {"up": {"job", "instance"}}
"""Metrics of Prometheus itself."""
ADDED = {"le", "instance"}
"""Labels that histograms and Prometheus add."""
WORDS = {"by", "or", "and", "without", "on"}
SUFFIXES = re.compile(r"_(bucket|count|sum|total)$")


@pytest.fixture
def measured(db) -> dict[str, set[str]]:
    """Return each metric with the names of its labels. What nothing has happened to has none yet: its source says them."""
    found = dict(OUTSIDE)
    for collector in set(REGISTRY._collector_to_names):
        if labels := getattr(collector, "_labelnames", None):
            found[collector._name] = set(labels)
    for reading in STATE._collector_to_names:
        for metric in reading._read():
            found[metric.name] = {label for each in metric.samples for label in each.labels}
    return found


def asked(query: str) -> Iterator[tuple[str, set[str]]]:
    """Read which metrics a query names, each with the labels that it is matched or grouped by."""
    grouped = {
        label
        for names in re.findall(r"\bby \(([^)]*)\)", query)
        for label in re.findall(r"\w+", names)
    }
    rest = re.sub(r"\bby \([^)]*\)|\[[^]]*\]", "", query)
    for name, matchers in re.findall(r"\b([a-z_]+)\b(?!\s*\()(?:\{([^}]*)\})?", rest):
        if name not in WORDS and not re.search(rf'"[^"]*\b{name}\b[^"]*"', rest):
            yield name, grouped | set(re.findall(r"(\w+)[=!]", matchers))


@pytest.mark.parametrize("kind", ["alerts", "dashboard"])
def test_every_metric_of_alerts_and_dashboard_exists_with_its_labels(measured, kind):
    nightly = {
        "ledger_drift": {"with"},
        "reconciliation_left": set(),
        "nightly_timestamp_seconds": {"check"},
        "job_last_success_timestamp_seconds": {"name"},
    }
    known = measured | nightly  # from the first night on: payments/tests/test_metrics.py
    queries = [rule["expr"] for rule in RULES] if kind == "alerts" else QUERIES
    named = [(name, labels, query) for query in queries for name, labels in asked(query)]
    assert len(named) > 15
    assert [
        (name, labels, query)
        for name, labels, query in named
        if not labels <= known.get(name, known.get(SUFFIXES.sub("", name), {"?"})) | ADDED
        or not {name, SUFFIXES.sub("", name)} & known.keys()
    ] == []


def test_every_alert_says_what_to_do():
    page = (ROOT / "docs" / "operations.md").read_text()
    anchors = {
        "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    }
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["runbook"] in anchors, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
    named = set(re.findall(r"the alert `(\w+)`", page))
    assert named <= {rule["alert"] for rule in RULES}


def test_what_a_process_counts_adds_up_over_processes():
    """A gauge would not: of several processes the last one would be right, or their sum."""
    ours = [each for each in REGISTRY._collector_to_names if hasattr(each, "_labelnames")]
    assert {type(each).__name__ for each in ours} <= {"Counter", "Histogram"}


def test_the_state_is_read_once_a_minute_however_often_it_is_asked():
    reads: list[int] = []
    reading = State(lambda: reads.append(1) or [])  # type: ignore[func-returns-value]
    for _ in range(3):
        assert list(reading.collect()) == []
    assert len(reads) == 1
    assert MAX_COUNTED <= 1000
