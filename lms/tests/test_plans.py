"""The reader of plans itself is right about what MongoDB's planner does."""

import pytest

from lms.tests.plans import problems

INDEXES = {
    "course": [[("status", 1), ("published_at", -1), ("_id", -1)], [("instructor_id", 1)]],
    "user": [],
}
ORDER = {"published_at": -1, "_id": -1}


def aggregate(*stages):
    return problems("aggregate", {"aggregate": "course", "pipeline": list(stages)}, INDEXES)


def test_an_equality_on_the_first_key_is_served():
    assert problems("find", {"find": "course", "filter": {"status": "x"}}, INDEXES) == []


def test_a_filter_without_an_indexed_field_scans():
    [problem] = problems("find", {"find": "course", "filter": {"level": "x"}}, INDEXES)
    assert "no index for" in problem


def test_an_empty_filter_scans():
    assert problems("count", {"count": "course", "query": {}}, INDEXES)


def test_every_branch_of_an_or_needs_an_index():
    assert aggregate({"$match": {"$or": [{"status": "x"}, {"instructor_id": 1}]}}) == []
    assert aggregate({"$match": {"$or": [{"status": "x"}, {"level": 1}]}})


@pytest.mark.parametrize("direction", [1, -1])
def test_an_index_gives_its_order_and_the_reverse(direction):
    sort = {name: way * direction for name, way in ORDER.items()}
    assert aggregate({"$match": {"status": "x"}}, {"$sort": sort}) == []


def test_a_sort_in_another_order_is_done_by_hand():
    [problem] = aggregate({"$match": {"status": "x"}}, {"$sort": {"published_at": -1, "_id": 1}})
    assert "order" in problem


def test_a_range_before_the_sort_keys_spoils_the_order():
    assert aggregate({"$match": {"status": {"$gt": "x"}}}, {"$sort": ORDER})


def test_a_computed_field_before_the_sort_hides_nothing():
    stages = [{"$match": {"level": 1}}, {"$addFields": {"a": 1}}, {"$sort": ORDER}]
    assert aggregate(*stages)


def test_a_join_needs_an_index_on_the_other_side():
    by_id = {"from": "user", "localField": "instructor_id", "foreignField": "_id", "as": "u"}
    by_name = by_id | {"foreignField": "name"}
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": by_id}) == []
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": by_name})


def test_an_expression_with_in_scans():
    by_expression = {
        "from": "user", "let": {"i": "$x"}, "as": "u",
        "pipeline": [{"$match": {"$expr": {"$in": ["$_id", "$$i"]}}}],
    }  # fmt: skip
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": by_expression})


def test_writes_are_read_too():
    update = {"update": "course", "updates": [{"q": {"level": 1}, "u": {}}]}
    assert problems("update", update, INDEXES)
    assert problems("delete", {"delete": "course", "deletes": [{"q": {"_id": 1}}]}, INDEXES) == []
