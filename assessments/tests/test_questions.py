"""The bank of questions over HTTP: created, changed in revisions, found, deleted."""

import pytest

from assessments.models import Question, QuestionRevision, Quiz
from assessments.models.question import Kind
from assessments.services import questions
from assessments.tests.factories import KEYS, ask
from courses.tests.factories import LectureFactory
from lms.mongodb import connection
from lms.tests import races

URL = "/api/v1/questions"
CHOICE = {"kind": "single_choice", "prompt": "Which?", "options": ["a", "b", "c"], "key": {"option": 1}}  # fmt: skip


def codes(response):
    return [(each["code"], each["attr"]) for each in response.json()["errors"]]


def test_a_question_of_each_kind_is_created_and_shows_its_key_by_ids(client_of, instructor):
    client = client_of(instructor)
    for kind in Kind:
        body = {"kind": kind, "prompt": "Why *this*?", "explanation": "**So**", **KEYS[kind]}
        made = client.post(URL, body, format="json")
        assert made.status_code == 201, made.json()
        question = made.json()
        assert question["prompt_html"] == "<p>Why <em>this</em>?</p>\n"
        assert question["explanation_html"] == "<p><strong>So</strong></p>\n"
        assert (question["revision"], question["points"], question["tags"]) == (1, 100, [])
        assert client.get(f"{URL}/{question['id']}").json() == question
    ids = {option["text"]: option["id"] for option in question["options"]}
    assert ids == {}
    true_false = Question.objects.get(kind=Kind.TRUE_FALSE)
    assert [option.text for option in true_false.options] == ["True", "False"]
    matching = client.get(f"{URL}?kind=matching").json()["results"][0]
    sides = {option["text"]: option["side"] for option in matching["options"]}
    assert (sides["France"], sides["Paris"], sides["Bern"]) == ("left", "right", "right")
    assert len(matching["key"]["pairs"][0][0]) == 24
    assert QuestionRevision.objects.count() == len(Kind)


def test_ids_of_options_do_not_give_the_order_away(instructor):
    asked = [
        ask(instructor, Kind.ORDERING, options=["1", "2", "3", "4"], key={"options": [0, 1, 2, 3]})
        for _ in range(6)
    ]
    sorted_ones = [sorted(each.key["options"]) == each.key["options"] for each in asked]
    assert not all(sorted_ones)


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"kind": "riddle"}, "invalid_choice", "kind"),
        ({"key": {"option": 3}}, "invalid_key", "key"),
        ({"key": None}, "invalid_key", "key"),
        ({"key": [1]}, "invalid_key", "key"),
        ({"key": {"option": "1" * 24}}, "invalid_key", "key"),
        ({"options": ["a"]}, "invalid_options", "options"),
        ({"options": ["a", "b", " a "]}, "invalid_options", "options"),
        ({"options": [str(each) for each in range(21)]}, "max_length", "options"),
        ({"options": ["a", "x" * 1001]}, "max_length", "options.1"),
        ({"kind": "essay", "key": None}, "invalid_options", "options"),
        ({"kind": "true_false"}, "invalid_options", "options"),
        ({"points": 0}, "min_value", "points"),
        ({"points": 1.5}, "invalid", "points"),
        ({"prompt": "a\0b"}, "null_characters_not_allowed", "prompt"),
        ({"prompt": ">" * 200 + "x"}, "too_nested", "prompt"),
        ({"tags": ["x" * 31]}, "max_length", "tags.0"),
    ],
)
def test_what_is_no_question_is_refused(client_of, instructor, change, code, attr):
    refused = client_of(instructor).post(URL, CHOICE | change, format="json")
    assert (refused.status_code, codes(refused)) == (400, [(code, attr)])
    assert not Question.objects.exists()


def test_a_change_of_content_is_the_next_revision_and_nothing_else_is(client_of, instructor):
    client, url = client_of(instructor), f"{URL}/{ask(instructor).pk}"
    for change, revision in [
        ({"prompt": "Which city?"}, 2),
        ({"prompt": "Which city?", "tags": ["geo"], "explanation": "So", "retired": True}, 2),
        ({"points": 250}, 3),
        ({"key": {"option": 1}}, 4),
        ({"options": ["Rome", "Paris", "Madrid"]}, 5),
        ({}, 5),
    ]:
        question = client.patch(url, change, format="json").json()
        assert question["revision"] == revision, change
    rows = list(QuestionRevision.objects.order_by("revision"))
    assert [row.points for row in rows] == [100, 100, 250, 250, 250]
    assert [row.prompt for row in rows][:2] == ["What of single_choice?", "Which city?"]
    last, present = rows[4].options, Question.objects.get().options
    assert [each.identifier for each in last] == [each.identifier for each in present]
    assert (question["tags"], question["retired"], question["explanation"]) == (["geo"], True, "So")
    refused = client.patch(url, {"kind": "essay"}, format="json")
    assert codes(refused) == [("immutable", "kind")]
    keyless = client.patch(url, {"key": None}, format="json")
    assert codes(keyless) == [("invalid_key", "key")]


