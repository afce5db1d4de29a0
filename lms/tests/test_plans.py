"""The reader of plans itself is right about what MongoDB's planner does."""

import pytest

from lms.tests.plans import Index, problems

INDEXES = {
    "course": [
        Index([("status", 1), ("published_at", -1), ("_id", -1)]),
        Index([("instructor_id", 1)]),
    ],
    "user": [],
    "line": [
        Index(
            [("source", 1), ("kind", 1), ("account", 1)],
            {"source": {"$gte": ""}, "kind": {"$gte": ""}, "account": {"$gte": ""}},
        )
    ],
    "coupon": [Index([("created_at", 1)], {"reserved": {"$gt": 0}})],
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


def test_the_branches_of_an_or_are_merged_in_their_order():
    later = {"status": "x", "published_at": {"$lt": 1}}
    tie = {"status": "x", "published_at": 1, "_id": {"$lt": 1}}
    assert aggregate({"$match": {"$or": [later, tie]}}, {"$sort": ORDER}) == []
    assert aggregate({"$match": {"$or": [later, {"instructor_id": 1}]}}, {"$sort": ORDER})
    backwards = {name: -way for name, way in ORDER.items()}
    assert aggregate({"$match": {"$or": [later, tie]}}, {"$sort": backwards}) == []


def test_a_computed_field_before_the_sort_hides_nothing():
    stages = [{"$match": {"level": 1}}, {"$addFields": {"a": 1}}, {"$sort": ORDER}]
    assert aggregate(*stages)


def test_a_join_needs_an_index_on_the_other_side():
    by_id = {"from": "user", "localField": "instructor_id", "foreignField": "_id", "as": "u"}
    by_name = by_id | {"foreignField": "name"}
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": by_id}) == []
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": by_name})


def test_what_a_union_reads_needs_an_index():
    def union(**match):
        return aggregate(
            {"$match": {"status": "x"}},
            {"$unionWith": {"coll": "course", "pipeline": [{"$match": match}]}},
        )

    assert union(instructor_id=1) == []
    assert union(level="x")


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


@pytest.mark.parametrize("match", [
    {"source": "s", "kind": "sale", "account": "tax"},
    {"source": "s", "kind": {"$in": ["sale", "fee"]}, "account": {"$gte": "a"}},
    {"$and": [{"source": "s"}, {"kind": "sale", "account": "tax"}]},
    {"source": "s", "$or": [{"kind": "sale", "account": "a"}, {"kind": "fee", "account": "b"}]},
])  # fmt: skip
def test_a_partial_index_serves_what_implies_its_whole_filter(match):
    assert problems("find", {"find": "line", "filter": match}, INDEXES) == []


@pytest.mark.parametrize("match", [
    {"source": "s", "kind": "sale"},
    {"source": "s", "kind": "sale", "account": None},
    {"source": "s", "kind": "sale", "account": 1},
    {"source": "s", "kind": "sale", "account": {"$ne": None}},
    {"source": "s", "kind": "sale", "account": {"$in": ["a", None]}},
    {"source": "s", "kind": "sale", "account": {"$regex": "^a"}},
    {"source": "s", "$or": [{"kind": "sale", "account": "a"}, {"kind": "fee"}]},
])  # fmt: skip
def test_a_partial_index_serves_nothing_that_it_may_lack(match):
    assert problems("find", {"find": "line", "filter": match}, INDEXES)


def test_a_partial_index_gives_its_order_only_to_what_implies_its_filter():
    find = {"find": "coupon", "filter": {"reserved": {"$gt": 0}}, "sort": {"created_at": 1}}
    assert problems("find", find, INDEXES) == []
    assert len(problems("find", find | {"filter": {}}, INDEXES)) == 2


def test_a_join_uses_no_partial_index():
    join = {"from": "line", "localField": "s", "foreignField": "source", "as": "lines"}
    assert aggregate({"$match": {"status": "x"}}, {"$lookup": join})


def test_only_an_anchored_expression_that_heeds_case_is_a_range():
    def found(**expression):
        return problems("find", {"find": "course", "filter": {"status": expression}}, INDEXES)

    assert found(**{"$regex": "^dr"}) == []
    assert found(**{"$regex": "dr"})
    assert found(**{"$regex": "^dr", "$options": "i"})
