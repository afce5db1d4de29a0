"""Imports go one way, read from the sources."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    "lms",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
]
APART = {"payments": {"assessments"}}
"""Apps that must not import one that comes before them."""
OUTSIDE = {"sandbox", "demo", "proof", "bench"}
ONLY_IN = {
    "stripe": {"payments/gateway/client.py", "payments/gateway/signatures.py"},
    "cloudinary": {"media/cloud.py", "media/delivery.py"},
    "cloudinary_storage": {"media/storage.py"},
}


@cache
def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """Return every import in a file."""
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def imported(path: Path) -> Iterator[str]:
    """Name the top-level package of every import in a file."""
    for node in imports(path):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif not node.level:
            yield (node.module or "").split(".")[0]


def modules(path: Path) -> Iterator[str]:
    """Name every module of this project that a file imports."""
    for node in imports(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            for alias in node.names:
                inner = ROOT / Path(*f"{node.module}.{alias.name}".split("."))
                is_module = inner.with_suffix(".py").exists() or inner.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else str(node.module)


def production(package: str) -> list[Path]:
    return [path for path in (ROOT / package).rglob("*.py") if "tests" not in path.parts]


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_those_before_it(app):
    later = set(ORDER[ORDER.index(app) + 1 :]) | OUTSIDE | APART.get(app, set())
    wrong = {
        str(p.relative_to(ROOT)): found
        for p in production(app)
        if (found := later & set(imported(p)))
    }
    assert not wrong


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_one_module_alone_imports_a_vendors_sdk(package):
    found = {
        str(path.relative_to(ROOT))
        for app in ORDER
        for path in production(app)
        if package in set(imported(path))
    }
    assert found <= ONLY_IN[package]


def test_the_sandbox_imports_no_app():
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in production("sandbox")
        if (found := {*ORDER, "demo", "proof", "bench"} & set(imported(path)))
    }
    assert not wrong


def test_only_the_entrances_start_the_embedded_database():
    outside = [path for path in ROOT.glob("*.py") if "sandbox" in set(imported(path))]
    assert {path.name for path in outside} == {"manage.py"}


def test_no_files_import_each_other_in_a_circle():
    """A circle hides where a rule begins; an import inside a function only hides the circle."""
    paths = [path for package in [*ORDER, *OUTSIDE] for path in production(package)]
    names = {
        str(path.relative_to(ROOT))
        .removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", "."): path
        for path in paths
    }
    arrows = {
        name: {module for module in modules(path) if module in names and module != name}
        for name, path in names.items()
    }
    # Who imports nothing that is left, or is imported by nothing that is left, is on no circle.
    while ends := {name for name in arrows if not arrows[name]}:
        arrows = {name: into - ends for name, into in arrows.items() if name not in ends}
    while starts := arrows.keys() - set().union(*arrows.values()):
        arrows = {name: into for name, into in arrows.items() if name not in starts}
    assert not arrows


def test_rooms_have_no_lumber():
    names = {"utils", "common", "core", "helpers", "selectors", "managers", "signals", "constants"}
    assert not [
        path
        for app in ORDER
        for path in production(app)
        if path.stem in names or path.parent.name in names
    ]
