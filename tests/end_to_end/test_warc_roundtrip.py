"""`export --format warc`, and `import` of its files: the same facts, texts and history."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import content, is_intact, one, rows
from tests.support.paths import ROOT
from tests.support.processes import kill, policytrail, start, wait_until
from tests.support.warcs import digest, record

RETAILERS = ROOT / "crawler" / "demo" / "retailers.csv"
_FACTS = {
    "captures": """select p.retailer, p.kind, g.url, c.archive, c.timestamp, c.captured_at, c.original,
        c.mimetype, c.status, c.digest, c.length, c.state, c.verdict, c.reason, c.attempts, c.fetched_at,
        c.headers, b.sha256, t.sha256
        from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
        left join bodies b on b.id = c.body_id left join texts t on t.id = c.text_id""",
    "bodies": "select sha256, size from bodies",
    "policies": "select retailer, kind from policies",
    "pages": """select p.retailer, p.kind, g.url, g.urlkey, g.found_by, g.listing, g.listing_reason,
        g.listed_at, g.waypoint, g.relation, g.finding from pages g join policies p on p.id = g.policy_id""",
    "coverage": """select g.urlkey, v.archive, v.listed_from, v.listed_to, v.whole_at from coverage v
        join pages g on g.id = v.page_id""",
    "clues": """select g.url, k.way, k.text, k.noted_at, c.timestamp, c.original
        from clues k join pages g on g.id = k.page_id
        left join captures c on c.id = k.capture_id""",
    "variants": """select p.retailer, v.number, t.sha256, g.url, x.kind, x.first_seen, x.last_seen, x.captures
        from variants x join policies p on p.id = x.policy_id join versions v on v.id = x.version_id
        join texts t on t.id = x.text_id join pages g on g.id = x.page_id""",
}


def everything(db: Path) -> dict[str, Any]:
    """Return all columns of all facts and derived rows, except the numbers of rows."""
    return content(db) | {table: sorted(rows(db, query), key=repr) for table, query in _FACTS.items()}


def write(db: Path, *statements: str) -> None:
    with closing(sqlite3.connect(db)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture(scope="module")
def shops(demo_origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled shops, with an example of every fact that an archive can store."""
    db = Path(shutil.copy(demo_origin, tmp_path_factory.mktemp("roundtrip") / "a.db"))
    write(
        db,
        """update captures set archive = 'web.archive.org', attempts = 2, fetched_at = '2026-02-03T04:05:06Z'
        where id % 3 = 0""",
        "update captures set archive = 'arquivo.pt', attempts = 0 where id % 3 = 1",
        "update retailers set name = 'Quiet Kettle' where domain = 'quietkettle.example'",
        "insert into retailers (domain, name) values ('nobody.example', null)",
        "update retailer_attributes set value = 'tea' where retailer = 'quietkettle.example'",
        """insert into policies (retailer, kind)
        values ('nobody.example', 'privacy'), ('quietkettle.example', 'home')""",
        """insert into pages (policy_id, url, urlkey, found_by, listing, listing_reason, listed_at, waypoint,
               relation, finding)
        select id, 'http://quietkettle.example/', 'example,quietkettle)/', 'cdx', 'failed', 'why',
               '2026-01-01T00:00:00Z', 0, 'other', 'its parent''s' from policies where kind = 'home'""",
        """insert into captures (page_id, archive, timestamp, captured_at, original, mimetype, status, digest,
               length, state, reason, attempts)
        select id, 'web.archive.org', '20140101000000', '2014-01-01T00:00:00Z',
               'http://quietkettle.example/', 'text/html', 200, 'D1', 7, 'failed', 'it took too long', 3
               from pages where urlkey = 'example,quietkettle)/' union all
        select id, 'web.archive.org', '20150101000000', '2015-01-01T00:00:00Z',
               'http://quietkettle.example/', null, null, '-', null, 'listed', null, 0
               from pages where urlkey = 'example,quietkettle)/' union all
        select id, 'web.archive.org', '20160101000000', '2016-01-01T00:00:00Z',
               'http://quietkettle.example/', null, null, 'D3', null, 'excluded', 'robots', 0
               from pages where urlkey = 'example,quietkettle)/' union all
        select id, 'web.archive.org', '20170101000000', '2017-01-01T00:00:00Z',
               'http://quietkettle.example/', null, null, 'D4', null, 'skipped', 'left out', 0
               from pages where urlkey = 'example,quietkettle)/'""",
        """update pages set listing = 'complete', listed_at = '2026-01-01T00:00:00Z', waypoint = 1,
        relation = 'own' where id = 2""",
        """insert into coverage
        values (1, 'web.archive.org', '2014', '20180101000000', '2026-01-01T00:00:00Z')""",
        "insert into clues (page_id, way, noted_at) values (1, 'given', '2026-01-01T00:00:00Z')",
        """insert into clues (page_id, way, capture_id, text, noted_at)
        values (1, 'redirect', 2, 'Privacy', '2026-02-01')""",
    )
    return db


