"""Every sentence for people is marked, and translated in every language."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import write_mo
from django.conf import settings

from lms import messages

TRANSLATED = [code for code, name in settings.LANGUAGES if code != "en"]

ATTRIBUTES = {
    *("default_detail", "message", "search_help_text", "short_description", "title"),
    *("verbose_name", "verbose_name_plural", "site_header", "site_title"),
}
"""What a class says to people."""
SENTENCES = {
    "invalid": 0, "InvalidCaptions": 1, "ErrorDetail": 0, "Http404": 0, "inform": 1, "message_user": 1,
    "NotFound": 0, "ParseError": 0, "PermissionDenied": 0, "ValidationError": 0, "warn": 1, "reject": 2,
}  # fmt: skip
"""What takes a sentence, and in which place; classes of `exceptions` modules take it first."""
KEYWORDS = {"label": None, "subject": "send", "description": {"action", "display"}}
"""Arguments by name that are texts for people, and of which calls; None: of any."""
WORD = re.compile(r"[A-Za-z]{2,}")
STAY = {"Stripe", "%(text)s"}
"""The same in every language."""
ENGLISH = {"lms/templates/lms/docs.html", "lms/templates/lms/home.html"}
"""Pages for developers."""


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def unmarked(node: ast.AST | None, constants: dict[str, ast.AST]) -> Iterator[ast.AST]:
    """Find the texts within an expression that no call of gettext holds."""
    match node:
        case ast.Constant(value=str(text)) if WORD.search(text) and text not in STAY:
            yield node
        case ast.JoinedStr(values=parts):
            texts = "".join(str(each.value) for each in parts if isinstance(each, ast.Constant))
            if WORD.search(texts):
                yield node
        case ast.Name(id=name) if name in constants:
            yield from unmarked(constants[name], {})
        case ast.IfExp() | ast.BinOp() | ast.Tuple() | ast.List():
            for child in ast.iter_child_nodes(node):
                yield from unmarked(child, constants)
        case ast.Dict(values=values):
            for value in values:
                yield from unmarked(value, constants)


def list_texts(tree: ast.Module, exceptions: set[str]) -> Iterator[ast.AST]:
    """List the expressions of a file that are texts for people."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(body=body):
                for each in body:
                    name = getattr(getattr(each, "targets", [None])[0], "id", "")
                    if name in ATTRIBUTES or name == "default_error_messages":
                        yield each.value
                    elif name == "fieldsets":
                        yield from (group.elts[0] for group in each.value.elts)
            case ast.Call():
                name = called(node)
                place = SENTENCES.get(name)
                if name in exceptions:
                    yield from (each for each in node.args[:1] if " " in ast.unparse(each))
                if place is not None and len(node.args) > place:
                    yield from node.args[place : place + (2 if name in {"warn", "inform"} else 1)]
                for keyword in node.keywords:
                    of = KEYWORDS.get(keyword.arg, ())
                    if of is None or name in of or keyword.arg == "error_messages":
                        yield keyword.value


def list_exceptions() -> set[str]:
    files = (path for path in messages.list_files(".py") if path.stem == "exceptions")
    trees = [ast.parse(path.read_text()) for path in files]
    return {each.name for tree in trees for each in tree.body if isinstance(each, ast.ClassDef)}


def find_in_source(path: Path, exceptions: set[str]) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    constants = {
        getattr(node.targets[0], "id", ""): node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
    }
    name = path.relative_to(settings.BASE_DIR)
    for text in list_texts(tree, exceptions):
        for found in unmarked(text, constants):
            yield f"{name}:{found.lineno}: mark {ast.unparse(found)[:60]} by gettext"
    marks = [
        alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    if any(alias.asname == "_" for alias in marks):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store):
                yield f"{name}:{node.lineno}: `_` is gettext in this file; call what is not used `__`"


ATTRIBUTE_TEXT = re.compile(r'(?:aria-label|alt|label|placeholder|title|submit" value)="([^"{]*)')
NOT_SHOWN = re.compile(
    r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{[%{#].*?[%}#]}"
    r"|<(style|script)\b.*?</\1>"
    r"|<span [^>]*aria-hidden=\"true\"[^>]*>\w+</span>"  # an icon, by its name in the font
    r"|<[^>]*>|&\w+;",
    re.DOTALL,
)


def keep_lines(found: re.Match[str]) -> str:
    """Return what replaces a part of a template, so that the others keep the numbers of their lines."""
    return "\n" * found[0].count("\n")


def find_in_template(path: Path) -> Iterator[str]:
    text = path.read_text()
    shown = [NOT_SHOWN.sub(keep_lines, text).splitlines()]
    shown.append([" ".join(ATTRIBUTE_TEXT.findall(line)) for line in text.splitlines()])
    for lines in shown:
        for number, line in enumerate(lines, 1):
            if WORD.search(line):
                name = path.relative_to(settings.BASE_DIR)
                yield f"{name}:{number}: mark {line.strip()[:60]!r} by {{% translate %}}"


def test_every_sentence_for_people_is_marked():
    exceptions = list_exceptions()
    found = [
        each for path in messages.list_files(".py") for each in find_in_source(path, exceptions)
    ]
    for path in messages.list_templates():
        if str(path.relative_to(settings.BASE_DIR)) not in ENGLISH:
            found += find_in_template(path)
    assert not found, "\n".join(found)


def placeholders(text: str) -> set[str]:
    """Return what a sentence leaves open: `{max}` and `%(max)s`."""
    named = {name for _, name, _, _ in Formatter().parse(text.replace("%(", "%((")) if name}
    return named | set(re.findall(r"%\(\w+\)s", text))


@pytest.fixture(scope="module")
def marked():
    return {
        (each.singular, each.plural) if each.plural else each.singular
        for each in messages.list_messages()
    }


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_sentence_is_translated_with_the_same_placeholders(locale, marked):
    catalogue = messages.read(locale)
    assert {each.id for each in catalogue if each.id} == marked, "Run: manage.py messages"
    assert not messages.list_untranslated(catalogue)
    for each in catalogue:
        if each.id:
            ids, texts = (
                (text,) if isinstance(text, str) else text for text in (each.id, each.string)
            )
            assert len(texts) == (1 if isinstance(each.id, str) else catalogue.num_plurals)
            for text in texts:
                assert placeholders(text) == placeholders(ids[-1]), f"{locale}: {text!r}"


@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_file_that_django_reads_is_made_of_the_one_that_people_edit(locale):
    compiled = BytesIO()
    write_mo(compiled, messages.read(locale))
    path = messages.find_catalogue(locale).with_suffix(".mo")
    assert path.read_bytes() == compiled.getvalue(), "Run: manage.py messages"
