"""The sentences that sources and templates mark for translation, and the catalogues of their translations.

A catalogue is two files: `django.po`, which people edit, and `django.mo`, which Django reads.
"""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template import Template
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

PACKAGES = (
    "lms",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
)
SINGULAR = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
WIDTH = 120
DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""The day in every catalogue: the same sentences give the same file, whenever it is written."""


class Message(NamedTuple):
    """A marked sentence, with its plural if it has one."""

    path: str
    singular: str
    plural: str = ""


def list_files(suffix: str) -> Iterator[Path]:
    """List the files of our apps with a suffix, without their tests."""
    for package in PACKAGES:
        for path in sorted((settings.BASE_DIR / package).rglob(f"*{suffix}")):
            if not {"tests", "migrations", "mongo_migrations"} & set(path.parts):
                yield path


def list_templates() -> Iterator[Path]:
    """List our templates, HTML and text."""
    for suffix in (".html", ".txt"):
        yield from (path for path in list_files(suffix) if "templates" in path.parts)


def list_messages() -> Iterator[Message]:
    """List every marked sentence of the sources and templates."""
    for path in list_files(".py"):
        text = path.read_text()
        if "gettext" in text:
            yield from _of_source(str(path.relative_to(settings.BASE_DIR)), ast.parse(text))
    for path in list_templates():
        yield from _of_template(str(path.relative_to(settings.BASE_DIR)), parse(path))


def parse(path: Path) -> Template:
    """Return a template as Django parses it."""
    return Template(path.read_text(), name=str(path.relative_to(settings.BASE_DIR)))


def _of_source(path: str, tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
            wanted = 1 if node.func.id in SINGULAR else 2 if node.func.id in PLURAL else 0
            if len(texts) < wanted:
                raise ValueError(f"{path}:{node.lineno}: write the sentence itself into the call.")
            if wanted:
                yield Message(path, *texts[:wanted])


def _of_template(path: str, template: Template) -> Iterator[Message]:
    for node in list_nodes(template, TranslateNode):
        yield Message(path, node.filter_expression.var.literal)
    for block in list_nodes(template, BlockTranslateNode):
        texts = (block.render_token_list(each or [])[0] for each in (block.singular, block.plural))
        yield Message(path, *texts)


def list_nodes[N: Node](template: Template, kind: type[N]) -> list[N]:
    """List the nodes of a kind of a template, also those within others."""
    nodes = (node for each in template.nodelist for node in each.get_nodes_by_type(kind))
    return [node for node in nodes if isinstance(node, kind)]


def find_catalogue(locale: str) -> Path:
    """Return the `.po` file of a language."""
    path: Path = settings.LOCALE_PATHS[0]
    return path / locale / "LC_MESSAGES" / "django.po"


def read(locale: str) -> Catalog:
    """Return the catalogue of a language; an empty one if it has none."""
    path = find_catalogue(locale)
    if not path.exists():
        return Catalog(
            locale,
            header_comment="# What people read. After a change: manage.py messages",
            project="lms",
            version="1",
            msgid_bugs_address="docs/operations.md",
            creation_date=DAY,
            revision_date=DAY,
            last_translator="the project",
            language_team="the project",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale)


def update(locale: str) -> Catalog:
    """Return the catalogue of a language with exactly the sentences that are marked; new ones have no translation."""
    present = Catalog(locale, charset="utf-8")
    for message in list_messages():
        ids = (message.singular, message.plural) if message.plural else message.singular
        present.add(ids, locations=[(message.path, 0)])
    catalogue = read(locale)
    catalogue.update(present, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def list_untranslated(catalogue: Catalog) -> list[str]:
    """List the sentences that lack their translation, or one of their plurals."""
    lacking = []
    for message in catalogue:
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and not all(texts):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def write(catalogue: Catalog) -> None:
    """Write both files of a catalogue: the same bytes for the same sentences."""
    path = find_catalogue(str(catalogue.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=WIDTH,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
