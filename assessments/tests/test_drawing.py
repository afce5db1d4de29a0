"""Which questions an attempt gets: without a database."""

from itertools import permutations
from random import Random

from bson import ObjectId

from assessments.drawing import count_questions, draw, find_shortages, freeze

QUESTIONS = [ObjectId() for _ in range(8)]


def fixed(question):
    return {"question": str(question)}


def drawing(count, *tags):
    return {"draw": {"tags": list(tags), "count": count}}


def pools(**by_tag):
    return {frozenset([tag]): questions for tag, questions in by_tag.items()}


def row(kind="single_choice", sides=("", "", "", ""), **fields):
    """Return a question as the database has it, with four options."""
    options = [
        {"identifier": ObjectId(), "text": "t", "text_html": "<p>t</p>", "side": s} for s in sides
    ]
    return {
        "_id": ObjectId(), "revision": 3, "kind": kind, "prompt": "p", "prompt_html": "<p>p</p>",
        "options": options, "points": 100, "key": {"option": str(options[0]["identifier"])},
        "explanation": "e", "explanation_html": "<p>e</p>", "tags": [], "retired": False,
    } | fields  # fmt: skip


def shown(question, *, shuffle=False, seed=1):
    [frozen] = freeze([question], shuffle=shuffle, random=Random(seed))
    return [option["id"] for option in frozen["options"]]


def stored(question):
    return [str(option["identifier"]) for option in question["options"]]


def test_questions_come_in_the_order_of_the_items_and_none_twice():
    a, b, c, *others = QUESTIONS
    items = [fixed(a), drawing(3, "x"), fixed(b)]
    drawn = draw(items, pools(x=[a, b, c, *others]), Random(1))
    assert (drawn[0], drawn[-1], len(drawn)) == (a, b, count_questions(items))
    assert len(set(drawn)) == 5
    assert len({tuple(draw(items, pools(x=QUESTIONS), Random(n))) for n in range(20)}) > 10


def test_a_draw_never_fails_where_an_assignment_exists():
    """Compare with trying every order of the questions, on small quizzes made at random."""
    random = Random(7)
    could, could_not = 0, 0
    for seed in range(300):
        tags = {tag: random.sample(QUESTIONS[:5], random.randint(1, 5)) for tag in "abc"}
        items = [fixed(QUESTIONS[0]), *(drawing(random.choice((1, 1, 2)), tag) for tag in tags)]
        wanted = [tag for tag, item in zip(tags, items[1:], strict=True) for _ in range(item["draw"]["count"])]  # fmt: skip
        exists = len(wanted) <= 4 and any(
            all(each in tags[tag] for each, tag in zip(order, wanted, strict=True))
            for order in permutations(QUESTIONS[1:5], len(wanted))
        )
        drawn = draw(items, pools(**tags), Random(seed))
        assert (drawn is not None) == exists == (not find_shortages(items, pools(**tags)))
        if drawn:
            assert len(set(drawn)) == len(drawn)
            assert all(each in tags[tag] for each, tag in zip(drawn[1:], wanted, strict=True))
        could, could_not = could + exists, could_not + (not exists)
    assert min(could, could_not) > 50


def test_a_shortage_names_the_draw_and_how_many_it_lacks():
    a, b, *_ = QUESTIONS
    items = [fixed(a), drawing(1, "x"), drawing(3, "x"), drawing(1, "unknown")]
    assert find_shortages(items, pools(x=[a, b, QUESTIONS[2]])) == {2: 2, 3: 1}


def test_two_hundred_draws_of_one_large_pool_are_quick():
    pool = [ObjectId() for _ in range(200)]
    items = [drawing(1, "x") for _ in range(199)] + [drawing(1, "y")]
    drawn = draw(items, pools(x=pool, y=pool[:1]), Random(1))
    assert len(set(drawn)) == 200
    assert drawn[-1] == pool[0]


def test_options_are_shuffled_only_where_that_is_wanted_or_their_order_is_the_key():
    single, binary, ordering = row(), row("true_false"), row("ordering")
    assert shown(single) == stored(single)
    assert shown(single, shuffle=True) != stored(single)
    assert {tuple(shown(binary, shuffle=True, seed=n)) for n in range(9)} == {tuple(stored(binary))}
    assert len({tuple(shown(ordering, seed=n)) for n in range(20)}) > 5
    matching = row("matching", sides=("left", "right", "left", "right"))
    a, one, b, two = stored(matching)
    assert {tuple(shown(matching, seed=n)) for n in range(20)} == {
        (a, b, one, two),
        (a, b, two, one),
    }
    assert len({tuple(shown(matching, shuffle=True, seed=n)) for n in range(40)}) == 4


def test_what_is_frozen_is_what_the_student_sees_and_what_grades():
    question = row("matching", sides=("left", "right"))
    [frozen] = freeze([question], shuffle=False)
    assert frozen == {
        "id": str(question["_id"]), "revision": 3, "kind": "matching", "prompt_html": "<p>p</p>",
        "points": 100, "key": question["key"], "explanation_html": "<p>e</p>",
        "options": [
            {"id": pk, "text_html": "<p>t</p>", "side": side}
            for pk, side in zip(stored(question), ("left", "right"), strict=True)
        ],
    }  # fmt: skip


def test_shuffling_mixes_the_questions():
    questions = [row() for _ in range(6)]
    orders = {tuple(f["id"] for f in freeze(questions, shuffle=True)) for _ in range(20)}
    assert len(orders) > 10
    assert [f["id"] for f in freeze(questions, shuffle=False)] == [str(q["_id"]) for q in questions]
