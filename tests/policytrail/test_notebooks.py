"""The notebooks and the report of the demo archive in the documentation show what the program prints today.

`python tests/policytrail/test_notebooks.py DEMO_ARCHIVE` writes them anew.
"""

import contextlib
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import cli
from tests.support.demo import Demo
from tests.support.paths import DOCS

NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
REPORT = DOCS / "demo-report"


def run(notebook: Path) -> dict[str, Any]:
    """Run the code of a notebook in this folder, and return the notebook with what it prints."""
    content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile("".join(cell["source"]), notebook.name, "exec"), names)
            text = out.getvalue().splitlines(keepends=True)
            cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": text}] if text else []
    return content


def report(archive: Path, out: Path) -> None:
    done = CliRunner().invoke(cli, ["report", str(archive), "--by", "year", "--out", str(out)])
    assert done.exit_code == 0, done.output


@pytest.mark.e2e
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_shows(
    notebook: Path, demo_run: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    shutil.copy(demo_run.archive, tmp_path / "demo/archive.db")
    monkeypatch.chdir(tmp_path)
    assert run(notebook) == json.loads(notebook.read_text(encoding="utf-8"))


@pytest.mark.e2e
def test_the_report_of_the_demo_is_that_of_the_documentation(demo_run: Demo, tmp_path: Path) -> None:
    shutil.copy(demo_run.archive, tmp_path / "archive.db")
    report(tmp_path / "archive.db", tmp_path / "report")
    written = {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir()}
    assert sorted(written) == sorted(path.name for path in REPORT.iterdir())
    assert [name for name, content in written.items() if content != (REPORT / name).read_bytes()] == []


if __name__ == "__main__":
    demo = Path(sys.argv[1]).resolve()
    report(demo, REPORT)
    os.chdir(demo.parent.parent)
    for path in NOTEBOOKS:
        path.write_text(json.dumps(run(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
