from collections import Counter

from django.test import override_settings
from django.utils import timezone

from bench.costs import Cost, cheapest, measure
from bench.sizes import RECORD_ID, index_bytes, value_bytes

DUMMY = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@override_settings(TASKS=DUMMY)
def test_every_request_is_answered_and_its_commands_are_counted(school, commands, sandbox):
    from lms.wsgi import application

    with commands() as events:
        costs = {cost.name: cost for cost in measure(application, events, requests=0)}
    assert costs["GET users/me"].commands.total() == 1
    assert costs["GET courses"].commands.total() == 1
    assert costs["POST payments/orders/{id}/sync, just paid"].commands.total() > 10
    assert all(cost.commands for cost in costs.values())


def test_a_row_shows_how_often_each_command_is_sent():
    cost = Cost("GET x", Counter(["find a", "find a", "insert b"]), cpu=1.234)
    assert cost.line().split(maxsplit=4) == ["GET", "x", "3", "1.23", "find a x2, insert b"]


def test_the_cheapest_batch_counts():
    calls = []
    assert cheapest(lambda: calls.append(1), requests=100) >= 0
    assert len(calls) == 100


def test_an_index_entry_holds_the_values_and_where_the_document_is():
    index = {"key": [("user_id", 1), ("created_at", -1)]}
    document = {"user_id": "ab", "created_at": timezone.now()}
    assert value_bytes("ab") == 8  # type, length, two letters, an end
    assert index_bytes(index, document) == 8 + 9 + RECORD_ID


def test_a_text_index_holds_each_word_once():
    index = {"weights": {"title": 10, "tags": 5}, "key": [("_fts", "text")]}
    document = {"title": "Piano piano", "tags": ["piano", "ear"]}
    assert index_bytes(index, document) == (5 + 3) + 2 * (8 + RECORD_ID)
