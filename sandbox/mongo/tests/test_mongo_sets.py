"""Sets of ids are found by their hash, and everything else is compared as mongoeco compares it."""

from bson import ObjectId

from sandbox.mongo.sets import append

FIRST, SECOND = ObjectId(), ObjectId()


def test_ids_are_appended_once_in_their_order():
    found = [FIRST]
    append(found, [SECOND, FIRST, SECOND])
    assert found == [FIRST, SECOND]


def test_other_values_beside_ids_are_compared():
    found = [1]
    append(found, [FIRST, 1.0, FIRST, [2], [2], None])
    assert found == [1, FIRST, [2], None]
