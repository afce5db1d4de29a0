"""The terms by which a course is found: its words and their beginnings, folded, each marked with where it stands."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby, pairwise, product
from typing import NamedTuple, Protocol

WORD_MARKS = {"title": "1", "tags": "2", "subtitle": "3", "instructor": "4", "description": "5"}
"""The marks of whole words, the best place first: the index is read in this order."""

BEGINNING_MARKS = {"title": "6", "tags": "7", "subtitle": "8", "instructor": "9"}
"""The marks of the beginnings of words, which a person types. A description is found by whole words only."""

TAG_MARK = "#"

MAX_WORDS = 8
"""How many words of a search are used."""
MAX_READ = 500
"""How many characters of a search are read."""
MAX_LENGTH = 32
"""How many characters of a word are compared."""
MAX_DESCRIPTION_WORDS = 300
"""How many different words of a description are indexed: the first ones."""
MAX_PARTS = 4
"""Up to so many parts of `node.js` or `e-mail` are also one word, `nodejs` or `email`."""

# Scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, and Chinese characters.
# https://www.unicode.org/reports/tr14/#SA lists the first four; Korean has spaces.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
SIGNS = ("++", "#")
"""What belongs to the word before it: `c++`, `c#`."""
ASCII_WORD = re.compile(r"[a-z0-9]+(?:(?:\+\+|#)(?![+#]))?")
"""A word of folded ASCII with its signs: most text is ASCII, and reading it letter by letter takes three times as long."""

# Letters that Unicode does not decompose, and the dotless i, so that all four of Turkish are one.
PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})  # fmt: skip  # noqa: RUF001
# As they are written where the letter is missing on a keyboard.
EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})

# Articles, prepositions and conjunctions of English, German, Spanish and French: a search may miss them.
OPTIONAL = frozenset(
    """
    a an and are at by for from how in into is of on or s t the to with you your
    am an auf aus bei das dem den der des die ein eine einem einen einer fur fuer im ist mit und von wie zu zum zur
    al como con de del e el en la las lo los para por que se su un una y
    au aux avec ce ces comment d dans des du est et l le les ou par pour qu sur une vos votre
    """.split()  # noqa: SIM905 (readable as lines)
)


class Texts(Protocol):
    """What of a course is indexed: a `Course` has it."""

    title: str
    subtitle: str
    tags: list[str]
    description: str


class Word(NamedTuple):
    """A word of a search: the terms that match it, the best ones first, and whether a course must have it."""

    terms: tuple[str, ...]
    is_needed: bool


def list_terms(course: Texts, instructor: str) -> list[str]:
    """List the terms of a course; `instructor` is the name of the person who teaches it."""
    places = {
        "title": course.title,
        "tags": " ".join(course.tags),
        "subtitle": course.subtitle,
        "instructor": instructor,
    }
    marked: dict[str, str] = {}  # each word with the mark of its best place
    terms: dict[str, None] = {}
    for place, text in places.items():
        for word in _list_forms(text):
            marked.setdefault(word, WORD_MARKS[place])
            beginnings = (word[:length] for length in range(1, len(word) + 1))
            terms |= {BEGINNING_MARKS[place] + each: None for each in beginnings}
    for word in _list_forms(course.description, MAX_DESCRIPTION_WORDS):
        marked.setdefault(word, WORD_MARKS["description"])
    terms |= {mark + word: None for word, mark in marked.items()}
    return [*terms, *list_tag_terms(course.tags)]


def list_tag_terms(tags: list[str]) -> list[str]:
    """List the terms of whole tags, in whatever case or spelling they are written."""
    slugs = dict.fromkeys(slug_of_tag(tag) for tag in tags)
    return [TAG_MARK + slug for slug in slugs if slug]


@lru_cache(4096)
def slug_of_tag(tag: str) -> str:
    """Return a tag as a query names it: folded, without spaces and commas."""
    folded = unicodedata.normalize("NFKC", tag).casefold()
    runs = [_plain(run) for chunk in folded.split() for run in _runs(chunk)]
    return "-".join(runs) or "-".join(folded.replace(",", " ").split())


def read_search(search: str) -> list[Word]:
    """Read the words of a search. The last one matches what begins with it too, after whole words."""
    read = list(_read(search[:MAX_READ]))[:MAX_WORDS]
    are_optional = [forms[0] in OPTIONAL for forms in read]
    words = []
    for number, forms in enumerate(read, 1):
        marks = [*WORD_MARKS.values(), *(BEGINNING_MARKS.values() if number == len(read) else ())]
        terms = tuple(mark + form for mark, form in product(marks, forms))
        words.append(Word(terms, all(are_optional) or not are_optional[number - 1]))
    return words


def list_beginnings(text: str) -> list[tuple[str, ...]]:
    """List of each word of a text the forms in which something may begin with it."""
    return list(_read(text[:MAX_READ]))[:MAX_WORDS]


def has_beginnings(text: str, beginnings: list[tuple[str, ...]]) -> bool:
    """Return whether each of these stands at the beginning of a word of a text."""
    words = _list_forms(text)
    return all(any(word.startswith(forms) for word in words) for forms in beginnings)


def _list_forms(text: str, max_count: int | None = None) -> list[str]:
    """List the different words of a text in all their forms; of a script without spaces, each character too."""
    forms: dict[str, None] = {}
    for each in _read(text, single=True):
        forms |= dict.fromkeys(each)
        if max_count and len(forms) >= max_count:
            break
    return list(forms)


def _read(text: str, *, single: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield the forms of each word of a text: `mädchen` is `madchen` and `maedchen`, `node.js` is `node`, `js` and `nodejs`.

    A run of a script without spaces is its pairs of characters, `single` also yields each character.
    """
    for chunk in unicodedata.normalize("NFKC", text).casefold().split():
        runs = list(_runs(chunk))
        is_compound = 1 < len(runs) <= MAX_PARTS and not any(_is_unspaced(run) for run in runs)
        joined = ["".join(runs)] if is_compound else []
        for run in runs:
            if _is_unspaced(run):
                plain = _plain(run)
                if single or len(plain) == 1:
                    yield from ((character,) for character in plain)
                yield from ((first + second,) for first, second in pairwise(plain))
            else:
                forms = [
                    form for each in (run, *joined) for form in (_plain(each), _expanded(each))
                ]
                # A run of accents alone leaves nothing.
                if unique := dict.fromkeys(form[:MAX_LENGTH] for form in forms if form):
                    yield tuple(unique)


