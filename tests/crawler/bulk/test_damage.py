"""Damage of a file is made good; an error of the machine leaves the file as it is."""

import errno
import io
import struct
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from crawler.bulk import input_table, records
from crawler.bulk.storage import patience, remote
from crawler.bulk.storage.patience import FinalRefusalError
from crawler.bulk.storage.store import Store, is_damage
from crawler.errors import DamagedResultError

OF_THE_MACHINE = [
    PermissionError("Access Denied"),  # as s3fs raises it, without a number
    PermissionError(errno.EACCES, "no"),
    OSError(errno.EIO, "Input/output error"),
    TimeoutError(),
    FinalRefusalError("the server answers with status 503"),
    MemoryError(),
    pa.ArrowMemoryError("no room"),
]


@pytest.fixture
def damaged(tmp_path: Path) -> Store:
    """A folder with a table whose footer is damaged, under the names of all files of a result."""
    file = io.BytesIO()
    parquet.write_table(pa.table({"a": list(range(100))}), file)
    content = bytearray(file.getvalue())
    (length,) = struct.unpack("<i", content[-8:-4])
    content[-8 - length : -8] = b"\xff" * length
    (tmp_path / input_table.NAME).write_bytes(content)
    return Store(str(tmp_path))


class _Failing(io.BytesIO):
    """A file that opens, and whose bytes cannot be read."""

    def __init__(self, error: Exception) -> None:
        super().__init__(b"PAR1" * 100)
        self.error = error

    def read(self, size: int | None = -1, /) -> bytes:
        raise self.error


def test_a_damaged_footer_is_damage_for_all_readers(damaged: Store):
    assert damaged.summary(input_table.NAME, "key") is None
    assert input_table.earlier(damaged) == {}
    with pytest.raises(DamagedResultError), damaged.open(input_table.NAME) as file:
        list(records.read(file, 0))


@pytest.mark.parametrize("error", OF_THE_MACHINE, ids=repr)
def test_an_error_of_the_machine_is_raised_by_all_readers(
    damaged: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    assert not is_damage(error)
    monkeypatch.setattr(Store, "open", lambda store, name: _Failing(error))
    with pytest.raises(type(error)):
        damaged.summary(input_table.NAME, "key")
    with pytest.raises(type(error)):
        input_table.earlier(damaged)
    with pytest.raises(type(error)):
        list(records.read(_Failing(error), 0))


class _Server:
    """A file system whose files open, and whose server refuses to send their bytes, without a number."""

    def open(self, path: str, mode: str) -> _Failing:
        return _Failing(OSError(f"Forbidden: {path}"))  # as gcsfs raises it


def test_a_server_that_refuses_within_a_file_is_no_damage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(remote, "file_system", lambda address: (_Server(), "bucket/result"))
    store = remote.store_at("gs://bucket/result")
    with pytest.raises(FinalRefusalError, match="Forbidden: bucket/result/a"):
        store.summary("a.parquet", "key")
    with pytest.raises(FinalRefusalError):
        input_table.earlier(store)
    with pytest.raises(FinalRefusalError), store.open("a.parquet") as file:
        list(records.read(file, 0))
    with pytest.raises(FinalRefusalError):
        store.json("run.json")


def test_a_missing_file_is_no_damage(tmp_path: Path):
    assert not is_damage(FileNotFoundError("a"))
    assert Store(str(tmp_path)).summary("a.parquet", "key") is None
    assert input_table.earlier(Store(str(tmp_path))) == {}
