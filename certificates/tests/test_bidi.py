"""Mixed scripts stand in the order of Unicode's bidirectional algorithm (UAX #9)."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from certificates.pdf.bidi import continued, isolate, mirrored, visual_runs

ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")
LETTERS = "אבגabcABC123 -(),.[]{}/+%$€٢٣محم\u05b8\u0301'\"«»<>:;!?"


def visual(text: str) -> str:
    """Return the characters of a line as they stand from left to right."""
    runs = visual_runs(text)
    return "".join(mirrored(run) if is_rtl else run for run, is_rtl in runs).translate(ISOLATES)


# What is expected is written by code points: an editor would turn it around again.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("שלום Cohen-לוי", "\u05d9\u05d5\u05dc-Cohen \u05dd\u05d5\u05dc\u05e9"),
        ("مرحبا 123 abc", "abc 123 \u0627\u0628\u062d\u0631\u0645"),
        ("Ana לוי Smith", "Ana \u05d9\u05d5\u05dc Smith"),
        ("Ana לוי (2) Smith", "Ana (2) \u05d9\u05d5\u05dc Smith"),
        ("מבוא ל-Python (3)", "Python (3)-\u05dc \u05d0\u05d5\u05d1\u05de"),
        ("שלום 12-34", "12-34 \u05dd\u05d5\u05dc\u05e9"),
        ("abc אב 123 def", "abc 123 \u05d1\u05d0 def"),
        ("علي ٢٣", "\u0662\u0663 \u064a\u0644\u0639"),
        ("(אב) [ab]", "[ab] (\u05d1\u05d0)"),
        ("", ""),
    ],
)
def test_a_line_stands_in_the_order_of_the_standard(text, expected):
    assert visual(text) == expected


def test_a_name_in_a_sentence_keeps_its_own_direction():
    name = "שלום Cohen-לוי"
    assert visual(f"taught by {isolate(name)}!") == f"taught by {visual(name)}!"
    assert visual(f"taught by {name}!") != f"taught by {visual(name)}!"


def test_the_second_line_has_the_direction_of_the_whole_text():
    whole, second = "מבוא ל־ Python ב־", "Python ב־"
    assert [run for run, _ in visual_runs(second)] == ["Python ", "ב־"]
    assert [is_rtl for _, is_rtl in visual_runs(continued(second, whole))] == [True, False, True]
    assert continued("Python", "Learn Python") == "Python"


@given(st.text(LETTERS, min_size=1, max_size=20).map(str.strip), st.booleans())
def test_the_order_is_that_of_the_library(text, is_isolated):
    text = isolate(text) if is_isolated else text
    runs = visual_runs(text)
    assert "".join(run[::-1] if is_rtl else run for run, is_rtl in runs) == get_display(text)
    assert sorted("".join(run for run, _ in runs)) == sorted(text)
