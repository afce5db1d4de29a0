"""Captions by the grammar of WebVTT. The accepted ones are examples of the specification: https://www.w3.org/TR/webvtt1/"""

from contextlib import suppress

import pytest

from media import captions
from media.exceptions import InvalidCaptions

NITROGEN = """\
00:01.000 --> 00:04.000
Never drink liquid nitrogen.

00:05.000 --> 00:09.000
— It will perforate your stomach.
— You could die.
"""

INTERVIEW = """\
00:27.000 --> 00:30.000
<v Roger Bingham>And I want to do a follow-up on the last conversation we did.

00:30.000 --> 00:31.500 align:right size:50%
<v Roger Bingham>When we e-mailed—

00:30.500 --> 00:32.500 align:left size:50%
<v Neil deGrasse Tyson>Didn't we talk about enough in that conversation?
"""

STYLES = """\
STYLE
::cue {
  background-image: linear-gradient(to bottom, dimgray, lightgray);
  color: papayawhip;
}
/* Style blocks cannot use blank lines nor "dash dash greater than" */

NOTE comment blocks can be used between style blocks.

STYLE
::cue(b) {
  color: peachpuff;
}

hello
00:00:00.000 --> 00:00:10.000
Hello <b>world</b>.

NOTE style blocks cannot appear after the first cue.
"""

NAMES = """\
test
00:00.000 --> 00:02.000
This is a test.

123
00:00.000 --> 00:02.000
That's an, an, that's an L!

crédit de transcription
00:04.000 --> 00:05.000
Transcrit par Célestes™
"""

REGIONS = """\
REGION
id:fred
width:40%
lines:3
regionanchor:0%,100%
viewportanchor:10%,90%
scroll:up

00:00:00.000 --> 00:00:20.000 region:fred align:left
<v Fred>Hi, my name is Fred
"""

COMMENTS = """\
NOTE
This file was written by Jill. I hope
you enjoy reading it.

00:01.000 --> 00:04.000
Never drink liquid nitrogen.

NOTE check next cue

00:05.000 --> 00:09.000
— You could die.

NOTE end of file
"""

CHAPTERS = """\
NOTE
This is from a talk Silvia gave about WebVTT.

Slide 1
00:00:00.000 --> 00:00:10.700
Title Slide

Slide 2
00:00:10.700 --> 00:00:47.600
Introduction by Naomi Black
"""

METADATA = """\
1
00:00:00.100 --> 00:00:07.342
{
 "type": "WikipediaPage",
 "url": "https://en.wikipedia.org/wiki/Samurai_Pizza_Cats"
}
"""

NESTED = """\
00:00.000 --> 01:24.000
Introduction

00:00.000 --> 00:44.000
Topics

00:44.000 --> 01:19.000
Presenters
"""


@pytest.mark.parametrize(
    "cues",
    [NITROGEN, INTERVIEW, STYLES, NAMES, REGIONS, COMMENTS, CHAPTERS, METADATA, NESTED],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_specifications_own_examples_are_accepted(cues, end):
    captions.check(f"WEBVTT\n\n{cues}".replace("\n", end).encode())


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffWEBVTT\n\n00:00.000 --> 00:01.000\nHi",
        "WEBVTT - Übersetzt\n\n00:00.000 --> 00:01.000\nHi",
        "WEBVTT\nKind: captions\nLanguage: en\n\n00:00.000 --> 00:01.000\nHi",
        "WEBVTT\n\n\n\n00:00.000 --> 00:01.000\nHi\n\n\n",
        "WEBVTT\n\n00:00.000\t-->\t00:01.000\t\nHi",
        "WEBVTT\n\n00:00.000 --> 00:01.000",
        "WEBVTT\n\n123:59:59.998 --> 123:59:59.999\nHi",
        "WEBVTT\n\n00:00.000 --> 00:01.000 vertical:nonsense\n<nonsense>Hi",
    ],
)
def test_what_players_show_is_accepted(text):
    captions.check(text.encode())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "WEBVTT"),
        ("1\n00:00:00,000 --> 00:00:02,000\nSRT\n", 1, "WEBVTT"),
        ("WEBVTTX\n\n00:00.000 --> 00:01.000\nHi", 1, "WEBVTT"),
        ("webvtt\n\n00:00.000 --> 00:01.000\nHi", 1, "WEBVTT"),
        ("WEBVTT", 1, "no cue"),
        ("WEBVTT\n\n", 3, "no cue"),
        ("WEBVTT\n\nNOTE nothing\n", 4, "no cue"),
        ("WEBVTT\n\n00:00:00,000 --> 00:00:02,000\nHi", 3, "point"),
        ("WEBVTT\n\n1\n00:00:00,000 --> 00:00:02,000\nHi", 4, "point"),
        ("WEBVTT\r\n\r\n1\r\n00:00:00,000 --> 00:00:02,000\r\nHi", 4, "point"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", 3, "must end after"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nHi", 3, "must end after"),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\nA\n\n00:01.000 --> 00:05.000\nB", 6, "Sort"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nA\n\nLost words\n", 6, "no times"),
        ("WEBVTT\n\n00:00.000 -> 00:01.000\nA", 3, "no times"),
        ("WEBVTT\n00:00.000 --> 00:01.000\nA", 2, "empty line"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nA\n00:01.000 --> 00:02.000\nB", 5, "empty line"),
        ("WEBVTT\n\nA\nB\n00:00.000 --> 00:01.000\nC", 5, "empty line"),
        ("WEBVTT\n\nSTYLE\n::cue { content: '-->' }", 4, "point"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, words):
    with pytest.raises(InvalidCaptions) as error:
        captions.check(text.encode())
    assert str(error.value).startswith(f"Line {line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    "time",
    # https://github.com/web-platform-tests/wpt, webvtt/parsing/file-parsing: too short, too long, negative.
    [
        *("0:00:00.000", "0000:00.000", "00:0:00.000", "00:0000.000", "00:00:0.000", "00:00:00000"),
        *("00:00:00.00", "00:00:00.", "00:00:00", "00:00", "0", "", "0:00.000", "00:0.000"),
        *("00:00.0000", "00:60.000", "60:00.000", "00:60:00.000", "-00:00.000", "+00:00.000"),
        *("\N{ARABIC-INDIC DIGIT ZERO}0:00.000", f"{'9' * 5000}:00:00.000"),
    ],
)
def test_a_time_of_another_form_is_refused(time):
    for times in (f"{time} --> 99:00:01.000", f"00:00:00.000 --> {time}"):
        with pytest.raises(InvalidCaptions, match="Line 3: write the times"):
            captions.check(f"WEBVTT\n\n{times}\nHi".encode())


def test_text_that_is_not_utf_8_is_named_with_its_line():
    with pytest.raises(InvalidCaptions, match="Line 4: this is not UTF-8"):
        captions.check("WEBVTT\n\n00:00.000 --> 00:01.000\nÜ".encode("latin-1"))


@pytest.mark.parametrize("part", ["\n", "-->\n", " -->", "00:00.000 --> 00:01.000\n\n", "a\n\n"])
def test_a_megabyte_of_anything_is_read_in_linear_time(part):
    """A reader of quadratic time would take minutes here."""
    content = "WEBVTT\n\n00:00.000 --> 00:01.000\n\n" + part * (1_000_000 // len(part))
    with suppress(InvalidCaptions):
        captions.check(content.encode())
