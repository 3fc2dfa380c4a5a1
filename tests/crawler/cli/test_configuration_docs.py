"""Every environment variable that the code reads is in the table of `docs/configuration.md`."""

import ast
import re
from collections.abc import Iterator

from tests.support.paths import DOCS, ROOT

_OF_OURS = re.compile(r"(?:POLICYTRAIL|IA)_[A-Z_]*[A-Z]")
_NOT_OF_USERS = {"PYTHONSAFEPATH"}  # set for worker processes, and set back


def read_by_the_code() -> Iterator[str]:
    """Yield the names in `environ.get("NAME")` and `environ["NAME"]`, and all constants of our own."""
    for package in ("crawler", "db", "extract", "policytrail"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                match node:
                    case ast.Constant(value=str(name)) if _OF_OURS.fullmatch(name):
                        yield name
                    case ast.Call(
                        func=ast.Attribute(
                            attr="get", value=ast.Name(id="environment") | ast.Attribute(attr="environ")
                        ),
                        args=[ast.Constant(value=str(name)), *_],
                    ):
                        yield name
                    case ast.Subscript(
                        value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))
                    ):
                        yield name


def test_all_environment_variables_are_documented() -> None:
    pages = "".join(
        (DOCS / name).read_text() for name in ("configuration.md", "scheduling.md", "commands.md")
    )
    documented = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", pages))
    assert {*read_by_the_code()} - _NOT_OF_USERS - documented == set()


def test_the_table_has_no_other_variable() -> None:
    page = (DOCS / "configuration.md").read_text()
    table = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", page, re.M)
    named = {name for row in table for name in re.findall("[A-Z_]+", row)}
    read_by_libraries = {"COLUMNS", "LESS"}
    assert named - {*read_by_the_code()} - read_by_libraries == set()
