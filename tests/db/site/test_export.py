"""The folder of a site: which files it has, what a second export does, and files of others."""

from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.errors import StoreError
from db.export.evidence import ExportResult
from db.site.served_pages import ServedPage, ServedPages
from tests.support import sites
from tests.support.web import three_shops

ALPHA, BETA, GAMMA = (f"policies/{name}.example" for name in ("alpha", "beta", "gamma"))
FILES = [
    "changes-2018-03-2018-09.html",
    "changes-2019-10-2020-06.html",
    "changes.atom",
    "changes.html",
    "health.html",
    "index.html",
    "panel.html",
    f"{ALPHA}/20100101000000.html",
    f"{ALPHA}/20110101000000-20120301000000.html",
    f"{ALPHA}/20120301000000.html",
    f"{ALPHA}/20121201000000-20130601000000.html",
    f"{ALPHA}/20130601000000-20140601000000.html",
    f"{ALPHA}/20130601000000.html",
    f"{ALPHA}/changes.atom",
    f"{ALPHA}/index.html",
    f"{ALPHA}/promises.html",
    f"{BETA}/20120501000000.html",
    f"{BETA}/changes.atom",
    f"{BETA}/index.html",
    f"{BETA}/promises.html",
    f"{GAMMA}/20140701000000.html",
    f"{GAMMA}/changes.atom",
    f"{GAMMA}/index.html",
    f"{GAMMA}/promises.html",
    "robots.txt",
    "search.html",
    "search/index.json",
    "search/words-0.json",
    "static/changes.css",
    "static/policytrail.css",
    "static/search.css",
    "static/search.js",
]


def test_which_files_a_site_has(written: Path):
    assert sorted(sites.files(written)) == sorted(FILES)


def test_a_second_export_writes_nothing(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    assert sites.write(archive, out) == ExportResult(len(FILES), 0)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert sites.write(archive, out) == ExportResult(0, len(FILES))
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_the_same_archive_makes_the_same_bytes(written: Path, archive: Path, tmp_path: Path):
    sites.write(archive, tmp_path / "out")
    assert sites.files(tmp_path / "out") == sites.files(written)


def test_only_what_changed_is_written_and_what_is_gone_is_deleted(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    sites.write(archive, out)
    of_others = {out / "notes.html": "mine", out / "search" / "words-9.json": "mine"}
    for path, text in of_others.items():
        path.write_text(text)
    db = open_archive(archive)
    with transaction(db):
        db.execute("update policies set kind = 'other' where retailer = 'gamma.example'")
    db.close()
    result = sites.write(archive, out)
    assert result.note == "4 files deleted: their pages do not exist any more"
    assert not (out / GAMMA).exists()
    assert result.kept >= 14  # the pages of the other two shops
    assert sorted(sites.files(out)) == sorted(
        [*(file for file in FILES if not file.startswith(GAMMA)), "notes.html", "search/words-9.json"]
    )
    assert [path.read_text() for path in of_others] == ["mine", "mine"]


def test_a_file_of_others_is_kept_and_named(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("mine")
    (out / "elsewhere.html").write_text("theirs")
    (out / "robots.txt").symlink_to(out / "elsewhere.html")
    result = sites.write(archive, out)
    assert sorted(result.foreign_files) == ["index.html", "robots.txt"]
    assert (out / "index.html").read_text() == "mine"
    assert (out / "elsewhere.html").read_text() == "theirs"
    assert result.written == len(FILES) - 2


def test_another_export_in_the_folder_stays(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    sites.write(archive, out)
    (out / "a").mkdir()
    (out / "a" / "alpha.md").write_text("text")
    line = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1  a/alpha.md\n"
    with (out / "policytrail.sha256").open("a") as file:
        file.write(line)
    assert sites.write(archive, out) == ExportResult(0, len(FILES))
    assert (out / "a" / "alpha.md").read_text() == "text"
    assert line in (out / "policytrail.sha256").read_text()


def test_robots_and_sitemap_name_the_site(archive: Path, tmp_path: Path):
    out = tmp_path / "out"
    sites.write(archive, out, "https://news.example/policies/")
    assert (out / "robots.txt").read_text() == (
        "User-agent: *\nAllow: /\nSitemap: https://news.example/policies/sitemap.xml\n"
    )
    pages = [file for file in FILES if file.endswith(".html")]
    sitemap = (out / "sitemap.xml").read_text()
    assert [f"<loc>https://news.example/policies/{page}</loc>" in sitemap for page in pages] == [True] * len(
        pages
    )
    assert sitemap.count("<loc>") == len(pages)
    sites.write(archive, out)
    assert not (out / "sitemap.xml").exists()


def test_an_empty_archive_has_a_site(tmp_path: Path):
    open_archive(tmp_path / "empty.db", create=True).close()
    sites.write(tmp_path / "empty.db", tmp_path / "out")
    assert sorted(sites.files(tmp_path / "out")) == sorted(
        file for file in FILES if not file.startswith("policies/")
    )
    assert sites.broken(tmp_path / "out") == []


@pytest.mark.parametrize("name", ["web.db", "-.db", "50 %.db", "ü €.db"])
def test_an_archive_of_any_name_has_a_site(name: str, tmp_path: Path):
    sites.write(three_shops.write(tmp_path / name), tmp_path / "out")
    assert sorted(sites.files(tmp_path / "out")) == sorted(FILES)
    assert sites.broken(tmp_path / "out") == []


def test_a_page_that_fails_ends_the_export(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    get = ServedPages.get

    def slow(self: ServedPages, address: str) -> ServedPage:
        return get(self, "/shops/-/policies/nobody.example" if address.endswith("health") else address)

    monkeypatch.setattr(ServedPages, "get", slow)
    with pytest.raises(StoreError, match=r"the page /shops/-/health could not be made: .*nobody\.example"):
        sites.write(archive, tmp_path / "out")
    monkeypatch.undo()
    assert sites.write(archive, tmp_path / "out") == ExportResult(len(FILES) - 5, 5)
