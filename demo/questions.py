"""A question of every kind, and the right answers to those."""

from typing import Any

type Json = dict[str, Any]

QUESTIONS: tuple[Json, ...] = (
    {
        "kind": "single_choice",
        "prompt": "What does MongoDB keep in a collection?",
        "options": ["Rows of a **fixed** shape", "Documents", "Files"],
        "key": {"option": 1},
        "explanation": "Two documents of a collection may have different fields.",
        "tags": ["documents"],
    },
    {
        "kind": "true_false",
        "prompt": "Every document has an `_id`.",
        "key": {"option": 0},
        "tags": ["documents"],
    },
    {
        "kind": "multiple_choice",
        "prompt": "Which of these **change** documents?",
        "options": ["`updateOne`", "`find`", "`replaceOne`", "`countDocuments`"],
        "key": {"options": [0, 2], "scoring": "partial"},
        "points": 200,
    },
    {
        "kind": "short_text",
        "prompt": "Which stage of a pipeline filters documents?",
        "key": {"accept": ["$match", "match"]},
        "explanation": "Put it first: then an index serves it.",
    },
    {
        "kind": "numeric",
        "prompt": "How large may a document be?",
        "key": {"value": "16", "tolerance": "0", "unit": "MiB"},
    },
    {
        "kind": "ordering",
        "prompt": "In which order does a pipeline do this best?",
        "options": ["`$match`", "`$sort`", "`$limit`", "`$lookup`"],
        "key": {"options": [0, 1, 2, 3]},
        "points": 150,
    },
    {
        "kind": "matching",
        "prompt": "What is it called here?",
        "options": ["Table", "Row", "Collection", "Document", "Replica"],
        "key": {"pairs": [[0, 2], [1, 3]]},
        "points": 200,
    },
    {
        "kind": "essay",
        "prompt": "When would you *embed*, and when would you refer? Give an example of each.",
        "points": 400,
    },
)
"""As `POST /questions` takes them: options in a key are named by their place."""

TEXTS = {"short_text": "$match", "numeric": "16", "essay": "I embed what is read together."}
"""What is answered where there is nothing to choose."""


def respond(question: Json) -> Any:
    """Return the right response to a question of an attempt, whose options may be in any order."""
    kind = question["kind"]
    if kind in TEXTS:
        return TEXTS[kind]
    ids = {_words(each["text_html"]): each["id"] for each in question["options"]}
    [asked] = [each for each in QUESTIONS if each["kind"] == kind]
    options = [ids[_words(each)] for each in asked.get("options", ("True", "False"))]
    key = asked["key"]
    if kind == "matching":
        return [[options[left], options[right]] for left, right in key["pairs"]]
    if "options" in key:
        return [options[place] for place in key["options"]]
    return options[key["option"]]


def _words(text: str) -> str:
    """Return the letters of a text, whether it is Markdown or HTML."""
    for mark in ("<p>", "</p>", "<code>", "</code>", "<strong>", "</strong>", "`", "**", "\n"):
        text = text.replace(mark, "")
    return text
