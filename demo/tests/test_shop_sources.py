"""The example shop holds together, and calls what there is. A browser drives it in examples/e2e."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "examples" / "spa"
SCRIPTS = sorted(SHOP.rglob("*.js"))

# Parses every file as a module, in one process.
CHECK = """
const vm = require("vm"), fs = require("fs");
for (const file of JSON.parse(process.argv[1])) new vm.SourceTextModule(fs.readFileSync(file, "utf8"), { identifier: file });
"""


def exports(script):
    """Return the names that a module exports, those of `export * from` included."""
    text = script.read_text()
    names = set(
        re.findall(
            r"^export (?:default )?(?:async )?(?:function|const|let|class) (\w+)", text, re.M
        )
    )
    for path in re.findall(r'^export \* from "(.+)";', text, re.M):
        names |= exports((script.parent / path).resolve())
    return names


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_every_script_is_a_module_that_parses():
    command = ["node", "--experimental-vm-modules", "--no-warnings", "-e", CHECK]
    done = subprocess.run(
        [*command, json.dumps([str(path) for path in SCRIPTS])], capture_output=True
    )
    assert not done.returncode, done.stderr.decode()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_import_is_exported_and_used(script):
    text = script.read_text()
    for names, path in re.findall(r'^import \{(.+)\} from "(.+)";', text, re.M):
        wanted = {name.strip() for name in names.split(",")}
        assert wanted <= exports((script.parent / path).resolve())
        assert not [name for name in wanted if len(re.findall(rf"\b{name}\b", text)) < 2]


def operations():
    """Return `(method, path)` of every operation. Read line by line: a YAML parser takes seconds for this document."""
    path = ""
    for line in (ROOT / "docs" / "openapi.yaml").read_text().splitlines():
        if found := re.fullmatch(r"  /api/v1(/.*):", line):
            path = found[1]
        elif found := re.fullmatch(r"    (get|post|put|patch|delete):", line):
            yield found[1], path


def test_every_call_is_an_operation_of_the_api():
    there = set(operations())
    calls = [
        (verb.replace("del", "delete"), re.sub(r"\$\{[^}]+\}", "[^/]+", path))
        for script in SCRIPTS
        for verb, path in re.findall(
            r'\b(get|post|put|patch|del)\(["`](/[^"`]+)', script.read_text()
        )
    ]
    assert len(calls) > 60
    for method, pattern in calls:
        assert any(verb == method and re.fullmatch(pattern, path) for verb, path in there), pattern


def test_the_shop_stays_short():
    """It is documentation of the API, to be read in an evening: 30 pages of some 120 lines, with all that they share.

    A fifth of it is quizzes and assignments: eight kinds of questions to answer, to write and to grade.
    """
    files = [path for path in SHOP.rglob("*") if path.suffix in {".js", ".css", ".html"}]
    assert sum(len(path.read_text().splitlines()) for path in files) < 3950