def test_what_is_imported_again_is_the_same_archive(shops: Path):
    again, out = shops.with_name("b.db"), shops.with_name("out")
    retailers = one(shops, "select count(*) from retailers")
    assert policytrail("export", shops, out, "--format", "warc") == (
        0,
        f"{out}: {retailers} written, 0 there already\n",
        "",
    )
    ended = policytrail("import", again, *sorted(out.glob("*.warc.gz")))
    assert (ended.status, ended.err) == (0, "")
    assert one(again, "select count(distinct archive) from captures") == 3
    assert one(again, "select count(*) from clues where capture_id is not null") == 1
    assert everything(again) == everything(shops)
    assert is_intact(again)

    # The files of both are the same, importing once more changes nothing, and so does the order of the files.
    assert (
        policytrail("export", again, out, "--format", "warc").out
        == f"{out}: 0 written, {retailers} there already\n"
    )
    policytrail("import", again, *sorted(out.glob("*.warc.gz"), reverse=True))
    assert everything(again) == everything(shops)
    backwards = shops.with_name("c.db")
    policytrail("import", backwards, *sorted(out.glob("*.warc.gz"), reverse=True))
    assert everything(backwards) == everything(shops)


def test_captures_without_a_body_keep_their_own_headers(tmp_path: Path):
    """The body comes later, from the capture of another year, which led elsewhere."""
    moved = "HTTP/1.1 301 Moved\r\nLocation: https://shop.example/{}\r\nContent-Type: text/html\r\n\r\n"
    payload = {"WARC_Payload_Digest": f"sha1:{digest(b'moved')}"}
    second, first = tmp_path / "second.warc", tmp_path / "first.warc"
    second.write_bytes(
        b"".join(
            record(moved.format(year).encode(), date=f"{year}-01-01T00:00:00Z", kind="revisit", **payload)
            for year in (2015, 2016)
        )
    )
    first.write_bytes(record(moved.format(2014).encode() + b"moved", date="2014-01-01T00:00:00Z"))
    one, two, merged, out = (tmp_path / name for name in ("one.db", "two.db", "merged.db", "out"))
    assert policytrail("import", one, second).status == 0
    assert policytrail("export", one, out, "--format", "warc").status == 0
    assert policytrail("import", two, *out.glob("*.warc.gz")).status == 0
    assert policytrail("merge", merged, one, two).status == 0
    query = "select timestamp, state, status, reason, headers from captures order by timestamp"
    before = rows(one, query)
    assert [row[1] for row in before] == ["failed", "failed"]
    assert rows(two, query) == rows(merged, query) == before
    for db in (one, two, merged):
        assert policytrail("import", db, first).status == 0
        assert policytrail("export", db, db.with_suffix(".out"), "--format", "warc").status == 0
        again = db.with_suffix(".again.db")
        assert policytrail("import", again, *db.with_suffix(".out").glob("*.warc.gz")).status == 0
        for archive in (db, again):
            led = rows(archive, "select substr(timestamp, 1, 4), state, headers from captures order by 1")
            assert [(year, state, dict(json.loads(headers))["Location"]) for year, state, headers in led] == [
                (year, "fetched", f"https://shop.example/{year}") for year in ("2014", "2015", "2016")
            ]


def test_a_part_brings_its_captures_and_no_word_on_the_rest(shops: Path, tmp_path: Path):
    again, out = tmp_path / "b.db", tmp_path / "out"
    ended = policytrail(
        "export", shops, out, "--format", "warc", "--retailer", "quietkettle.example", "--to", "2012"
    )
    assert ended.out == f"{out}: 1 written, 0 there already\n"
    assert policytrail("import", again, out / "quietkettle.example.warc.gz").status == 0
    query = (
        _FACTS["captures"]
        + " where p.retailer = 'quietkettle.example' and c.captured_at < '2013' order by c.timestamp"
    )
    assert rows(again, query) == rows(shops, query)
    assert rows(again, "select distinct listing from pages") == [(None,)]


