"""Markdown files as texts without bodies: seeds, corpus, damaged files, and our own export."""

import asyncio
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.errors import MarkdownError
from crawler.importing.markdown_file import MAX_BYTES, parse
from crawler.importing.markdown_import import import_markdown
from crawler.importing.warc_import import ImportResult, import_warcs
from crawler.workers.derive import derive
from db.database import open_archive, transaction
from db.store import captures, extraction_queue, retailers, texts
from db.store.bodies import Bodies
from db.store.captures import IndexRow, Replayed
from extract import EXTRACTOR
from extract.provenance import provenance
from tests.support.commands import Run, error, policy
from tests.support.paths import SHARED
from tests.support.warcs import record, zipped

SEEDS = SHARED / "seeds"
PAIRS = SHARED / "corpus" / "wayback-pairs"
URL = "http://www.shop.example/privacy?a=1#top"
LINE = provenance("shop.example", "20140530130240", URL)
TEXT = "# Privacy\n\nWe collect your name when you order.\n"

Import = Callable[..., ImportResult]


def rows(db: Database, columns: str) -> list[tuple[object, ...]]:
    return db.execute(
        f"select {columns} from captures c left join texts t on t.id = c.text_id order by c.timestamp, c.id"
    ).fetchall()


@pytest.fixture
def importing(db: Database, tmp_path: Path) -> Import:
    """Imports a folder with these files."""

    def run(domain: str | None = None, **files: str | bytes) -> ImportResult:
        folder = tmp_path / "texts"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.md").write_bytes(content.encode() if isinstance(content, str) else content)
        imported = ImportResult()
        import_markdown(db, [folder], imported, domain)
        return imported

    return run


def problem(imported: ImportResult) -> str:
    (told,) = imported.problems
    assert "\n" not in told
    return told.partition(".md: ")[2]


def test_a_file_becomes_a_capture_without_a_body(db: Database, importing: Import) -> None:
    imported = importing(one=f"{LINE}\n\n{TEXT}")
    assert (imported.read, imported.new, imported.fetched, imported.problems) == (1, 1, 0, [])
    assert rows(
        db, "archive, timestamp, captured_at, original, digest, state, verdict, body_id, attempts"
    ) == [
        ("web.archive.org", "20140530130240", "2014-05-30T13:02:40Z", URL, "-", "listed", "policy", None, 0)
    ]
    assert rows(db, "title, markdown, language, words, completeness, extractor, reason") == [
        (
            "Privacy",
            TEXT,
            None,
            7,
            0.0,
            "imported",
            "an imported text: another tool made it, and the page is not held",
        )
    ]
    assert db.execute(
        "select retailer, url, found_by from pages g join policies p on p.id = g.policy_id"
    ).fetchall() == [("shop.example", URL, "given")]


def test_a_second_import_changes_nothing(db: Database, importing: Import) -> None:
    importing(one=f"{LINE}\n\n{TEXT}")
    before = rows(db, "*")
    again = importing(two=f"{LINE}\r\n\r\n{TEXT}".replace("\n", "\r\n").replace("\r\r", "\r"))
    assert (again.read, again.new, again.policies, again.problems) == (2, 0, set(), [])
    assert rows(db, "*") == before


