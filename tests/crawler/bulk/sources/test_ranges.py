"""A part of a file is all of what was asked for, or an error."""

from pathlib import Path

import pytest

from crawler.bulk.sources.pieces import Piece
from crawler.bulk.sources.ranges import copied, read_range
from crawler.bulk.storage import patience
from tests.support.remote import web_server


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.0)


def test_a_piece_is_whole_or_an_error(tmp_path: Path):
    (tmp_path / "a.warc.gz").write_bytes(b"0123456789")
    with web_server(tmp_path) as (address, _):
        for folder in (str(tmp_path), address):
            with copied(f"{folder}/a.warc.gz", Piece(2, 10, 1)) as place:
                assert place.read_bytes() == b"23456789"
            for piece in (Piece(2, 11, 1), Piece(10, 12, 1)):
                with (
                    pytest.raises(OSError, match=r"/a\.warc\.gz is shorter than it was"),
                    copied(f"{folder}/a.warc.gz", piece),
                ):
                    pass


def test_a_range_that_a_server_cuts_is_asked_for_again(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"0123456789")
    with web_server(tmp_path, most=3) as (address, asked):
        with pytest.raises(patience.FinalRefusalError, match="sends fewer bytes than it is asked for"):
            read_range(f"{address}/a", 1, 5)
        assert read_range(f"{address}/a", 8, 5) == b"89"
        assert read_range(f"{address}/a", 10, 5) == b""
    assert len(asked) == patience.ATTEMPTS + 2
