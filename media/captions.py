"""Captions by the grammar of WebVTT: a mistake that players hide, because they drop the cue, is named with its line.

https://www.w3.org/TR/webvtt1/#syntax. Not checked is what players forgive and show: the settings after the times of a cue,
and the tags in its text.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from media.exceptions import InvalidCaptions

LINE_END = re.compile(r"\r\n|\n|\r")
SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?")
TIME = r"(?:([0-9]{2,8}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
TIMES = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t].*)?")
ARROW = "-->"
WITHOUT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
"""The first line of a block that is no cue."""


def check(content: bytes) -> None:
    """Check captions; raise `InvalidCaptions` for the first mistake."""
    lines = LINE_END.split(_decode(content))
    if not SIGNATURE.fullmatch(lines[0]):
        raise InvalidCaptions(
            1, _("Line {line}: captions must be WebVTT and begin with the word WEBVTT.")
        )
    latest = -1
    for number, block in _blocks(lines):
        latest = _check_block(number, block, latest)
    if latest < 0:
        raise InvalidCaptions(len(lines), _("Line {line}: the captions end here and have no cue."))


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidCaptions(
            line, _("Line {line}: this is not UTF-8. Save the captions as UTF-8.")
        ) from None


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Iterate over the blocks between empty lines, each with the number of its first line; the first has the header."""
    start = 0
    for index, line in enumerate([*lines, ""]):
        if not line:
            if index > start:
                yield start + 1, lines[start:index]
            start = index + 1


def _check_block(number: int, block: list[str], latest: int) -> int:
    """Check a block; return the latest start of a cue so far, in milliseconds (`latest` before this block)."""
    arrows = [index for index, line in enumerate(block) if ARROW in line]
    is_header = number == 1
    if not arrows:
        if is_header or WITHOUT_CUES.fullmatch(block[0]):
            return latest
        raise InvalidCaptions(
            number, _("Line {line}: this text has no times. Begin a comment with NOTE.")
        )
    # The times are the first line of a cue, or the second one after its name.
    place = arrows[0]
    if is_header or place > 1 or len(arrows) > 1:
        line = number + (arrows[-1] if len(arrows) > 1 else place)
        raise InvalidCaptions(line, _("Line {line}: leave an empty line before each cue."))
    return _check_times(number + place, block[place], latest)


def _check_times(number: int, line: str, latest: int) -> int:
    times = TIMES.fullmatch(line)
    if times is None:
        raise InvalidCaptions(
            number,
            _(
                "Line {line}: write the times as 00:00:01.000 --> 00:00:04.000, with a point before the milliseconds."
            ),
        )
    groups = times.groups()
    start, end = _milliseconds(*groups[:4]), _milliseconds(*groups[4:])
    if end <= start:
        raise InvalidCaptions(number, _("Line {line}: this cue must end after it starts."))
    if start < latest:
        raise InvalidCaptions(
            number, _("Line {line}: this cue starts before the one above. Sort them by start.")
        )
    return start


def _milliseconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> int:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(thousandths)
