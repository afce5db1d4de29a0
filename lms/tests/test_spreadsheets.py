"""CSV opens right in a spreadsheet of any country: no text becomes a formula or two cells."""

import csv
from datetime import datetime
from unicodedata import normalize

import pytest

from lms.spreadsheets import render_csv

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "|calc",
    "%00",
    "\N{MINUS SIGN}1",
    # Forms that NFKC turns into these signs.
    *(chr(ord(sign) + 0xFEE0) + "1" for sign in "=+-@|%"),  # full width
    *("﹦1", "﹢1", "﹣1", "﹫SUM(A1)", "﹪00"),
    *("⁼1", "⁺1", "⁻1", "₌1", "₊1", "₋1", "﬩1", "⩵1"),
    # Behind what is not seen.
    *(" =1", "\N{NO-BREAK SPACE}=1", "\N{IDEOGRAPHIC SPACE}=1", "\t=1", "\r=1", "\n=1", "\0=1"),
    *("\N{ZERO WIDTH SPACE}=1", "\N{ZERO WIDTH NO-BREAK SPACE}=1", "\N{RIGHT-TO-LEFT MARK}=1"),
    "\N{SOFT HYPHEN}=1",
    # A sign with an accent, which NFKC joins.
    "=\N{COMBINING LONG SOLIDUS OVERLAY}1",
    # What begins with a tab or the end of a line.
    *("\tAda", "\rAda", "\nAda"),
]
SPLIT = [
    "Ada;=1",
    "Ada\t=1",
    "Ada\r\n=1",
    "Ada\n=1",
    "Ada\v=1",
    "Ada\N{LINE SEPARATOR}=1",
    "Ada\N{NEXT LINE}=1",
    "Ada\N{GREEK QUESTION MARK}=1",
    'Ada";=1',
    'Ada",=1',
    '";=1',
    '"\t=1',
    '"=1"',
]
HARMLESS = ["Ada", "Zoë", "'Ada", "1", "Ada = Lovelace", "O'Hara-Smith", "王小明", "😀", "", " Ada"]


def render(*texts: str) -> str:
    """Render a row of these texts, each also behind another cell."""
    return "".join(render_csv(["a", "b"], [["Ada", *texts]]))


def cells(text: str, delimiter: str) -> list[str]:
    return [cell for row in csv.reader(text.splitlines(), delimiter=delimiter) for cell in row]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text):
    [_, (_, cell)] = csv.reader(render(text).splitlines())
    assert cell.startswith("'")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("text", [*FORMULAS, *SPLIT])
def test_no_text_is_split_or_a_formula_whatever_the_separator(text, delimiter):
    lines = render(text).removeprefix("\ufeff").splitlines()
    assert len(lines) == 2
    for cell in cells("\n".join(lines), delimiter):
        assert normalize("NFKC", cell.lstrip('" '))[:1] not in set("=+-@\t\r")
    assert len(cells(lines[1], delimiter)) == (2 if delimiter == "," else 1)


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text):
    [_, (_, cell)] = csv.reader(render(text).splitlines())
    assert cell == text


def test_names_of_columns_are_texts_too():
    [header] = csv.reader(
        "".join(render_csv(["name", "=1"], [])).removeprefix("\ufeff").splitlines()
    )
    assert header == ["name", "'=1"]


def test_the_file_begins_with_a_mark_of_utf8_and_numbers_and_times_are_no_texts():
    row = [7, None, datetime(2026, 1, 5, 10, 30), -1]  # noqa: DTZ001 (as the driver returns it)
    text = "".join(render_csv(["a", "b", "c", "d"], [row]))
    assert text == '\ufeff"a","b","c","d"\r\n7,,"2026-01-05T10:30:00Z",-1\r\n'
