"""Readers and writers of questions in files."""

from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.exceptions import ValidationError

from accounts.models import User
from assessments.exceptions import InvalidFile, TooManyQuestions
from assessments.formats import FORMATS
from assessments.formats.markup import to_markdown
from assessments.models import Question
from assessments.models.question import Kind
from assessments.queries.questions import describe
from assessments.serializers.imports import read_file
from assessments.services import questions
from assessments.tests.factories import KEYS

MEAN = r'a~b = {c} #d: \e \n "*f*" <g> & ]]> %5%h -- // $CATEGORY: ::i:: ü漢'
"""What every format has a sign for."""
PARTIAL = {"options": ["a", "b", "c", "d"], "key": {"options": [1, 2, 3], "scoring": "partial"}}


def bodies() -> list[dict[str, Any]]:
    """Return a question of each kind and scoring, as they are exported."""
    given = [
        *({"kind": kind, "prompt": "Why?", **KEYS[kind]} for kind in Kind),
        {"kind": "multiple_choice", "prompt": f"{MEAN}\n\n- x\n- y", "points": 250, **PARTIAL},
        {"kind": "single_choice", "prompt": "Which?", "options": ["%5% less", MEAN], "key": {"option": 0}},
        {"kind": "short_text", "prompt": "Write.", "key": {"accept": ["a*b", MEAN], "case_sensitive": True}},
        {"kind": "essay", "prompt": "Write.", "tags": ["x]y", "z w"], "explanation": f"So:\n\n{MEAN}"},
    ]  # fmt: skip
    return [describe(questions.build(User(), **body)) for body in given]


def read(name: str, text: str | bytes) -> list[Any]:
    """Return the questions of a file as they are exported, and of what is no question the codes."""
    raw = text if isinstance(text, bytes) else text.encode()
    found = read_file(User(), name, SimpleUploadedFile("file", raw))
    return [
        describe(each) if isinstance(each, Question) else [error["code"] for error in each]
        for each in found
    ]


def write(name: str, given: list[dict[str, Any]]) -> str:
    return "".join(FORMATS[name].write(given))


def test_our_json_holds_everything():
    given = [*bodies(), bodies()[0] | {"retired": True}]
    assert read("json", write("json", given)) == given
    assert read("json", write("json", [])) == []


def test_moodle_xml_holds_everything_but_whether_a_question_is_retired():
    given = bodies()
    for body in given:
        if body["kind"] == Kind.ORDERING:  # its options are always shown shuffled
            body["options"] = [body["options"][place] for place in body["key"]["options"]]
            body["key"] = {"options": list(range(len(body["options"])))}
    assert read("moodle_xml", write("moodle_xml", given)) == given


def test_gift_holds_all_but_orders_points_units_and_case():
    given = [body for body in bodies() if body["kind"] != Kind.ORDERING]
    text = write("gift", bodies())
    assert "// Left out (ordering): Why?" in text
    for body in given:
        body["points"] = 100
        (body["key"] or {}).pop("unit", None)
        if "case_sensitive" in (body["key"] or {}):
            body["key"]["case_sensitive"] = False
    assert read("gift", text) == given


def test_a_true_false_question_with_its_own_words_is_a_choice_in_moodle():
    own = describe(questions.build(User(), kind="true_false", prompt="?", options=["Yes", "No"], key={"option": 1}))  # fmt: skip
    for name in ("gift", "moodle_xml"):
        [found] = read(name, write(name, [own]))
        assert found == own | {"kind": "single_choice"}


