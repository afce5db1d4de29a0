"""Metrics of jobs: when each succeeded last, how many are late, and how many failed."""

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily

from lms.clock import runs


def read_state() -> Iterator[GaugeMetricFamily]:
    """Read how each job stands."""
    # Not `job`: Prometheus names by it what it scrapes.
    succeeded = GaugeMetricFamily(
        "job_last_success_timestamp_seconds", "When a job succeeded last", labels=["name"]
    )
    states = runs.states()
    for state in states:
        if at := runs.succeeded_at(state.job):
            succeeded.add_metric([state.job.name], at.timestamp())
    yield succeeded
    late, failed = (sum(state.is_late for state in states), sum(s.has_failed for s in states))
    yield GaugeMetricFamily("jobs_late", "Jobs that have missed their time", value=late)
    yield GaugeMetricFamily("jobs_failed", "Jobs whose last run failed", value=failed)
