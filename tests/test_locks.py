"""The lock files name every file that an installation may contain, and every installation verifies them."""

import re
import tomllib

import pytest

from tests.support.paths import ROOT

LOCKS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.lock"), *ROOT.glob("tests/support/*.lock"), *ROOT.glob(".github/*.lock")]
)
PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==[^ ]+(?: ; .+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def names(lock: str) -> list[str]:
    return re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / lock).read_text("utf-8"), re.M)


def test_the_lock_files():
    assert LOCKS == [
        ".github/release.lock",
        "requirements-dev.lock",
        "requirements.lock",
        "tests/support/loaders.lock",
        "tests/support/pywb.lock",
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_each_requirement_has_a_version_and_hashes(lock):
    more = False  # whether the line before goes on
    for line in (ROOT / lock).read_text("utf-8").splitlines():
        found = HASH.fullmatch(line) if more else PINNED.fullmatch(line)
        assert found, line
        more = line.endswith("\\")
    assert not more


def test_the_two_locks_agree():
    versions = [
        set(re.findall(r"^[a-z0-9._-]+==[^ ]+", (ROOT / lock).read_text("utf-8"), re.M))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert versions[0] - versions[1] == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", ".github/release.lock"])
def test_the_build_tools_are_locked(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    required = [re.split("[>=<]", one)[0] for one in project["build-system"]["requires"]]
    assert set(required) - set(names(lock)) == set()


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile", ".github/workflows/ci.yml"])
def test_every_installation_verifies_hashes(file):
    lines = [
        line for line in (ROOT / file).read_text("utf-8").splitlines() if re.search(r"\bpip install\b", line)
    ]
    # The job "install" of CI installs the wheel as users do, without a lock file.
    unlocked = [line for line in lines if "--require-hashes -r " not in line and "empty/bin/" not in line]
    assert [line for line in unlocked if "--no-deps --no-build-isolation" not in line] == []


def test_the_image_contains_every_package_of_the_distribution():
    """The Dockerfile copies them one by one, and .dockerignore sends nothing else to the builder."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name.rstrip("*") for name in settings["tool"]["setuptools"]["packages"]["find"]["include"]}
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text("utf-8"), re.M))
    sent = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M))
    assert packages == copied == sent - {"LICENSE"}
