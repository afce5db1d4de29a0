import pytest

from accounts.tests.factories import UserFactory
from bench.commands import Command
from bench.explained import Unexplained, explain, list_explainable, read_explanation
from bench.tests import explanations
from courses.models import Course
from lms.mongodb import connection


@pytest.mark.parametrize(("name", "keys", "documents"), [
    ("FIND", 21, 20),
    ("BY_ID", 1, 1),
    ("SCAN", 0, 5000),
    ("JOINED", 42, 40),
    ("PUSHED_DOWN", 42, 40),
    ("UNITED", 8 + 5 + 2, 3 + 4 + 2),
    ("SHARDED", 7, 3),
])  # fmt: skip
def test_an_explanation_says_how_much_was_examined(name, keys, documents):
    assert read_explanation(getattr(explanations, name)) == (keys, documents)


def test_an_explanation_without_statistics_does_not_count_as_nothing():
    with pytest.raises(Unexplained):
        read_explanation(explanations.PLANNED)


FIND = {"find": "courses_course", "filter": {"status": "published"}, "limit": 30}


def test_what_surrounds_a_command_is_not_explained():
    sent = FIND | {"lsid": {}, "txnNumber": 1, "readConcern": {}, "$db": "lms", "$clusterTime": {}}
    assert list_explainable(Command("find", sent)) == [FIND]


def test_of_a_cursor_that_was_left_only_what_was_fetched_counts():
    assert list_explainable(Command("find", FIND, returned=7, is_cut=True)) == [FIND | {"limit": 7}]
    aggregate = {"aggregate": "courses_course", "pipeline": [{"$match": {}}], "cursor": {}}
    [cut] = list_explainable(Command("aggregate", aggregate, returned=7, is_cut=True))
    assert cut["pipeline"] == [{"$match": {}}, {"$limit": 7}]
    assert len(aggregate["pipeline"]) == 1


def test_each_statement_of_a_write_is_explained_by_itself_and_an_insert_is_not():
    one, other = ({"q": {"_id": number}, "u": {"$set": {"a": 1}}} for number in (1, 2))
    sent = {"update": "courses_course", "updates": [one, other], "ordered": True}
    assert [each["updates"] for each in list_explainable(Command("update", sent))] == [
        [one],
        [other],
    ]
    assert list_explainable(Command("insert", {"insert": "courses_course"})) == []
    assert list_explainable(Command("getMore", {"getMore": 1, "collection": "x"})) == []
    assert list_explainable(Command("aggregate", {"aggregate": 1, "pipeline": []})) == []


@pytest.mark.django_db
def test_a_server_takes_every_command_that_is_to_be_explained(recorder, visitor):
    assert visitor.get("/api/v1/courses?search=python").status_code == 200
    list(Course.objects.filter(status="published"))
    Course.objects.filter(pk="f" * 24).update(title="New")
    Course.objects.filter(pk="f" * 24).count()
    recorder.is_on = False
    documents = [each for command in recorder.sent for each in list_explainable(command)]
    assert {"aggregate", "update"} <= {next(iter(document)) for document in documents}
    assert all(explain(document)["ok"] == 1 for document in documents)


def test_the_documents_of_all_batches_and_what_is_joined_to_them_are_counted():
    lookup = {"$lookup": {"from": "x", "as": "rows", "pipeline": []}}
    command = Command("aggregate", {"aggregate": "y", "pipeline": [{"$match": {}}, lookup]})
    command.receive([{"rows": [{}, {}]}, {"rows": []}])
    command.receive([{"rows": [{}], "grants": [{}, {}]}, {"rows": {"of": "one"}}])
    assert (command.returned, command.joined, command.answered) == (4, {"rows": 3}, 7)


@pytest.mark.django_db
def test_a_cursor_of_several_batches_is_one_command(recorder):
    UserFactory.create_batch(5)
    collection = connection.get_collection("accounts_user")
    recorder.record()
    cursor = collection.find({}, batch_size=2)
    assert [next(cursor)["_id"], next(cursor)["_id"], next(cursor)["_id"]]
    sent = recorder.sent[0]
    assert (sent.returned, sent.is_cut) == (4, True)
    assert len(list(cursor)) == 2
    assert (sent.returned, sent.is_cut) == (5, False)