def test_an_archive_that_lists_captures_gets_their_bodies(shops: Path, tmp_path: Path):
    """Another machine has crawled a part: its captures stay, missing bodies are added."""
    out, other = tmp_path / "out", tmp_path / "other.db"
    policytrail("export", shops, out, "--format", "warc", "--retailer", "bramblebooks.example")
    file = out / "bramblebooks.example.warc.gz"
    policytrail("import", other, file)
    whole = everything(other)
    write(
        other,
        """update captures
        set state = 'listed', verdict = null, body_id = null, text_id = null, headers = null where id % 2""",
        "delete from bodies where id not in (select body_id from captures where body_id is not null)"
        " and id not in (select base_id from bodies where base_id is not null)",
    )
    assert everything(other) != whole
    assert policytrail("import", other, file).status == 0
    assert everything(other) == whole


def test_with_a_domain_all_is_given_to_that_retailer(shops: Path, tmp_path: Path):
    out, again = tmp_path / "out", tmp_path / "b.db"
    policytrail("export", shops, out, "--format", "warc", "--retailer", "bramblebooks.example")
    policytrail("import", again, out / "bramblebooks.example.warc.gz", "--domain", "owner.example")
    assert rows(again, "select domain from retailers") == [("owner.example",)]


def test_a_cut_off_file_gives_what_is_whole_and_the_whole_one_the_rest(shops: Path, tmp_path: Path):
    out, again = tmp_path / "out", tmp_path / "b.db"
    policytrail("export", shops, out, "--format", "warc", "--retailer", "bramblebooks.example")
    file, cut = out / "bramblebooks.example.warc.gz", tmp_path / "cut.warc.gz"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    ended = policytrail("import", again, cut)
    assert ended.status == 3
    assert re.fullmatch(r"Error: .*cut\.warc\.gz is (cut off|damaged) .* read\n", ended.err)
    assert {state for (state,) in rows(again, "select distinct state from captures")} == {"fetched", "listed"}
    assert policytrail("import", again, file).status == 0
    whole = tmp_path / "whole.db"
    policytrail("import", whole, file)
    assert everything(again) == everything(whole)


@pytest.mark.parametrize(
    "damage", ["no facts", "a body changed", "another form", "no JSON", "half a character"]
)
def test_what_others_did_to_a_file_is_said_in_a_line(shops: Path, tmp_path: Path, damage: str):
    out, again, changed = tmp_path / "out", tmp_path / "b.db", tmp_path / "changed.warc"
    policytrail("export", shops, out, "--format", "warc", "--retailer", "bramblebooks.example")
    plain = tmp_path / "plain.warc"
    plain.write_bytes(
        subprocess.run(["gzip", "-dc", *out.glob("*.gz")], capture_output=True, check=True).stdout
    )
    first, second = {
        "no facts": (b"policytrail-facts: {", b"policytrail-notes: {"),
        "a body changed": (b"collect", b"c0llect"),
        "another form": (b'{"form":1', b'{"form":9'),
        "no JSON": (b'{"form":1', b'{"form":,'),
        "half a character": (b'"state":"fetched"', b'"state":"\\ud8000"'),
    }[damage]
    assert len(first) == len(second)
    changed.write_bytes(plain.read_bytes().replace(first, second))
    ended = policytrail("import", again, changed)
    expected = {
        "no facts": (0, ""),
        "a body changed": (3, "Error: changed.warc: the bodies of "),
        "another form": (3, "it is in a format that this policytrail does not know"),
        "no JSON": (3, "it is not JSON"),
        "half a character": (3, "state is no text"),
    }[damage]
    assert ended.status == expected[0]
    assert expected[1] in ended.err
    record = re.findall(
        r"^Error: changed\.warc: record \d+ \(http.*\): its bytes are not those", ended.err, re.M
    )
    assert bool(record) == (damage == "a body changed")
    assert ended.err.count("\n") == (expected[0] == 3) + len(record)
    assert is_intact(again)


def test_an_export_that_is_killed_leaves_whole_files_and_goes_on(shops: Path, tmp_path: Path):
    out, undisturbed = tmp_path / "out", tmp_path / "undisturbed"
    process = start(sys.executable, "-m", "crawler.cli", "export", shops, out, "--format", "warc")
    wait_until(lambda: list(out.glob("*.warc.gz")), "a file")
    kill(process)
    policytrail("export", shops, undisturbed, "--format", "warc")
    for file in out.glob("*.warc.gz"):
        assert file.read_bytes() == undisturbed.joinpath(file.name).read_bytes()
    assert policytrail("export", shops, out, "--format", "warc").status == 0
    assert {file.name: file.read_bytes() for file in out.iterdir()} == {
        file.name: file.read_bytes() for file in undisturbed.iterdir()
    }
