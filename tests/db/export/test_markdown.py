"""The Markdown layout: one file a retailer, one beside it for each version, what is gone is deleted."""

from pathlib import Path

from sqlite_utils import Database

from db.export import markdown
from db.export.evidence import ExportFilter, ExportResult
from db.export.files import LIST
from tests.support.citations import export, fill
from tests.support.shop import Shop

SHOP = "s/sh/sho/shop.example"
OLD = b"> *shop.example 20100101000000*\n\n# Privacy\n\nWe sell nothing.\n"
NEW = b"> *shop.example 20120101000000*\n\n# Privacy\n\nWe sell all that we know of you.\n"
HELLO = b"> *neighbour.example 20120601000000*\n\n# Hello\n\nWe ask for nothing.\n"
LATEST = {"n/ne/nei/neighbour.example.md": HELLO, f"{SHOP}.md": OLD}
EVERY = LATEST | {
    "n/ne/nei/neighbour.example-20120601.md": HELLO,
    f"{SHOP}-20100101.md": OLD,
    f"{SHOP}-20120101.md": NEW,
}


def texts(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != LIST
    }


def test_all_versions_and_the_latest(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    assert export(markdown, db, tmp_path / "out") == ExportResult(5, 0)
    assert texts(tmp_path / "out") == EVERY
    assert export(markdown, db, tmp_path / "out") == ExportResult(0, 5)


def test_the_latest_alone_then_all(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    assert export(markdown, db, tmp_path / "out", ExportFilter(latest=True)) == ExportResult(2, 0)
    assert texts(tmp_path / "out") == LATEST
    assert export(markdown, db, tmp_path / "out") == ExportResult(3, 2)
    assert export(markdown, db, tmp_path / "out", ExportFilter(latest=True)) == ExportResult(0, 2)
    assert texts(tmp_path / "out") == EVERY


def test_what_was_not_chosen_this_time_stays(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    export(markdown, db, tmp_path / "out")
    assert export(
        markdown, db, tmp_path / "out", ExportFilter(("shop.example",), last="2011-01-01T00:00:00Z")
    ) == ExportResult(0, 2)
    assert texts(tmp_path / "out") == EVERY


def test_a_new_version_adds_one_file_and_renews_one(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    export(markdown, db, tmp_path / "out")
    shelf.observe("20160101000000", "# Privacy\n\nNobody knows.\n")
    shelf.derive()
    assert export(markdown, db, tmp_path / "out") == ExportResult(2, 4)
    newest = b"> *shop.example 20160101000000*\n\n# Privacy\n\nNobody knows.\n"
    assert texts(tmp_path / "out") == EVERY | {f"{SHOP}.md": newest, f"{SHOP}-20160101.md": newest}


def test_a_version_that_is_found_to_be_older_moves(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    export(markdown, db, tmp_path / "out")
    shelf.observe("20110601000000", "# Privacy\n\nWe sell all that we know of you.\n")
    shelf.derive()
    exported = export(markdown, db, tmp_path / "out", ExportFilter(("shop.example",)))
    assert exported == ExportResult(1, 2, "1 files deleted: their versions do not exist any more")
    moved = NEW.replace(b"20120101", b"20110601")
    found = texts(tmp_path / "out")
    assert found == {path: text for path, text in EVERY.items() if text != NEW} | {
        f"{SHOP}-20110601.md": moved
    }


def test_a_retailer_without_a_good_capture_any_more(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    export(markdown, db, tmp_path / "out")
    db.execute("update captures set verdict = 'soft-404' where original like 'http://shop.example/%'")
    shelf.derive()
    assert export(markdown, db, tmp_path / "out") == ExportResult(
        0, 2, "3 files deleted: their versions do not exist any more"
    )
    assert texts(tmp_path / "out") == {path: text for path, text in EVERY.items() if text == HELLO}


def test_the_retailers_of_another_archive_are_left_alone(
    db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path
):
    fill(shelf, neighbour)
    export(markdown, db, tmp_path / "out")
    for table in (
        "variants",
        "changes",
        "versions",
        "known_changes",
        "captures",
        "pages",
        "policies",
        "retailers",
    ):
        db.execute(f"delete from {table}")
    assert export(markdown, db, tmp_path / "out") == ExportResult(0, 0)
    assert texts(tmp_path / "out") == EVERY


def test_versions_of_one_day_have_a_file_each(db: Database, shelf: Shop, tmp_path: Path):
    for timestamp, word in (
        ("20100101000000", "one"),
        ("20100101120000", "two"),
        ("20100101180000", "three"),
    ):
        shelf.observe(timestamp, f"# Privacy\n\nWe sell {word}.\n")
    shelf.derive()
    export(markdown, db, tmp_path / "out")
    assert sorted(texts(tmp_path / "out")) == [f"{SHOP}-20100101-{n}.md" for n in (2, 3)] + [
        f"{SHOP}-20100101.md",
        f"{SHOP}.md",
    ]


def test_files_of_others_are_left_and_told(db: Database, shelf: Shop, neighbour: Shop, tmp_path: Path):
    fill(shelf, neighbour)
    theirs = tmp_path / "out" / f"{SHOP}.md"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    (tmp_path / "out" / "README.md").write_bytes(b"theirs")
    assert export(markdown, db, tmp_path / "out") == ExportResult(4, 0, "", (f"{SHOP}.md",))
    assert texts(tmp_path / "out") == EVERY | {f"{SHOP}.md": b"theirs", "README.md": b"theirs"}


def test_hostile_domains_stay_inside(db: Database, tmp_path: Path):
    domains = ["../../evil", "/etc/passwd", "con", "a\\b", "Shop.Example", "x" * 250, "ü.example", "~", "-rf"]
    for number, domain in enumerate(domains):
        shop = Shop(db)
        shop.page = shop.add_page(f"http://shop.example/{number}")
        shop.observe("20100101000000", f"# {number}\n\nWords.\n")
        with db.atomic():
            db.execute("pragma defer_foreign_keys = on")
            db.execute("update policies set retailer = ? where retailer = 'shop.example'", [domain])
            db.execute("update retailers set domain = ? where domain = 'shop.example'", [domain])
        shop.derive()
    assert export(markdown, db, tmp_path / "out") == ExportResult(18, 0)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("archive.db")) == [
        "out"
    ]
    assert len({path.lower() for path in texts(tmp_path / "out")}) == 18
