"""The feed in a file: the entries of the web server's feed, ids that stay, no file of others replaced."""

from pathlib import Path

import feedparser
import pytest

from db.database import open_archive
from db.errors import ExportTargetError
from db.export import atom
from db.export.evidence import ExportFilter
from tests.support.citations import CITING
from tests.support.shop import Shop
from tests.support.web import three_shops


def write(path: Path, out: Path, wanted: ExportFilter | None = None) -> tuple[int, int]:
    db, wanted = open_archive(path), wanted or ExportFilter()
    done: list[object] = []
    result = atom.export(db, out, wanted, CITING, done.append)
    assert len(done) == atom.count(db, wanted)
    db.close()
    return result.written, result.kept


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return three_shops.write(tmp_path / "some shops.db")


def test_without_a_server_entries_link_to_captures(told: Path, tmp_path: Path) -> None:
    write(told, tmp_path)
    feed = feedparser.parse((tmp_path / "changes.atom").read_bytes())
    assert not feed.bozo
    assert [entry.link for entry in feed.entries][-1] == (
        "https://web.archive.org/web/20120301000000/http://alpha.example/privacy"
    )


def test_a_file_is_written_again_only_if_it_is_new(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "feed.atom"
    write(told, out)
    before = out.stat()
    assert write(told, out) == (0, 3)
    assert (out.stat().st_mtime_ns, out.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_file_of_others_stays(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "feed.atom"
    out.write_text("<feed>mine</feed>")
    with pytest.raises(ExportTargetError):
        write(told, out)
    assert out.read_text() == "<feed>mine</feed>"


def test_a_time_a_retailer_and_the_latest(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "feed.atom"
    assert write(told, out, ExportFilter(first="2013-12")) == (1, 0)
    assert write(told, out, ExportFilter(("alpha.example",), latest=True)) == (1, 0)
    assert write(told, out, ExportFilter(("gamma.example",))) == (0, 0)


def test_only_the_latest_hundred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atom, "MOST", 2)
    path = tmp_path / "archive.db"
    db = open_archive(path, create=True)
    shop = Shop(db)
    for year, text in enumerate((three_shops.FIRST, three_shops.SOLD, "We keep it.", "We lose it."), 2001):
        shop.observe(f"{year}0101000000", text)
    shop.derive()
    db.close()
    write(path, tmp_path / "feed.atom")
    feed = feedparser.parse((tmp_path / "feed.atom").read_bytes())
    assert [entry.updated[:4] for entry in feed.entries] == ["2004", "2003"]
