"""Merging: the same content in any order and grouping, twice the same as once; what becomes of each thing."""

import hashlib
from base64 import b32encode
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db import merge as merging
from db.database import transaction
from db.history import versions
from db.merge.source_file import SourceArchive
from db.schema.migrations import migrations
from db.store import captures, extraction_queue, texts
from db.store.bodies import Bodies
from db.urlkey import urlkey
from extract.html.source_text import source_text
from tests.support.dumps import dump, numbered
from tests.support.merging import merge_and_derive
from tests.support.shop import text

NOW = "2"
BODIES = [f"We share data {number} of yours with partners.".encode() for number in range(3)]
TIMES = ["20100101000000", "20110101000000", "20120101000000", "20100000000000000"[:14]]
URLS = ["http://shop.example/privacy", "https://www.shop.example/privacy", "http://shop.example/terms"]
TEMPLATE = Database(memory=True)
migrations.apply(TEMPLATE)


def empty() -> Database:
    db = Database(memory=True)
    TEMPLATE.conn.backup(db.conn)
    db.execute("pragma foreign_keys = on")
    return db


def digest_of(body: bytes) -> str:
    return b32encode(hashlib.sha1(body).digest()).decode()


def merge(into: Database, other: Database) -> merging.Merged:
    """Merge, and do what the command does then: judge what has no verdict, and derive what is behind."""
    merged = merge_and_derive(into, SourceArchive(other.conn, Path("other.db")), NOW)
    judge(into)
    return merged


def judge(db: Database) -> None:
    behind = versions.outdated(db)
    waiting = "select id from captures where state = 'fetched' and verdict is null order by id"
    for (capture_id,) in db.execute(waiting).fetchall():
        judge_one(db, capture_id, NOW)
    for policy_id in behind:
        versions.refresh(db, policy_id, source_text)


def judge_one(db: Database, capture_id: int, extractor: str) -> None:
    """The text of a body follows from the body alone. Another extractor has other texts for some bodies."""
    evidence = extraction_queue.extraction_input(db, capture_id)
    words = Bodies(db).get(evidence.body_id).decode()
    if extractor != NOW and "1" in words:
        words += " All rights reserved."
    good = evidence.status != 301 and not (extractor != NOW and "2" in words)
    with transaction(db):
        made = text(words, verdict="policy" if good else "block-page")
        texts.judge(db, capture_id, made, extractor)


MOMENTS = st.sampled_from(["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"])
MAYBE = st.none() | MOMENTS
CAPTURE = st.fixed_dictionaries(
    {
        "timestamp": st.sampled_from(TIMES),
        "known": st.booleans(),
        "state": st.sampled_from(
            ["listed", "skipped", "failed", "excluded", "fetched", "fetched", "fetched"]
        ),
        "archive": st.sampled_from(["ia", "warc"]),
        "attempts": st.integers(0, 2),
        "reason": st.sampled_from([None, "late", "slow"]),
        "mimetype": st.sampled_from([None, "text/html"]),
        "status": st.sampled_from([None, 200, 301]),
        "fetched_at": MAYBE,
        "headers": st.sampled_from(["[]", '[["X","1"]]']),
        "content": st.sampled_from([0, 0, 1, 2, "text", "more"]),
        "judged": st.sampled_from([None, "1", NOW, NOW]),
    }
)
PAGE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["privacy", "privacy", "candidate", "regional", "home"]),
        "url": st.sampled_from(URLS),
        "found_by": st.sampled_from(["given", "list", "cdx", "link"]),
        "listing": st.sampled_from(
            [
                (None, None, None),
                ("complete", None, "2020-01-01T00:00:00Z"),
                ("failed", "slow", "2021-01-01T00:00:00Z"),
                ("excluded", "robots", "2021-01-01T00:00:00Z"),
            ]
        ),
        "waypoint": st.integers(0, 1),
        "relation": st.sampled_from([None, "own", "other"]),
        "finding": st.sampled_from([None, "it says so", "a hub"]),
        "captures": st.lists(CAPTURE, max_size=3),
        "window": st.none()
        | st.tuples(st.sampled_from([None, "2010", "2015"]), st.sampled_from(TIMES), MOMENTS),
        "clue": st.none()
        | st.tuples(st.sampled_from(["given", "home"]), st.sampled_from(["here", None]), MOMENTS),
        "save": st.none()
        | st.tuples(
            MOMENTS, st.sampled_from([None, "spn2-1"]), st.sampled_from(["asked", "pending", "saved"])
        ),
    }
)
RUN = st.tuples(st.sampled_from(["crawl a.db", "crawl b.db"]), MOMENTS, MAYBE, st.integers(0, 1))
FACTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from([None, "Shop", "The Shop"]),
        "pages": st.lists(PAGE, max_size=4),
        "attributes": st.dictionaries(
            st.sampled_from(["sector", "country"]), st.tuples(st.sampled_from(["a", "b"]), MOMENTS)
        ),
        "runs": st.lists(RUN, max_size=2, unique_by=lambda run: run[:2]),
    }
)


