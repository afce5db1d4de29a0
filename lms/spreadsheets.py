"""CSV that spreadsheets open right: in UTF-8, without a formula, and with every text in one cell.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from unicodedata import category, normalize

type Value = str | int | Decimal | datetime | None

BOM = "\ufeff"
"""The byte order mark, by which Excel knows UTF-8."""

SIGNS = frozenset("=+-@|%\N{MINUS SIGN}")
"""What a spreadsheet takes for the beginning of a formula or command, also in a full-width, small or raised form."""

CONTROLS = frozenset({"Cc", "Zl", "Zp"})
"""Unicode's categories of control characters (tab and line ends too), and of line and paragraph separators."""


def render_csv(columns: Iterable[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """Render rows as lines of CSV below the names of their columns, one at a time. Times are UTC."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_STRINGS)
    yield BOM + writer.writerow([_cell(name) for name in columns])
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


class _Echo:
    """A file for `csv.writer` that returns each line instead of storing it."""

    def write(self, line: str) -> str:
        return line


def _cell(value: Value) -> str | int | Decimal | None:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Return a text of one line that no spreadsheet splits or takes for a formula.

    In many countries a spreadsheet splits at semicolons, and between commas it knows no quotation marks: so a semicolon
    becomes a comma, and a tab or the end of a line becomes a space.
    """
    flat = "".join(_flat(letter) for letter in value)
    return f"'{flat}" if _begins_formula(value) else flat


def _flat(letter: str) -> str:
    if category(letter) in CONTROLS:
        return " "
    return "," if normalize("NFKC", letter) == ";" else letter


def _begins_formula(text: str) -> bool:
    """Return whether a text begins with a sign, behind blanks, unseen letters or quotes, or with a tab or line end."""
    letters = (each for each in text if each != '"' and not each.isspace())
    visible = (each for each in letters if category(each) not in {"Cc", "Cf"})
    # Each letter by itself: together, a sign and a following accent may be another letter.
    sign = normalize("NFKC", next(visible, ""))[:1]
    return sign in SIGNS or text[:1] in {"\t", "\r", "\n"}