def test_another_text_of_the_same_capture_is_left_and_named(db: Database, importing: Import) -> None:
    assert problem(importing(one=f"{LINE}\n\n{TEXT}", two=f"{LINE}\n\n{TEXT}More.\n")) == (
        "its capture already has another imported text, which was kept"
    )
    assert rows(db, "markdown") == [(TEXT,)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (TEXT, "its first line is no provenance line, so nobody knows to which capture the text belongs"),
        ("", "its first line is no provenance line, so nobody knows to which capture the text belongs"),
        (LINE.replace("archived on", "seen on") + TEXT,
         "its first line is no provenance line, so nobody knows"),
        (LINE.replace("2014-05-30", "2014-05-31") + "\n\n" + TEXT,
         "its first line contradicts itself: archived on 2014-05-31"),
        (LINE.replace("20140530", "20141330") + "\n\n" + TEXT,
         "its first line contradicts itself: archived on 2014-05-30"),
        (LINE.replace("the shop.example", "the ../../etc") + "\n\n" + TEXT,
         "its first line names no domain: ../../etc"),
        (LINE.replace("the shop.example", "the <script>") + "\n\n" + TEXT,
         "its first line names no domain: <script>"),
        (LINE.replace("http%3A//", "javascript%3A") + "\n\n" + TEXT,
         "its first line names no http address: javascript:www"),
        (LINE.replace("http%3A//", "file%3A//") + "\n\n" + TEXT,
         "its first line names no http address: file://www"),
        (LINE.replace("privacy", "%0A%1b[31m", 2) + "\n\n" + TEXT, "its first line is no provenance line"),
        (LINE.replace("/privacy%3F", "/%0A%1b[31m") + "\n\n" + TEXT,
         "its first line names no http address: http://www.shop.example/��[31m"),
        (LINE.replace("web.archive.org", "evil.example") + "\n\n" + TEXT,
         "its snapshot is in an unknown archive: https://evil"),
        (f"{LINE}\n\n# Privacy\n", "it has no text below its first line"),
        (f"{LINE}\n", "it has no text below its first line"),
        (f"{LINE}\n\n{TEXT}\0", "it is no text: it contains zero bytes"),
        (b"\xff\xfe" + LINE.encode("utf-16-le"), "it is no text in UTF-8"),
        (f"{LINE}\n\n# Größe\n".encode("latin-1"), "it is no text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "it is no text in UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_one_line(
    db: Database, importing: Import, content: str | bytes, why: str
) -> None:
    imported = importing(bad=content, good=f"{LINE}\n\n{TEXT}")
    assert problem(imported).startswith(why)
    assert (imported.read, rows(db, "markdown")) == (1, [(TEXT,)])
    assert db.execute("select domain from retailers").fetchall() == [("shop.example",)]


def test_a_file_that_is_too_large_is_not_read_to_its_end(importing: Import) -> None:
    huge = f"{LINE}\n\n{TEXT}" + "x" * MAX_BYTES
    assert problem(importing(huge=huge)) == "it is larger than 8 MB, so it is no policy"


def test_a_file_that_takes_too_much_processor_time_costs_only_itself(db: Database, tmp_path: Path) -> None:
    files = {"a": TEXT, "slow": "1 May 2015 " * (MAX_BYTES // 12), "z": f"{TEXT}Also cookies.\n"}
    for number, (name, content) in enumerate(files.items()):
        line = provenance("shop.example", f"201{number}0530130240", URL)
        (tmp_path / f"{name}.md").write_text(f"{line}\n\n{content}", "utf-8")
    imported = ImportResult()
    import_markdown(db, [tmp_path], imported, jobs=1, seconds=3)
    assert problem(imported) == "it cannot be read: over 3 s of processor time"
    assert (imported.read, imported.new) == (2, 2)


def test_a_byte_order_mark_and_missing_title_are_no_hindrance(db: Database, importing: Import) -> None:
    assert importing(one=f"\ufeff{LINE}\n\nWe collect names.").problems == []
    assert rows(db, "title, markdown") == [("shop.example", "We collect names.\n")]


def test_the_retailer_can_be_named(db: Database, importing: Import) -> None:
    importing("other.example", one=f"{LINE}\n\n{TEXT}")
    assert db.execute("select domain from retailers").fetchall() == [("other.example",)]


def test_a_folder_is_walked_by_name_and_never_left(db: Database, importing: Import, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(f"{LINE}\n\n# Secret\n\nWords.\n")
    folder = tmp_path / "texts"
    for name in ("b/bo/b.md", "a/a.md", ".git/config.md", "a/notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# none\n")
    (folder / "a" / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    told = [line.removeprefix(str(folder)).split(":")[0].split(" is a")[0] for line in importing().problems]
    assert sorted(told) == ["/a/a.md", "/a/link.md", "/b/bo/b.md", "/pipe.md"]
    assert rows(db, "*") == []


def test_many_files_take_several_transactions(importing: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.importing.markdown_import._BATCH", 2)
    lines = {
        f"v{n}": provenance("shop.example", f"201{n}0530130240", URL) + f"\n\n{TEXT}{n}\n" for n in range(5)
    }
    assert importing(**lines).new == 5


# What becomes of it when more is known.


def fetch(db: Database, digest: str | None = "DIGEST", original: str = URL) -> int:
    """What a crawl does: the index lists the capture, its body is fetched, the text of that is judged."""
    policy_id = retailers.policy_of(db, "shop.example")
    with transaction(db):
        page = retailers.add_page(db, policy_id, original, "given")
        row = IndexRow(page.urlkey, "20140530130240", original, "text/html", 200, digest)
        captures.record_rows(db, page.id, "web.archive.org", [row])
        capture = captures.find(db, page.id, row)
        assert capture
        captures.set_fetched(
            db, Bodies(db), capture, Replayed("web.archive.org", b"<p>", (), 200, "2026-01-01T00:00:00Z")
        )
    assert extraction_queue.unjudged(db, policy_id) == [capture.id]
    with transaction(db):
        texts.judge(db, capture.id, parse(f"{LINE}\n\n# Privacy\n\nOurs.\n", None).text, "1")
    return policy_id


def test_the_text_of_a_body_takes_the_place_of_the_imported_one(db: Database, importing: Import) -> None:
    importing(one=f"{LINE}\n\n{TEXT}")
    fetch(db)
    assert rows(db, "state, digest, markdown, extractor") == [
        ("fetched", "DIGEST", "# Privacy\n\nOurs.\n", "1")
    ]
    assert importing().new == 0
    assert rows(db, "markdown") == [("# Privacy\n\nOurs.\n",)]


def test_a_capture_that_a_crawl_could_not_get_has_its_text_at_least(db: Database, importing: Import) -> None:
    with transaction(db):
        page = retailers.add_page(db, retailers.add_policy(db, "shop.example"), URL, "given")
        captures.record_rows(
            db, page.id, "web.archive.org", [IndexRow(page.urlkey, "20140530130240", URL, digest="D")]
        )
        captures.exclude(db, page.id, "web.archive.org", "the archive may not show it")
    imported = importing(one=f"{LINE}\n\n{TEXT}")
    assert (imported.new, imported.policies) == (0, {1})
    assert rows(db, "state, reason, verdict, markdown") == [
        ("excluded", "the archive may not show it", "policy", TEXT)
    ]


def test_a_rebuild_leaves_imported_texts(policytrail: Run) -> None:
    Path("texts").mkdir()
    Path("texts/one.md").write_text(f"{LINE}\n\n{TEXT}")
    Path("shop.warc.gz").write_bytes(zipped(record(policy("name"), URL, "2016-01-01T00:00:00Z")))
    assert policytrail("import", "a.db", "texts", "shop.warc.gz", "--jobs", "1").out == (
        "2 captures read, 2 of them new, of 1 retailers\n"
        "2 new versions and 1 new change of wording, of 1 retailer:\n"
        "  shop.example: 1 change, the last between 2014-05-30 and 2016-01-01\n"
        "See: policytrail news a.db\n"
    )
    db = open_archive("a.db")
    before = [
        db.execute(f"select * from {table} order by id").fetchall()
        for table in ("texts", "captures", "versions", "changes")
    ]
    assert policytrail("rebuild", "a.db", "--jobs", "1").status == 0
    after = [
        db.execute(f"select * from {table} order by id").fetchall()
        for table in ("texts", "captures", "versions", "changes")
    ]
    assert after == before
    assert sorted(row[0] for row in db.execute("select extractor from texts")) == [EXTRACTOR, "imported"]


def test_a_text_that_our_extractor_made_too_is_said_to_be_ours_while_a_body_gives_it(
    db: Database, importing: Import
) -> None:
    importing(one=f"{LINE}\n\n# Privacy\n\nOurs.\n")
    fetch(db, original="http://www.shop.example/other")
    assert [row[0] for row in rows(db, "extractor")] == ["1", "1"]
    with transaction(db):
        texts.mark_stale(db)
        db.execute("update captures set text_id = null where body_id is not null")
        texts.drop_unused(db)
    assert rows(db, "extractor") == [("imported",), (None,)]


# The command.


def test_the_command_says_what_it_could_not_take(policytrail: Run) -> None:
    Path("texts").mkdir()
    Path("texts/README.md").write_text("# The corpus\n")
    assert error(policytrail("import", "a.db", "nowhere.md")) == "there is no file or folder nowhere.md"
    none = policytrail("import", "a.db", "texts", "--jobs", "1")
    assert (none.status, none.out) == (2, "0 captures read, 0 of them new, of 0 retailers\n")
    assert none.err == (
        "Error: texts/README.md: its first line is no provenance line, so nobody knows to which capture the"
        " text belongs\n"
    )
    Path("texts/one.md").write_text(f"{LINE}\n\n{TEXT}")
    assert policytrail("import", "a.db", "texts/one.md", "--jobs", "1") == (
        0,
        "1 captures read, 1 of them new, of 1 retailers\n"
        "1 new version, of 1 retailer\n"
        "See: policytrail log a.db\n",
        "",
    )
    assert policytrail("import", "a.db", "texts", "--jobs", "1").status == 3
    assert policytrail("show", "a.db", "shop.example").out == f"{LINE}\n\n{TEXT}"


def versions(db: Database) -> list[tuple[object, ...]]:
    return db.execute(
        """select p.retailer, v.number, t.sha256, v.first_seen
        from versions v join policies p on p.id = v.policy_id
        join texts t on t.id = v.text_id order by 1, 2"""
    ).fetchall()


def test_what_was_exported_as_markdown_is_imported_as_the_same_texts_and_dates(
    policytrail: Run, archive: str
) -> None:
    assert policytrail("export", archive, "out", "--format", "markdown").status == 0
    assert policytrail("import", "b.db", "out", "--jobs", "1").status == 0
    assert versions(open_archive("b.db")) == versions(open_archive(archive))
    assert policytrail("export", "b.db", "again", "--format", "markdown").status == 0
    for file in Path("out").rglob("*.md"):
        assert (Path("again") / file.relative_to("out")).read_bytes() == file.read_bytes()


@given(st.text(max_size=200), st.text(max_size=300))
def test_no_line_breaks_the_reading(line: str, text: str) -> None:
    for content in (
        f"{line}\n\n{text}",
        f"{LINE}\n\n{text}",
        f"{LINE.replace('shop.example', line, 1)}\n\n{text}",
    ):
        try:
            assert parse(content, None).text.words
        except MarkdownError as error:
            assert str(error).isprintable()


# Real files.


@pytest.mark.corpus
def test_the_seeds(db: Database) -> None:
    imported = ImportResult()
    import_markdown(db, [SEEDS], imported)
    assert (imported.read, imported.new, imported.problems) == (3, 3, [])
    assert rows(db, "captured_at, original, title, language") == [
        ("2006-06-16T09:04:50Z",
         "http://www.joesnewbalanceoutlet.com/customer_serv/privacy_security_base.htm#privacy",
         "Joe's New Balance Outlet - Privacy and Security", "en"),
        ("2014-05-30T13:02:40Z", "http://www.exofficio.com/customer-service/privacy",
         "Privacy and Security | ExOfficio.com", "en"),
        ("2016-11-23T07:15:08Z", "http://www.factoryauthorizedoutlet.com/security-privacy",
         "FAO - Security & Privacy", "en"),
    ]  # fmt: skip
    assert {row[0] for row in rows(db, "markdown")} == {
        file.read_text().split("\n", 2)[2].rstrip("\n") + "\n" for file in SEEDS.iterdir()
    }


@pytest.mark.corpus
def test_the_corpus_and_the_pages_that_it_was_made_of_make_no_change(db: Database, tmp_path: Path) -> None:
    """Another tool's text and ours, of one page: whatever they differ in is the tools'."""
    imported = ImportResult()
    import_markdown(db, [PAIRS], imported)
    assert (imported.read, imported.new, imported.problems) == (8, 8, [])
    for folder in sorted(PAIRS.iterdir()):
        told = json.loads((folder / "meta.json").read_text())
        key, _, encoded = (
            told["md_wayback_url"].removeprefix("https://web.archive.org/web/").partition("id_/")
        )
        url = unquote(encoded)
        date = f"{key[:4]}-{key[4:6]}-{key[6:8]}T23:59:59Z"
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + (folder / "page.html").read_bytes()
        warc = tmp_path / f"{told['domain']}.warc"
        warc.write_bytes(record(http, url, date))
        import_warcs(db, [warc], partial(_first, told["domain"]))
    asyncio.run(derive(db, [policy_id for policy_id, _ in retailers.policies(db)], 1, lambda _: None))
    assert db.execute("select count(*) from versions").fetchone() == (8,)
    assert db.execute("select kind, count(*) from changes group by 1").fetchall() == [("extractor", 8)]
    assert db.execute("select min(captures), max(captures) from versions").fetchone() == (2, 2)


def _first(domain: str, _: object) -> str:
    return domain
