"""Packages of others that have the names of ours are noticed before they are used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policytrail import own_packages


def test_our_own_packages_are_fine() -> None:
    own_packages.check()


@pytest.mark.parametrize("name", ["crawler", "extract", "db"])
@pytest.mark.parametrize("kind", ["package", "module"])
@pytest.mark.parametrize("use", ["command", "import"])
def test_a_package_that_hides_ours(tmp_path: Path, name: str, kind: str, use: str) -> None:
    place = tmp_path / name if kind == "package" else tmp_path / f"{name}.py"
    if kind == "package":
        place.mkdir()
    (place / "__init__.py" if kind == "package" else place).write_text("")
    code = {
        "command": "from policytrail.__main__ import main; main()",
        "import": "import policytrail; policytrail.Archive",
    }[use]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (
        f"Python finds {place} for policytrail's package {name!r}: install policytrail in an" in ended.stderr
    )
    assert ended.stderr.splitlines()[-1].startswith(
        "Error: " if use == "command" else "policytrail.own_packages."
    )
    assert ended.returncode == (2 if use == "command" else 1)