def test_an_option_keeps_its_id_with_its_text_else_with_its_place(client_of, instructor):
    question = ask(instructor, options=["Paris", "Rome", "Madrid"], key={"option": 1})
    paris, rome, madrid = [str(option.identifier) for option in question.options]
    client, url = client_of(instructor), f"{URL}/{question.pk}"
    changed = client.patch(url, {"options": ["Rome", "Parigi", "Madrid", "Bern"]}, format="json")
    found = [option["id"] for option in changed.json()["options"]]
    assert (found[0], found[2]) == (rome, madrid)
    assert not {found[1], found[3]} & {paris, rome, madrid}
    assert changed.json()["key"] == {"option": rome}
    typo = client.patch(url, {"options": ["Roma", "Parigi", "Madrid", "Bern"]}, format="json")
    assert [option["id"] for option in typo.json()["options"]] == found
    gone = client.patch(url, {"options": ["Parigi", "Madrid"]}, format="json")
    assert codes(gone) == [("invalid_key", "key")]
    kept = {"options": ["Parigi", "Madrid"], "key": {"option": 0}}
    assert client.patch(url, kept, format="json").json()["key"] == {"option": found[1]}


def test_of_two_changes_at_the_same_time_none_is_lost(transactional_db, instructor, watched):
    question = ask(instructor)
    races.in_between(
        watched,
        late=lambda: questions.change(question, points=300),
        early=lambda: questions.change(question, prompt="Which city?"),
    )
    rows = QuestionRevision.objects.order_by("revision")
    assert [(row.revision, row.prompt == "Which city?", row.points) for row in rows] == [
        (1, False, 100),
        (2, True, 100),
        (3, True, 300),
    ]


def test_a_true_false_question_keeps_its_options_when_it_is_given_none(client_of, instructor):
    url = f"{URL}/{ask(instructor, Kind.TRUE_FALSE).pk}"
    changed = client_of(instructor).patch(url, {"options": [], "key": {"option": 1}}, format="json")
    assert [option["text"] for option in changed.json()["options"]] == ["True", "False"]
    assert changed.json()["revision"] == 2


def test_the_bank_is_mine_newest_first_and_filtered(client_of, instructor, other_instructor):
    first = ask(instructor, Kind.ESSAY, prompt="Explain a.b (c)", tags=["x", "y"])
    second = ask(instructor, prompt="Explain axb c", tags=["y"], retired=True)
    ask(other_instructor, prompt="Explain a.b (c)", tags=["x"])
    client = client_of(instructor)
    for query, found in {
        "": [second, first],
        "?kind=essay": [first],
        "?tag=y": [second, first],
        "?tag=x": [first],
        "?search=A.B (": [first],
        "?search=plain A": [second, first],
        "?search=%5C": [],
        "?tag=none": [],
        "?retired=true": [second],
        "?retired=false&tag=y": [first],
    }.items():
        results = client.get(URL + query).json()["results"]
        assert [each["id"] for each in results] == [str(each.pk) for each in found], query
    assert client.get(f"{URL}?kind=riddle").status_code == 400


def test_a_list_takes_as_many_commands_for_many_questions(client_of, instructor, commands):
    lecture = LectureFactory(kind="quiz")
    asked = [ask(instructor) for _ in range(5)]
    Quiz.objects.create(lecture=lecture, questions=[asked[0].pk])
    client = client_of(instructor)
    with commands() as sent:
        results = client.get(URL).json()["results"]
    assert [each["used_in"] for each in results] == [[], [], [], [], [str(lecture.pk)]]
    assert len(sent) <= 4  # two of them for the session


def test_a_question_that_a_quiz_or_an_attempt_has_is_not_deleted(client_of, instructor):
    quizzed, attempted, free = ask(instructor), ask(instructor), ask(instructor)
    quiz = Quiz.objects.create(lecture=LectureFactory(kind="quiz"), questions=[quizzed.pk])
    attempts = connection.get_collection("assessments_attempt")
    attempts.insert_one({"question_ids": [attempted.pk]})
    client = client_of(instructor)
    for question in (quizzed, attempted):
        assert codes(client.delete(f"{URL}/{question.pk}")) == [("in_use", None)]
    quiz.delete()
    attempts.delete_many({})
    for question in (quizzed, attempted, free):
        assert client.delete(f"{URL}/{question.pk}").status_code == 204
    assert not QuestionRevision.objects.exists()


def test_staff_correct_a_question_and_another_instructor_does_not_see_it(
    client_of, instructor, other_instructor, staff
):
    url = f"{URL}/{ask(instructor).pk}"
    assert client_of(other_instructor).get(url).status_code == 404
    assert client_of(staff).patch(url, {"prompt": "Right"}, format="json").status_code == 200
    assert client_of(staff).get(URL).status_code == 403


def test_only_images_of_our_media_are_shown(instructor, settings):
    settings.IMAGES_FROM = "https://images.test/ours/"
    shown = "![a](https://images.test/ours/a.png)"
    hidden = (
        "![b](https://images.test/theirs/b.png) ![c](https://images.test/ours/%2E%2e/c.png) "
        "![d](//evil.test/d.png) ![e](https://images.test/ours.evil.test/e.png) <img src=x onerror=y>"
    )
    html = ask(instructor, prompt=f"{shown} {hidden}").prompt_html
    assert html.count("src=") - html.count("&lt;img src=") == 1
    assert 'src="https://images.test/ours/a.png"' in html
    assert 'alt="b"' in html