def _runs(chunk: str) -> Iterator[str]:
    """Yield the words of a text without spaces, with the signs that belong to them."""
    if chunk.isascii():
        yield from ASCII_WORD.findall(chunk)
        return
    word = ""
    for kind, characters in groupby(chunk, _kind):
        run = "".join(characters)
        if kind == "sign" and run in SIGNS and word and not _is_unspaced(word):
            word += run
            continue
        if word:
            yield word
        word = run if kind in ("word", "unspaced") else ""
    if word:
        yield word


@cache
def _kind(character: str) -> str:
    """Return what a character is part of: a word, a run of a script without spaces, a sign, or nothing."""
    if unicodedata.category(character)[0] in "LNM":
        is_unspaced = any(first <= ord(character) <= last for first, last in UNSPACED)
        return "unspaced" if is_unspaced else "word"
    return "sign" if character in "+#" else ""


def _is_unspaced(run: str) -> bool:
    return _kind(run[0]) == "unspaced"


def _plain(word: str) -> str:
    """Return a word without accents, and without the points of Arabic and Hebrew; other marks are letters.

    https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values
    """
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(PLAIN))
    kept = (
        c for c in decomposed if not (10 <= (kind := unicodedata.combining(c)) <= 35 or kind >= 200)
    )
    return unicodedata.normalize("NFC", "".join(kept))


def _expanded(word: str) -> str:
    if word.isascii():
        return word
    return _plain(unicodedata.normalize("NFC", word).translate(EXPANDED))
