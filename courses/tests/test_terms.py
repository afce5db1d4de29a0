"""Words are folded, and found however they are written."""

# ruff: noqa: RUF001 (letters that look alike are the point)

from types import SimpleNamespace

import pytest

from courses.terms import (
    MAX_DESCRIPTION_WORDS,
    MAX_LENGTH,
    MAX_WORDS,
    list_terms,
    read_search,
    slug_of_tag,
)


def course(**texts):
    return SimpleNamespace(**({"title": "", "subtitle": "", "tags": [], "description": ""} | texts))


def finds(search, title):
    """Return whether a course with this title has all the words of a search."""
    terms = set(list_terms(course(title=title), ""))
    return all(terms & set(word.terms) for word in read_search(search))


@pytest.mark.parametrize(
    ("search", "title"),
    [
        ("PYTHON", "Python"),
        ("pyth", "Python"),
        ("ｐｙｔｈｏｎ", "Python"),
        ("creme brulee", "Crème brûlée"),
        ("cre\u0301me", "Crème"),
        ("madchen", "Mädchen"),
        ("maedchen", "Mädchen"),
        ("mädchen", "Maedchen"),
        ("strasse", "Straße"),
        ("STRASSE", "straße"),
        ("istanbul", "İstanbul"),
        ("ISPARTA", "ısparta"),
        ("lodz", "Łódź"),
        ("smorrebrod", "Smørrebrød"),
        ("node.js", "Node.js"),
        ("nodejs", "Node.js"),
        ("node.js", "NodeJS"),
        ("node js", "Node.js"),
        ("email", "E-Mail"),
        ("e-mail", "Email"),
        ("c++", "C++ and C#"),
        ("c#", "C++ and C#"),
        (".net", "ASP.NET"),
        ("學", "機器學習"),
        ("机器学习", "机器学习入门"),
        ("プログラミング", "はじめてのプログラミング"),
        ("파이썬", "파이썬을 배우자"),
        ("ภาษา", "เรียนภาษาไทย"),
        ("محمد", "مُحَمَّد"),
        ("احمد", "أحمد"),
        ("हिन्दी", "हिन्दी में"),
        ("программ", "Программирование"),
        ("fine", "ﬁne"),
        ("dont", "Don’t"),
    ],
)
def test_a_word_is_found_however_it_is_written(search, title):
    assert finds(search, title)


@pytest.mark.parametrize(
    ("search", "title"),
    [
        ("ython", "Python"),
        ("pyth on", "Python"),
        ("c++", "C"),
        ("c#", "C++"),
        ("習学", "学習"),
        ("가", "か"),
        ("java", "Python"),
        ("か", "が"),
    ],
)
def test_another_word_is_not_found(search, title):
    assert not finds(search, title)


def test_the_last_word_alone_is_a_beginning_and_whole_words_come_first():
    first, last = read_search("pyth dat")
    assert not set(first.terms) & set(list_terms(course(title="Python"), ""))
    best = [term for term in last.terms if term in list_terms(course(title="dat data"), "")]
    assert best == ["1dat", "6dat"]


def test_little_words_may_be_missing_unless_there_are_no_others():
    assert [word.is_needed for word in read_search("der die Python")] == [False, False, True]
    assert [word.is_needed for word in read_search("to be or")] == [False, True, False]
    assert [word.is_needed for word in read_search("the of")] == [True, True]


@pytest.mark.parametrize("search", ["", "(", "🎓", '"$-', "\0", "\ud800", "\u0301"])
def test_a_search_without_words_reads_nothing(search):
    assert read_search(search) == []


def test_terms_are_bounded_whatever_is_written():
    words = " ".join(f"word{n}" for n in range(5000))
    terms = list_terms(course(title="x" * 120, description=words), "")
    assert len(terms) <= MAX_DESCRIPTION_WORDS + MAX_LENGTH + 2
    assert max(map(len, terms)) == MAX_LENGTH + 1
    assert len(read_search("x " * 5000)) == MAX_WORDS


@pytest.mark.parametrize(
    ("tag", "slug"),
    [
        ("Machine Learning", "machine-learning"),
        ("machine-learning", "machine-learning"),
        ("C++", "c++"),
        ("École", "ecole"),
        ("日本語", "日本語"),
        ("a, b", "a-b"),
        ("🎓", "🎓"),
        (" ", ""),
    ],
)
def test_a_tag_has_one_slug_in_every_spelling(tag, slug):
    assert slug_of_tag(tag) == slug


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("c++", ["c++"]),
        ("c#, c+ and c+++", ["c#", "c", "and", "c"]),
        ("c++17", ["c++", "17"]),
        ("c#+", ["c"]),
        ("# ++ c_b", ["c", "b"]),
        ("rock'n'roll", ["rock", "n", "roll"]),
    ],
)
def test_ascii_is_read_as_any_other_letters(text, words):
    def read(text):
        return [word.terms[0].removeprefix("1") for word in read_search(text)]

    assert read(text) == read(text.replace("c", "ć")) == words
