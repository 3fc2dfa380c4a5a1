"""The code in docs/python.md prints what the page says."""

import contextlib
import io
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import policytrail
from tests.support.demo import Demo
from tests.support.paths import DOCS

PAGE = DOCS / "python.md"
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


def printed(page: str) -> list[str]:
    """Run all code of a page, block after block, and return what each block prints."""
    names: dict[str, object] = {}
    found = []
    for code, _ in BLOCK.findall(page):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "docs/python.md", "exec"), names)
        found.append(out.getvalue())
    return found


@pytest.mark.e2e
def test_the_page_does_what_it_says(demo_run: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(demo_run.archive, tmp_path / "archive.db")
    monkeypatch.chdir(tmp_path)
    pandas = ModuleType("pandas")  # pandas has an environment of its own (tests/support/loaders.py)
    pandas.DataFrame = list  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    page = PAGE.read_text()
    assert printed(page) == [text for _, text in BLOCK.findall(page)]


def test_the_page_names_every_public_name() -> None:
    page = PAGE.read_text()
    assert [name for name in policytrail.__all__ if not re.search(rf"\b{name}\b", page)] == []


def test_every_public_name_can_be_imported() -> None:
    assert [name for name in policytrail.__all__ if not hasattr(policytrail, name)] == []
