"""Runs of the reconciler in tests."""

from datetime import timedelta

from django.db import connection

from payments.reconciliation.run import Report, reconcile


def run(**options) -> Report:
    """Reconcile what is of any age."""
    return reconcile(**{"grace": timedelta(0)} | options)


def findings(report: Report) -> list[tuple[str, str, str]]:
    return [(each.check, each.problem, each.outcome) for each in report.findings]


def drop(model) -> None:
    """Delete rows as no code of ours does."""
    assert connection.get_collection(model._meta.db_table).delete_many({}).deleted_count
