import errno
import io
import os
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pytest
from pyarrow import parquet

from crawler.bulk.storage.store import FileState, Store, UnwritableError, metadata
from crawler.errors import SupersededError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path))


def table(key: str) -> bytes:
    out = io.BytesIO()
    schema = pa.schema([("a", pa.int64())]).with_metadata(metadata(key, {"rows": 1}))
    parquet.write_table(pa.table({"a": [1]}, schema=schema), out)
    return out.getvalue()


def test_a_file_has_its_summary_with_the_right_key_only(store: Store):
    store.put("a/b.parquet", lambda out: out.write(table("k1")))
    assert store.summary("a/b.parquet", "k1") == {"rows": 1}
    assert store.summary("a/b.parquet", "k2") is None
    assert store.summary("a/missing.parquet", "k1") is None


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(50), table("k")[:-20]])
def test_a_damaged_file_counts_as_missing(store: Store, content: bytes):
    store.put("a.parquet", lambda out: out.write(content))
    assert store.summary("a.parquet", "k") is None


def test_a_file_without_our_metadata_counts_as_missing(store: Store, tmp_path: Path):
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    assert store.summary("a.parquet", "") is None


def test_a_file_that_cannot_be_finished_leaves_the_old_one(store: Store, tmp_path: Path):
    store.put("a", lambda out: out.write(b"old"))

    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise ValueError

    with pytest.raises(ValueError):
        store.put("a", fail)
    assert [(place.name, place.read_bytes()) for place in tmp_path.iterdir()] == [("a", b"old")]


def test_a_full_disk_of_the_result_is_known_from_others(store: Store, monkeypatch: pytest.MonkeyPatch):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("a device of Linux")

    def other(out: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        store.put("a", other)
    assert type(caught.value) is OSError
    monkeypatch.setattr("crawler.bulk.storage.store.new_files.create", lambda part: full.open("wb"))
    for size in (1, 1 << 20):
        with pytest.raises(UnwritableError, match="No space left"):
            store.put("a", lambda out: out.write(bytes(size)))  # noqa: B023
    assert list(store.names("")) == []


def test_a_list_shows_that_a_file_is_written_again(store: Store):
    store.put("t/a", lambda out: out.write(b"1"))
    store.put("t/u/b", lambda out: out.write(b"22"))
    before = store.files("t")
    assert {name: state.size for name, state in before.items()} == {"t/a": 1, "t/u/b": 2}
    assert store.files("t") == before
    os.utime(store.address("t/a"), ns=(1, 1))
    after = store.files("t")
    assert (after["t/a"] != before["t/a"], after["t/u/b"] == before["t/u/b"]) == (True, True)
    assert store.files("missing") == {}


def test_a_state_that_shows_no_change_says_nothing():
    assert FileState(1, "7").is_unchanged(FileState(1, "7"))
    others = [None, FileState(1, "8"), FileState(2, "7")]
    assert not any(FileState(1, "7").is_unchanged(other) for other in others)
    assert not FileState(1, "").is_unchanged(FileState(1, ""))


def test_unfinished_files_are_not_listed_and_can_be_dropped(store: Store, tmp_path: Path):
    store.put("t/a", lambda out: out.write(b"1"))
    (tmp_path / "t" / ".a.0f.part").write_bytes(b"half")
    assert list(store.names("t")) == ["t/a"]
    store.drop_unfinished()
    assert [place.name for place in (tmp_path / "t").iterdir()] == ["a"]


def test_json_that_is_none_counts_as_missing(store: Store, tmp_path: Path):
    assert store.json("a.json") is None
    (tmp_path / "a.json").write_text("{")
    assert store.json("a.json") is None
    store.put_json("a.json", {"ä": 1})
    assert store.json("a.json") == {"ä": 1}


def test_only_the_last_run_that_began_writes(store: Store):
    first = store.begin()
    first.put_json("a", 1)
    second = store.begin()
    with pytest.raises(SupersededError, match=r"another run has begun to write to .*: this one ends"):
        first.put_json("a", 2)
    with pytest.raises(SupersededError):
        first.drop("a")
    assert store.json("a") == 1
    second.put_json("a", 3)
    assert (store.json("a"), list(store.names(""))) == (3, ["a", "run.json"])


def test_a_lost_note_of_the_run_stops_nobody(store: Store):
    run = store.begin()
    store.drop("run.json")
    run.put_json("a", 1)
    assert store.json("a") == 1