def test_gift_as_moodle_documents_it():
    text = """
$CATEGORY: tom/dick/harry

// question: 1 [tag:history] [tag:us]
::Q1:: 1+1=2 {T}

::Q2:: What's between orange and green in the spectrum?
{ =yellow # right; good! ~red # wrong ~%0%blue ####<b>ROY</b> G BIV }

Two plus {=two =2} equals four.

Which are {
    ~%50%even \\~ 2
    ~%50%4
    ~%-50%5
}

Match. {=cat -> cat food =dog -> dog food = -> bird food}

How many? {#3:2}

A number from 1 to 5? {#1..5#yes}

When? {#=1822:0 =%50%1822:2}

[html]<p>Is <em>2 &lt; 3</em>?</p>{FALSE#no}

[plain]Write *about* it. {}

Who? {=Grant ~%50%Jefferson ~Lee}

Who? {=*Grant*}

A description.

Broken {=a ~b

Broken {a ~b}
"""
    found = read("gift", text)
    essentials = [
        (each["kind"], each["prompt"], each["options"], each["key"])
        if isinstance(each, dict)
        else each
        for each in found
    ]
    true_false = ["True", "False"]
    assert essentials == [
        ("true_false", r"1+1=2", true_false, {"option": 0}),
        ("single_choice", "What's between orange and green in the spectrum?", ["yellow", "red", "blue"], {"option": 0}),
        ("short_text", r"Two plus \_\_\_\_\_ equals four.", [], {"accept": ["two", "2"], "case_sensitive": False}),
        ("multiple_choice", "Which are", [r"even \~ 2", "4", "5"], {"options": [0, 1], "scoring": "partial"}),
        ("matching", "Match.", ["cat", "dog", "cat food", "dog food", "bird food"], {"pairs": [[0, 2], [1, 3]]}),
        ("numeric", "How many?", [], {"value": "3", "tolerance": "2"}),
        ("numeric", "A number from 1 to 5?", [], {"value": "3", "tolerance": "2"}),
        ["unsupported"],
        ("true_false", r"Is *2 \< 3*?", true_false, {"option": 1}),
        ("essay", r"Write \*about\* it.", [], None),
        ["unsupported"],
        ["unsupported"],
        ["invalid_syntax"],
        ["invalid_syntax"],
        ["invalid_syntax"],
    ]  # fmt: skip
    assert (found[0]["tags"], found[1]["explanation"]) == (["history", "us"], "**ROY** G BIV")


def test_moodle_xml_as_moodle_writes_it():
    text = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top</text></category></question>
  <question type="multichoice">
    <name><text>Capital</text></name>
    <questiontext format="html"><text><![CDATA[<p>Which is a <strong>capital</strong>?<br></p><ul><li>of x<sup>2</sup></li></ul>]]></text></questiontext>
    <generalfeedback format="html"><text></text></generalfeedback>
    <defaultgrade>1.5000000</defaultgrade><single>true</single>
    <answer fraction="0" format="html"><text>Milan</text><feedback><text>No</text></feedback></answer>
    <answer fraction="100" format="html"><text><![CDATA[<a href="https://en.wikipedia.org">Rome</a>]]></text></answer>
  </question>
  <question type="numerical">
    <questiontext><text>g?</text></questiontext>
    <answer fraction="100"><text>9.81</text><tolerance>0.05</tolerance></answer>
    <units><unit><multiplier>1</multiplier><unit_name>m/s</unit_name></unit></units>
  </question>
  <question type="numerical"><questiontext><text>g?</text></questiontext>
    <answer fraction="100"><text>1e400</text></answer></question>
  <question type="cloze"><questiontext><text>{1:SA:=x}</text></questiontext></question>
  <question type="essay"><questiontext><text>Look.</text><file name="a.png" encoding="base64">AA</file></questiontext></question>
  <question type="truefalse"><questiontext><text></text></questiontext><answer fraction="100"><text>true</text></answer></question>
  <question type="essay"><questiontext><text>Why?</text></questiontext><defaultgrade>1e9</defaultgrade></question>
