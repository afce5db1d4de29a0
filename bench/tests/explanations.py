"""Explanations of verbosity `executionStats`, shortened, in the shapes that MongoDB 7 and 8 give them.

After https://www.mongodb.com/docs/manual/reference/explain-results/ and the tests of MongoDB itself
(`jstests/aggregation/sources/lookup/lookup_query_stats.js`); none was recorded from a server.
"""

from typing import Any

type Explanation = dict[str, Any]


def stats(keys: int, documents: int, **stages: Any) -> Explanation:
    """Return the `executionStats` of a plan."""
    return {
        "executionSuccess": True,
        "nReturned": 2,
        "executionTimeMillis": 0,
        "totalKeysExamined": keys,
        "totalDocsExamined": documents,
        "executionStages": stages,
    }


SERVER = {"serverInfo": {"host": "mongo", "port": 27017, "version": "8.0.4"}, "ok": 1.0}

FIND: Explanation = {
    "explainVersion": "1",
    "queryPlanner": {
        "namespace": "lms.courses_course",
        "winningPlan": {"stage": "LIMIT", "inputStage": {"stage": "FETCH"}},
        "rejectedPlans": [{"stage": "SORT"}],
    },
    "executionStats": stats(
        21,
        20,
        stage="LIMIT",
        inputStage={
            "stage": "FETCH",
            "docsExamined": 20,
            "inputStage": {"stage": "IXSCAN", "keysExamined": 21, "indexName": "course_published"},
        },
    ),
    "command": {"find": "courses_course", "filter": {"status": "published"}, "limit": 20},
    **SERVER,
}
"""A find by an index."""

BY_ID: Explanation = {
    "explainVersion": "1",
    "queryPlanner": {"winningPlan": {"isCached": False, "stage": "EXPRESS_IXSCAN"}},
    "executionStats": stats(1, 1, stage="EXPRESS_IXSCAN", keysExamined=1, docsExamined=1),
    **SERVER,
}
"""A find by one id, which MongoDB 8 plans by itself."""

SCAN: Explanation = {
    "queryPlanner": {"winningPlan": {"stage": "COLLSCAN"}},
    "executionStats": stats(0, 5000, stage="COLLSCAN", docsExamined=5000),
    **SERVER,
}

JOINED: Explanation = {
    "explainVersion": "1",
    "stages": [
        {
            "$cursor": {
                "queryPlanner": {"namespace": "lms.courses_course"},
                "executionStats": stats(20, 20, stage="LIMIT"),
            },
            "nReturned": 20,
        },
        {
            "$lookup": {
                "from": "accounts_user",
                "localField": "instructor_id",
                "foreignField": "_id",
                "as": "instructor",
                "let": {},
                "pipeline": [{"$project": {"name": 1}}],
            },
            "totalDocsExamined": 20,
            "totalKeysExamined": 22,
            "collectionScans": 0,
            "indexesUsed": ["_id_"],
            "nReturned": 20,
        },
        {"$project": {"title": True}, "nReturned": 20},
    ],
    "command": {"aggregate": "courses_course", "pipeline": [{"$limit": 20}]},
    **SERVER,
}
"""Documents that are joined: 20 and 20 of them, 20 keys and 22."""

PUSHED_DOWN: Explanation = {
    "explainVersion": "2",
    "queryPlanner": {"winningPlan": {"queryPlan": {"stage": "EQ_LOOKUP"}, "slotBasedPlan": {}}},
    "executionStats": stats(
        42,
        40,
        stage="nlj",
        totalDocsExamined=40,
        totalKeysExamined=42,
        outerStage={"stage": "nlj", "totalDocsExamined": 20, "totalKeysExamined": 20},
    ),
    **SERVER,
}
"""The same, where the join is part of the plan; the totals contain those of the stages."""

UNITED: Explanation = {
    "explainVersion": "1",
    "stages": [
        {"$cursor": {"executionStats": stats(8, 3)}},
        {
            "$unionWith": {
                "coll": "courses_course",
                "pipeline": [
                    {"$cursor": {"executionStats": stats(5, 4)}},
                    {"$lookup": {}, "totalDocsExamined": 2, "totalKeysExamined": 2},
                ],
            },
            "nReturned": 4,
        },
        {"$unionWith": {"coll": "courses_course", "pipeline": [{"$match": {"never": "read"}}]}},
        {"$group": {"_id": "$_id"}, "totalOutputDataSizeBytes": 100, "usedDisk": False},
    ],
    **SERVER,
}
"""Two reads one after the other, the second with a join, and one that was not needed."""

SHARDED: Explanation = {
    "mergeType": "mongos",
    "shards": {
        "a": {"stages": [{"$cursor": {"executionStats": stats(3, 2)}}]},
        "b": {"executionStats": stats(4, 1)},
    },
    "ok": 1.0,
}

PLANNED: Explanation = {"queryPlanner": {"winningPlan": {"stage": "IXSCAN"}}, **SERVER}
"""An explanation without statistics."""
