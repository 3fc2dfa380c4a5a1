"""Values are kept until the file changes, and not for a file that changes just now."""

import os
from pathlib import Path

import pytest

from db.web.until_change import UntilChange

OLD = 1_500_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    path.write_bytes(b"1")
    os.utime(path, (OLD, OLD))
    return path


def test_a_value_is_kept_until_the_file_or_its_log_changes(path: Path) -> None:
    kept = UntilChange(path, 2)
    kept.keep("a", 1, kept.state())
    assert (kept.state(), kept.find("a"), kept.find("b")) == (kept.state(), 1, None)
    log = path.with_name("archive.db-wal")
    log.write_bytes(b"1")
    os.utime(log, (OLD, OLD))
    kept.state()
    assert kept.find("a") is None


def test_the_values_that_were_used_last_stay(path: Path) -> None:
    kept = UntilChange(path, 2)
    for name in ("a", "b"):
        kept.keep(name, name, kept.state())
    assert kept.find("a") == "a"
    kept.keep("c", "c", kept.state())
    assert [kept.find(name) for name in ("a", "b", "c")] == ["a", None, "c"]


def test_the_sizes_of_all_values_are_bounded(path: Path) -> None:
    kept = UntilChange(path, 10)
    for name, size in (("a", 4), ("b", 4), ("c", 2), ("large", 11)):
        kept.keep(name, name, kept.state(), size)
    assert [kept.find(name) for name in ("a", "b", "c", "large")] == ["a", "b", "c", None]
    kept.keep("a", "again", kept.state(), 7)
    assert [kept.find(name) for name in ("a", "b", "c")] == ["again", None, "c"]


def test_nothing_is_kept_of_a_file_that_changed_meanwhile_or_just_before(path: Path) -> None:
    kept = UntilChange(path, 2)
    before = kept.state()
    path.write_bytes(b"12")
    kept.keep("a", 1, before)
    kept.keep("b", 1, kept.state())
    assert (kept.find("a"), kept.find("b")) == (None, None)
