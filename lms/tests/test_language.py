"""The words of the house: what a linter can hold of the glossary and of plain English."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lms", "accounts", "media", "courses", "certificates", "learning", "assessments", "payments", "sandbox", "demo", "proof", "bench", "examples")  # fmt: skip
MAX_POSITIONAL = 5
MAX_LINES = 300
# Their length is their nature: settings stand in one file, migrations are generated.
LONG = {"lms/settings.py"}

QUAINT = re.compile(
    r"\b(tells?|told|whoever|otherwise than|none of ours|what becomes? of|what became of|is away|are away"
    r"|was away|hears? of it|for ever|anew)\b",
    re.IGNORECASE,
)
LIMITS = re.compile(r"\b_?(MOST|LONGEST|SHORTEST|LEAST)_?\w*\b|\b(least|most)=")
OLD_VERBS = re.compile(r"^_?(answer|told|shown|card|own_card)$")


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in str(path):
                yield path


type Function = ast.FunctionDef | ast.AsyncFunctionDef


def offences(find: Callable[[Path], Iterable[str]]) -> list[str]:
    """List what a rule finds in all files, as `file: what`."""
    return [f"{path.relative_to(ROOT)}: {found}" for path in sources() for found in find(path)]


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def prose(path: Path) -> Iterator[str]:
    """List the docstrings and comments of a file."""
    text = path.read_text()
    yield from re.findall(r"(?:^|\s)#(?!\s*(?:noqa|type:|fmt:)) .*", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def required(function: Function) -> list[str]:
    """List the positional parameters without a default."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    names = names[: len(names) - len(function.args.defaults)]
    return [name for name in names if name not in {"self", "cls"}]


def test_docstrings_and_comments_are_plain_english():
    assert not offences(
        lambda path: [found[0] for text in prose(path) for found in QUAINT.finditer(text)]
    )


def test_limits_are_called_max_and_min():
    assert not offences(lambda path: [found[0] for found in LIMITS.finditer(path.read_text())])


def test_functions_take_at_most_five_positional_parameters():
    assert not offences(
        lambda path: [
            function.name
            for function in functions(path)
            if len(required(function)) > MAX_POSITIONAL
        ]
    )


def test_what_renders_is_called_render():
    assert not offences(
        lambda path: [each.name for each in functions(path) if OLD_VERBS.match(each.name)]
    )


def test_files_are_short_enough_to_read():
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    long = {name: count for name, count in lines.items() if count > MAX_LINES}
    assert long.keys() <= LONG