def archive_of(facts: dict[str, Any]) -> Database:
    """An archive that holds these facts, judged by one extractor or another."""
    db = empty()
    with transaction(db):
        db.execute("insert into retailers values ('shop.example', ?)", [facts["name"]])
        for name, noted in facts["attributes"].items():
            db.execute("insert into retailer_attributes values ('shop.example', ?, ?, ?)", [name, *noted])
        for page in facts["pages"]:
            enter_page(db, page)
        for command, started, finished, requests in facts["runs"]:
            outcome = "done" if finished else "interrupted"
            db.execute(
                "insert into crawls (command, started_at, finished_at, outcome, requests)"
                " values (?, ?, ?, ?, ?)",
                [command, started, finished, outcome, requests if finished else 0],
            )
    for (policy_id,) in db.execute("select id from policies where kind = 'privacy'").fetchall():
        versions.refresh(db, policy_id, source_text)
    return db


def enter_page(db: Database, page: dict[str, Any]) -> None:
    db.execute("insert or ignore into policies (retailer, kind) values ('shop.example', ?)", [page["kind"]])
    (policy_id,) = db.execute("select id from policies where kind = ?", [page["kind"]]).fetchone()
    key = urlkey(page["url"])
    if db.execute("select 1 from pages where policy_id = ? and urlkey = ?", [policy_id, key]).fetchone():
        return
    others = db.execute(
        "select p.kind, g.waypoint from pages g join policies p on p.id = g.policy_id where g.urlkey = ?",
        [key],
    )
    if any(
        "home" not in (kind, page["kind"]) and not (waypoint and page["waypoint"])
        for kind, waypoint in others.fetchall()
    ):
        return  # an address that was judged is kept in one place
    page_id = db.execute(
        """insert into pages (policy_id, url, urlkey, found_by, listing, listing_reason, listed_at, waypoint,
            relation, finding)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            policy_id,
            page["url"],
            key,
            page["found_by"],
            *page["listing"],
            page["waypoint"],
            page["relation"],
            page["finding"],
        ],
    ).lastrowid
    for capture in page["captures"]:
        enter_capture(db, int(page_id or 0), capture)
    first = db.execute("select id from captures where page_id = ? order by timestamp", [page_id]).fetchone()
    if page["window"]:
        db.execute("insert into coverage values (?, 'ia', ?, ?, ?)", [page_id, *page["window"]])
    if page["clue"]:
        way, where, at = page["clue"]
        seen_in = first[0] if where and first else None
        db.execute(
            "insert into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)",
            [page_id, way, seen_in, f"in {at}", at],
        )
    if page["save"]:
        asked_at, job, state = page["save"]
        db.execute(
            "insert into saves (page_id, archive, asked_at, job, state) values (?, 'ia', ?, ?, ?)",
            [page_id, asked_at, job, state],
        )


def enter_capture(db: Database, page_id: int, capture: dict[str, Any]) -> None:
    timestamp, fetched = capture["timestamp"], capture["state"] == "fetched"
    if db.execute(
        "select 1 from captures where page_id = ? and timestamp = ?", [page_id, timestamp]
    ).fetchone():
        return
    digest = digest_of(BODIES[TIMES.index(timestamp) % 2]) if capture["known"] else "-"
    row = captures.IndexRow(
        "", timestamp, "http://shop.example/", capture["mimetype"], capture["status"], digest
    )
    captures.record_rows(db, page_id, capture["archive"], [row])
    (capture_id,) = db.execute("select max(id) from captures").fetchone()
    if capture["content"] in ("text", "more"):
        # Another tool's text: the state stays what it is.
        texts.judge(
            db, capture_id, text(f"We share {capture['content']}, says another tool."), "another tool"
        )
    if not fetched or isinstance(capture["content"], str):
        db.execute(
            "update captures set state = ?, attempts = ?, reason = ? where id = ?",
            ["listed" if fetched else capture["state"], capture["attempts"], capture["reason"], capture_id],
        )
        return
    db.execute(
        "update captures set state = 'fetched', attempts = ?, fetched_at = ?, headers = ? where id = ?",
        [capture["attempts"], capture["fetched_at"], capture["headers"], capture_id],
    )
    body_id = Bodies(db).put(BODIES[capture["content"]], page_id=page_id, timestamp=timestamp)
    db.execute("update captures set body_id = ?, reason = null where id = ?", [body_id, capture_id])
    if capture["judged"]:
        judge_one(db, capture_id, capture["judged"])


def merged(*archives: Database) -> Database:
    into = empty()
    for archive in archives:
        merge(into, archive)
    return into


def in_every_way(facts: list[dict[str, Any]]) -> Iterator[Database]:
    """Three archives merged in every order and grouping, into an empty one and into one of them."""
    archives = [archive_of(each) for each in facts]
    for order in permutations(archives):
        yield merged(*order)
    for number, one in enumerate(archives):
        two, three = archives[number - 2], archives[number - 1]
        yield merged(one, merged(two, three))
        into = archive_of(facts[number])
        merge(into, merged(two, three))
        yield into


@settings(max_examples=25)
@given(st.lists(FACTS, min_size=3, max_size=3))
def test_archives_merge_to_the_same_in_every_order_and_grouping(facts: list[dict[str, Any]]) -> None:
    for page in (page for each in facts for page in each["pages"]):
        page["captures"] = [{**capture, "judged": capture["judged"] and NOW} for capture in page["captures"]]
    first, *others = map(dump, in_every_way(facts))
    for other in others:
        assert other == first


@settings(max_examples=20)
@given(st.lists(FACTS, min_size=3, max_size=3))
def test_so_do_archives_of_different_extractors_but_for_who_made_a_text(facts: list[dict[str, Any]]) -> None:
    """A text is marked with the last extractor that made it from any body, also from a replaced body."""
    follow_from_the_mark = ("texts", "versions", "changes", "variants", "found")
    first, *others = map(dump, in_every_way(facts))
    for other in others:
        for table in set(first) - set(follow_from_the_mark):
            assert other[table] == first[table]
        assert [row[:4] for row in other["texts"]] == [row[:4] for row in first["texts"]]


@settings(max_examples=30)
@given(st.lists(FACTS, min_size=2, max_size=2))
def test_to_merge_again_changes_no_row(facts: list[dict[str, Any]]) -> None:
    archives = [archive_of(each) for each in facts]
    into = merged(*archives)
    before = numbered(into)
    for again in (*archives, merged(*archives)):
        merge(into, again)
        assert numbered(into) == before
