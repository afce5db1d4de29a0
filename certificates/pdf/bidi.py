"""The order of letters on paper, by Unicode's bidirectional algorithm: https://www.unicode.org/reports/tr9/"""

from itertools import batched, groupby
from operator import itemgetter

from bidi import get_base_level, get_display
from bidi.mirror import MIRRORED
from django.utils.translation import gettext as _

from certificates.models import Certificate

type DirectedRun = tuple[str, bool]
"""Letters in the order in which they are read, and whether that is from right to left."""

MARK = "\u2060"  # WORD JOINER: the algorithm ignores it, and leaves it beside the letter before it
DIRECTION_MARKS = "\u200e\u200f"  # LEFT-TO-RIGHT, RIGHT-TO-LEFT: by the level of a line, 0 or 1
FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068\u2069"


def isolate(text: str) -> str:
    """Return a text that keeps its own direction inside a sentence."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"


def taught_by(certificate: Certificate) -> str:
    """Return the line about the instructor, whose name keeps its own direction."""
    return _("taught by {instructor}").format(instructor=isolate(certificate.instructor_name))


def continued(part: str, text: str) -> str:
    """Return a part of a text, marked so that it has the direction of the whole in a line of its own."""
    level = get_base_level(text)
    return part if part and get_base_level(part) == level else DIRECTION_MARKS[level] + part


def visual_runs(line: str) -> list[DirectedRun]:
    """Return the runs of a line from left to right. The line must not contain `MARK`, embeddings or overrides.

    The library returns the letters in visual order, but not the direction of each. So a mark is put after every letter:
    it comes out to the right of a letter that is read from left to right, and to the left of the others. A last
    character of the line's own direction keeps the last mark in its place (rule L1 would move it to the line's end).
    """
    if not line:
        return []
    level = get_base_level(line)
    display = get_display("".join(letter + MARK for letter in line) + DIRECTION_MARKS[level])
    display = display[1:] if level else display[:-1]
    letters = [
        (second, True) if first == MARK else (first, False)
        for first, second in batched(display, 2, strict=True)
    ]
    runs = []
    for is_rtl, group in groupby(letters, key=itemgetter(1)):
        run = "".join(letter for letter, __ in group)
        runs.append((run[::-1] if is_rtl else run, is_rtl))
    return runs


def mirrored(run: str) -> str:
    """Return a run that is read from right to left as its characters stand from left to right."""
    return "".join(MIRRORED.get(character, character) for character in reversed(run))
