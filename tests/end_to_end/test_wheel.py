"""The built wheel works in an empty environment, installed by pip without a lock file.

pip is the one that this Python brings. The environment is kept in `.cache/wheel/`, one for each set of
dependencies, because an installation takes half a minute. Only the wheel itself is installed again for each
run. Delete the folder to install everything again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.paths import ROOT

pytestmark = pytest.mark.e2e

SOURCES = ("policytrail", "crawler", "db", "extract", "pyproject.toml", "README.md", "LICENSE")
AT_MOST = 900  # seconds for one command; a first installation downloads about 90 packages
# Nothing of the project's own environment may reach the empty one.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
}
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Privacy Policy</title></head><body>
<h1>Privacy Policy</h1>
<p>This privacy policy says which personal information we collect, \
and how we use the information that you give us.</p>
<p>We do not sell or rent your personal information to third parties. \
We share data with service providers only.</p>
<p>Our site uses cookies. You can disable cookies, and you can opt out of marketing e-mail at any time.</p>
</body></html>"""
TEXT = """\
> *The following text is extracted and transformed from the shop.example privacy policy \
that was archived on 2018-05-25. \
Please check the [original snapshot on the Wayback Machine]\
(https://web.archive.org/web/20180525120000id_/http%3A//shop.example/privacy) \
for the most accurate reproduction.*

# Privacy Policy

This privacy policy says which personal information we collect, \
and how we use the information that you give us.

We do not sell or rent your personal information to third parties. We share data with service providers only.

Our site uses cookies. You can disable cookies, and you can opt out of marketing e-mail at any time.
"""

Policytrail = Callable[..., str]


def output_of(*command: object, cwd: Path) -> str:
    """Run a command and return its standard output; fail with both outputs unless its exit status is 0."""
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=AT_MOST,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that the project folder gets no build files."""
    copy, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    output_of(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        out,
        copy,
        cwd=out,
    )
    (built,) = out.glob("policytrail-*.whl")
    return built


@pytest.fixture(scope="module")
def policytrail(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Policytrail:
    """Install the wheel; return a function that runs its command outside the project's folder."""
    wanted = repr(
        (sys.version, tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    )
    environment = ROOT / ".cache" / "wheel" / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    environment.parent.mkdir(parents=True, exist_ok=True)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with FileLock(f"{environment}.lock"):
        python, complete = environment / "bin" / "python", environment / "complete"
        if not complete.exists():
            output_of(sys.executable, "-m", "venv", "--clear", environment, cwd=elsewhere)
            output_of(python, "-m", "pip", "install", "-q", wheel, cwd=elsewhere)
            complete.touch()
        output_of(
            python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", wheel, cwd=elsewhere
        )

    def run(*arguments: object) -> str:
        return output_of(environment / "bin" / "policytrail", *arguments, cwd=elsewhere)

    return run


def test_the_installed_command_works_without_the_project_folder(
    policytrail: Policytrail, wheel: Path, tmp_path: Path
) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert policytrail("--version") == f"policytrail, version {version}\n"
    assert policytrail("--help").startswith("Usage: policytrail [OPTIONS] COMMAND [ARGS]...\n")
    assert "rei.com" in policytrail("retailers")  # the built-in list is in the wheel
    with zipfile.ZipFile(wheel) as files:
        typed = {name for name in files.namelist() if name.endswith("/py.typed")}
    assert typed == {f"{name}/py.typed" for name in ("policytrail", "crawler", "db", "extract")}
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    address = ("--url", "http://shop.example/privacy", "--timestamp", "20180525120000")
    assert policytrail("extract", page, *address) == TEXT
