"""What is written for people leads somewhere, and can be found."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


def test_decisions_are_numbered_one_after_the_other():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        assert path.read_text().startswith(f"# {path.name[:4]} ")


def test_the_readme_names_every_decision():
    readme = (ROOT / "README.md").read_text()
    assert not [path.name for path in DECISIONS if path.name not in readme]


def operations() -> set[tuple[str, str]]:
    """List the operations of docs/openapi.yaml: the method, and the path with every parameter as {}."""
    found, path = set(), ""
    for line in (ROOT / "docs" / "openapi.yaml").read_text().splitlines():
        if heading := re.fullmatch(r"  /api/v1(/.*)?:", line):
            path = re.sub(r"\{\w+\}", "{}", heading[1] or "")
        elif method := re.fullmatch(r"    (get|post|put|patch|delete):", line):
            found.add((method[1].upper(), path))
    return found


def test_the_guide_for_front_ends_names_only_operations_that_exist():
    guide = (ROOT / "docs" / "spa.md").read_text()
    in_words = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w/{}-]*)", guide)
    in_code = re.findall(r"""\bapi\.(get|post|put|patch|del)\(["`](/[^"`]*)["`]""", guide)
    named = {
        (re.sub("^DEL$", "DELETE", method.upper()), re.sub(r"\$?\{[^}]*\}", "{}", path))
        for method, path in [
            *in_words,
            *((m, re.sub("/python-[a-z-]+", "/{}", p)) for m, p in in_code),
        ]
    }
    assert len(named) > 30
    assert named - operations() == {("GET", "/api/v1")}