</quiz>"""
    choice, number, *refused = read("moodle_xml", text)
    assert choice["prompt"] == "Which is a **capital**?\n\n- of x^2"
    assert choice["options"] == ["Milan", "[Rome](https://en.wikipedia.org)"]
    assert (choice["key"], choice["points"]) == ({"option": 1}, 150)
    assert number["key"] == {"value": "9.81", "tolerance": "0.05", "unit": "m/s"}
    expected = [["invalid_key"], ["unsupported"], ["unsupported"], ["blank"], ["invalid_syntax"]]
    assert refused == expected


ENTITY = b'<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("moodle_xml", ENTITY), ("moodle_xml", OUTSIDE), ("moodle_xml", b"<!DOCTYPE quiz><quiz/>"), ("moodle_xml", b"<quiz>"),
        ("moodle_xml", b"<html/>"), ("moodle_xml", b'<?xml version="1.0" encoding="utf-7"?><quiz/>'), ("moodle_xml", b"\xff\xfe<"),
        ("moodle_xml", b'<?xml version="1.0" encoding="klingon"?><quiz/>'), ("moodle_xml", b"<quiz>\0</quiz>"), ("moodle_xml", b"{" * 1_000_000),
        ("json", b"{" * 1_000_000), ("json", b"[" * 1_000_000), ("json", b"1"), ("json", b'{"questions": {}}'), ("json", b'["\\ud800"]'),
        ("json", "[]".encode("utf-16-le")), ("json", b"\xff[]"), ("json", b"[NaN]"), ("json", b"[]\0"),
        ("gift", "Größe? {=ja}".encode("latin-1")), ("gift", b"a\0b {T}"), ("gift", b"\xff\xfea"), ("gift", b"\xfe\xff\xd8\x00"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(name, raw):
    with pytest.raises(InvalidFile):
        read(name, raw)


def test_files_with_a_byte_order_mark_are_read():
    for encoding in ("utf-8-sig", "utf-16"):
        assert read("gift", "Größe? {T}".encode(encoding))[0]["prompt"] == "Größe?"
        assert read("json", '[{"kind": "essay", "prompt": "Größe?"}]'.encode(encoding))
        assert read("moodle_xml", "<quiz/>".encode(encoding)) == []
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?><quiz><question type="essay"><questiontext><text>Größe?</text></questiontext></question></quiz>'
    assert read("moodle_xml", declared.encode("latin-1"))[0]["prompt"] == "Größe?"


LARGE = 100_000
"""Bytes: what takes a second at this size takes minutes at ten times of it, unless it grows with the size alone."""
HOSTILE = {
    "gift": ["{", "{=", "}", "a{=b->", "~%50%a", "\\", "::", ":\\", "[tag:", "//[tag:\n", "\n \n", "a\n\n", "#", "{####", "<b>", "[html]<i>",
             "a{T}\n\n", " ", "\n    ", "a {=" + "<b>" * 900 + "}\n\n", "[markdown]>"],
    "json": ["[", '{"a":', "[1],", '"\\ud800"', "9"],
    "moodle_xml": ["<a>", "<quiz>", "<question/>", "&amp;", "<!--", "<a b='", "<?a", "]]>"],
}  # fmt: skip


def test_a_large_file_of_anything_is_read_or_refused_soon():
    around = {"gift": "a{{={}}}", "json": "[{}]", "moodle_xml": "<quiz>{}</quiz>"}
    for name, units in HOSTILE.items():
        for unit in units:
            text = unit * (LARGE // len(unit))
            for raw in (text, around[name].format(text)):
                before = process_time()
                with suppress(InvalidFile, TooManyQuestions):
                    read(name, raw)
                assert process_time() - before < 1, (name, unit)


def test_plain_text_shows_the_same_as_markdown():
    text = "# no heading\n1. no list\n- nor * this_one_ [x](y) <b> ~~z~~ `c` a|b \\ &amp;"
    markdown = to_markdown(text, "plain")
    html = questions.build(User(), kind="essay", prompt=markdown).prompt_html
    assert "<h1>" not in html
    assert "<ol>" not in html
    assert "~~z~~ `c` a|b \\ &amp;amp;" in html


def test_errors_of_single_questions_are_those_of_the_api():
    given = [
        1,
        {"kind": "essay"},
        {"kind": "single_choice", "prompt": "?", "options": ["a", "b"], "key": {"option": 2}},
    ]
    found = read("json", f'{{"questions": {str(given).replace(chr(39), chr(34))}}}')
    assert found == [["invalid"], ["required"], ["invalid_key"]]
    assert isinstance(FORMATS["gift"].read(b"a")[0], ValidationError)
