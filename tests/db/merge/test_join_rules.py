"""Merging, rule by rule: captures, addresses and runs that two archive files know."""

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import merge as merging
from db.database import open_archive, transaction
from db.errors import DamagedArchiveError, StoreError
from db.merge.join_rules import TextFacts, join_texts
from db.query import conflicts
from db.store import run_log, texts
from db.store.bodies import MAX_DEPTH, Bodies
from db.store.runs import save_requests
from tests.support.merging import merge_and_derive
from tests.support.shop import Shop, text

AT = "20180525000000"
EARLY, LATE = "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"
Make = Callable[[], Shop]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes archives, each with a shop."""
    made: list[Database] = []

    def new() -> Shop:
        made.append(open_archive(tmp_path / f"{len(made)}.db", create=True))
        return Shop(made[-1])

    yield new
    for db in made:
        db.close()


def file_of(db: Database) -> Path:
    return Path(db.execute("pragma database_list").fetchone()[2])


def merge(into: Shop, *others: Shop) -> merging.Merged:
    brought = merging.Merged()
    for other in others:
        with merging.open_source(file_of(other.db)) as opened:
            brought.add(merge_and_derive(into.db, opened))
    return brought


def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in shop.db.execute(query).fetchall()]


def held(shop: Shop) -> list[object]:
    """The bodies of all captures."""
    return [
        Bodies(shop.db).get(i)
        for (i,) in shop.db.execute("select body_id from captures order by timestamp, original")
    ]


def digest_of(body: bytes) -> str:
    return b32encode(hashlib.sha1(body).digest()).decode()


def conflicting(make: Make, *bodies: tuple[bytes, str | None], digest: str = "D") -> list[Shop]:
    """Archives that hold different bodies for one capture, asked for at different times."""
    shops = [make() for _ in bodies]
    for number, (shop, (body, at)) in enumerate(zip(shops, bodies, strict=True)):
        shop.fetch(shop.list(AT, digest=digest, archive=f"archive {number}"), body, at=at)
    return shops


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize(
    ("bodies", "digest", "own"),
    [
        (((b"a", EARLY), (b"b", EARLY), (b"right", LATE)), digest_of(b"right"), b"right"),
        (((b"a", None), (b"b", LATE), (b"c", EARLY)), "D", b"c"),
        (((b"a", None), (b"b", LATE), (b"c", None)), "D", b"b"),
        (((b"1", EARLY), (b"2", EARLY), (b"3", EARLY)), "D", b"3"),  # the smallest hash
    ],
    ids=["the archive's word", "the earlier request", "asked for", "the smaller hash"],
)
def test_of_three_bodies_for_one_capture_all_are_kept_and_one_is_its_own(
    make: Make, order: tuple[int, ...], bodies: tuple[tuple[bytes, str | None], ...], digest: str, own: bytes
) -> None:
    shops = conflicting(make, *bodies, digest=digest)
    into = make()
    brought = merge(into, *(shops[number] for number in order))
    assert (brought.captures.new, brought.captures.conflicts) == (1, 2)
    assert held(into) == [own]
    others = {Bodies(into.db).get(body_id) for (body_id,) in into.db.execute("select body_id from conflicts")}
    assert others | {own} == {body for body, _ in bodies}
    assert {row["other_archive"] for row in conflicts.of_retailer(into.db, "shop.example")} == {
        f"archive {number}" for number, (body, _) in enumerate(bodies) if body != own
    }
    assert rows(into, "select verdict, text_id from captures") == [(None, None)]


def test_a_conflict_is_told_in_a_line_whatever_its_address_is(make: Make) -> None:
    shops = conflicting(make, (b"a", EARLY), (b"b", LATE))
    for shop in shops:
        shop.db.execute("update captures set original = ?", ["http://a/\x1b[31m\n" + "x" * 500])
    into = make()
    merge(into, *shops)
    (line,) = map(conflicts.in_words, conflicts.latest(into.db, 9))
    assert line == (
        f"two bodies for http://a/?[31m?{'x' * 185} at {AT}: ca978112ca1b (archive 0, {EARLY}),"
        f" and 3e23e8160039 (archive 1, {LATE})"
    )


def test_a_capture_without_a_body_keeps_the_headers_that_one_of_two_archives_has(make: Make) -> None:
    with_headers, without = make(), make()
    for shop, headers in ((with_headers, '[["Location","/b"]]'), (without, None)):
        capture = shop.list(AT, digest="D")
        shop.db.execute(
            "update captures set state = 'failed', reason = 'a revisit', headers = ? where id = ?",
            [headers, capture.id],
        )
    for order in ((with_headers, without), (without, with_headers)):
        into = make()
        merge(into, *order)
        assert rows(into, "select state, headers from captures") == [("failed", '[["Location","/b"]]')]


def test_what_is_held_goes_before_what_could_not_be_had(make: Make) -> None:
    one, two = make(), make()
    for shop, state in ((one, "failed"), (two, "excluded")):
        capture = shop.list(AT, digest="D")
        shop.db.execute(
            "update captures set state = ?, reason = 'no answer', attempts = 3 where id = ?",
            [state, capture.id],
        )
    three = make()
    three.fetch(three.list(AT, digest="D", status=200), b"policy", at=EARLY)
    into = make()
    merge(into, one)
    assert merge(into, two).captures.new == 0
    assert rows(into, "select state, attempts, reason, status from captures") == [
        ("excluded", 3, "no answer", None)
    ]
    assert merge(into, three).captures.fetched == 1
    assert rows(into, "select state, attempts, reason, status, fetched_at from captures") == [
        ("fetched", 1, None, 200, EARLY)
    ]


def test_what_was_derived_from_the_same_evidence_is_taken_over_with_its_history(make: Make) -> None:
    shop, into = make(), make()
    shop.observe("20140101000000", "We sell data.")
    shop.observe("20150101000000", "We never sell data.")
    shop.derive()
    brought = merge(into, shop)
    assert (brought.captures.new, brought.captures.fetched, brought.policies) == (2, 2, {into.policy_id})
    assert rows(into, "select verdict, text_id is null from captures") == [("policy", 0)] * 2
    history = "select number, first_seen, last_seen, captures from versions order by number"
    assert rows(into, history) == rows(shop, history)
    assert merge(into, shop).policies == set()


def test_what_was_derived_otherwise_is_judged_anew(make: Make) -> None:
    one, two, into = make(), make(), make()
    one.observe(AT, "We sell data.", body="<p>", extractor="0")
    two.observe(AT, "We sell data.", body="<p>")
    with transaction(two.db):
        texts.judge(two.db, 1, text("We sell some data."), "1")
    merge(into, one)
    assert rows(into, "select verdict from captures") == [("policy",)]
    merge(into, two)
    assert rows(into, "select verdict, text_id from captures") == [(None, None)]
    assert rows(into, "select count(*) from versions") == [(0,)]


def test_a_text_that_two_extractors_made_is_of_the_present_one(make: Make) -> None:
    for extractors in (("0", "1"), ("1", "0")):
        shops = [make(), make()]
        for shop, extractor, stamp in zip(
            shops, extractors, ("20140101000000", "20150101000000"), strict=True
        ):
            shop.observe(stamp, "We sell data.", extractor=extractor)
        into = make()
        merge(into, *shops)
        assert rows(into, "select extractor from texts") == [("1",)]


def test_a_text_of_another_tool_survives_and_gives_way_to_a_body(make: Make) -> None:
    imported, crawled = make(), make()
    capture = imported.list(AT, archive="corpus")
    with transaction(imported.db):
        texts.judge(imported.db, capture.id, text("A policy."), "another tool")
    imported.derive()
    into = make()
    merge(into, imported)
    assert rows(
        into,
        "select state, verdict, body_id, t.markdown, t.extractor from captures"
        " join texts t on t.id = text_id",
    ) == [("listed", "policy", None, "A policy.", "another tool")]
    assert rows(into, "select captures from versions") == [(1,)]
    crawled.observe(AT, "A policy!")
    merge(into, crawled)
    assert rows(
        into, "select archive, body_id is null, t.markdown from captures join texts t on t.id = text_id"
    ) == [("web.archive.org", 0, "A policy!")]
    assert rows(into, "select count(*) from conflicts") == [(0,)]


def test_a_capture_of_which_nobody_knew_the_digest_is_the_one_that_an_index_lists(make: Make) -> None:
    for first_known in (True, False):
        listed, followed, into = make(), make(), make()
        listed.list(AT, digest="D", status=200)
        followed.fetch(followed.list(AT), b"policy", status=None, at=EARLY)
        merge(into, *((listed, followed) if first_known else (followed, listed)))
        assert rows(into, "select digest, state, status, fetched_at from captures") == [
            ("D", "fetched", 200, EARLY)
        ]


def test_what_could_not_be_had_while_no_index_listed_it_is_to_be_asked_for(make: Make) -> None:
    for first_known in (True, False):
        listed, followed, into = make(), make(), make()
        listed.list(AT, digest="D")
        followed.list(AT)
        followed.db.execute("update captures set state = 'failed', attempts = 6, reason = 'not archived'")
        merge(into, *((listed, followed) if first_known else (followed, listed)))
        assert rows(into, "select digest, state, attempts, reason from captures") == [
            ("D", "listed", 0, None)
        ]


def test_bodies_are_copied_as_they_are_stored(make: Make) -> None:
    shop, into = make(), make()
    for number in range(MAX_DEPTH + 3):
        shop.observe(f"{20000101000000 + number}", "We sell data. " * 50 + str(number))
    stored = "select sha256, size, depth, data from bodies order by sha256"
    merge(into, shop)
    assert rows(into, stored) == rows(shop, stored)
    assert held(into) == held(shop)


def test_a_chain_that_would_become_too_long_begins_anew(make: Make) -> None:
    words = "We sell data. " * 50
    one, two = make(), make()
    for number in range(MAX_DEPTH + 1):
        one.observe(f"{20000101000000 + number}", words + str(number))
    for number in (MAX_DEPTH, MAX_DEPTH + 1):
        two.observe(f"{20000101000000 + number}", words + str(number))
    merge(one, two)
    assert rows(one, "select depth, base_id from bodies order by id desc limit 2") == [
        (0, None),
        (MAX_DEPTH, MAX_DEPTH),
    ]
    assert held(one)[-1] == (words + str(MAX_DEPTH + 1)).encode()


def set_kind(shop: Shop, kind: str, finding: str) -> None:
    shop.db.execute("insert into policies (retailer, kind) values ('shop.example', ?)", [kind])
    shop.db.execute(
        "update pages set policy_id = (select id from policies where kind = ?), finding = ?", [kind, finding]
    )


@pytest.mark.parametrize("candidate_first", [True, False])
def test_an_address_that_is_the_policy_in_one_archive_is_no_candidate_any_more(
    make: Make, candidate_first: bool
) -> None:
    judged, looked_at, into = make(), make(), make()
    judged.observe("20140101000000", "We sell data.")
    judged.db.execute("update pages set finding = 'says so itself', relation = 'own'")
    looked_at.observe("20150101000000", "We never sell data.")
    looked_at.observe("20140101000000", "We sell data.")
    other = looked_at.add_page("http://shop.example/other")
    looked_at.db.execute(
        "insert into clues (page_id, way, capture_id, noted_at) values (?, 'successor', 1, ?)",
        [other.id, EARLY],
    )
    set_kind(looked_at, "candidate", "terms of use")
    merge(into, *((looked_at, judged) if candidate_first else (judged, looked_at)))
    assert rows(
        into,
        "select p.kind, g.url, g.relation, g.finding from pages g"
        " join policies p on p.id = g.policy_id order by g.url",
    ) == [
        ("candidate", "http://shop.example/other", None, "terms of use"),
        ("privacy", "http://shop.example/privacy", "own", "says so itself"),
    ]
    assert rows(into, "select number, captures from versions order by number") == [(1, 1), (2, 1)]
    assert rows(
        into,
        "select x.way, c.timestamp, g.url from clues x join captures c on c.id = capture_id"
        " join pages g on g.id = c.page_id",
    ) == [("successor", "20150101000000", "http://shop.example/privacy")]
    assert rows(into, "pragma foreign_key_check") == []


def test_where_only_redirects_of_the_policy_led_stays_a_candidate_as_well(make: Make) -> None:
    followed, looked_at, into = make(), make(), make()
    followed.db.execute("update pages set found_by = 'link', waypoint = 1")
    set_kind(looked_at, "candidate", "terms of use")
    into.db.execute("delete from pages")
    merge(into, followed, looked_at)
    kinds = "select p.kind, g.waypoint from pages g join policies p on p.id = g.policy_id order by 1"
    assert rows(into, kinds) == [("candidate", 0), ("privacy", 1)]


def test_the_last_listing_counts_and_no_more_is_claimed_than_was_listed(make: Make) -> None:
    one, two = make(), make()
    for shop, first, reached, at, listing in (
        (one, None, "20120101000000", EARLY, "complete"),
        (two, "2011", "20200101000000", LATE, "failed"),
    ):
        shop.db.execute("update pages set listing = ?, listed_at = ?", [listing, at])
        shop.db.execute("insert into coverage values (1, 'ia', ?, ?, ?)", [first, reached, at])
    for order in ((one, two), (two, one)):
        into = make()
        merge(into, *order)
        assert rows(into, "select listing, listed_at from pages") == [("failed", LATE)]
        assert rows(into, "select listed_from, listed_to, whole_at from coverage") == [
            (None, "20120101000000", EARLY)
        ]


def test_every_run_is_there_once(make: Make) -> None:
    one, into = make(), make()
    columns = "command, started_at, finished_at, outcome, requests"
    one.db.execute(f"insert into crawls ({columns}) values ('crawl', ?, ?, 'done', 7)", [EARLY, LATE])
    one.db.execute(f"insert into crawls ({columns}) values ('crawl', ?, null, null, 0)", [LATE])
    merge(into, one, one)
    assert rows(into, f"select {columns} from crawls order by id") == [
        ("crawl", EARLY, LATE, "done", 7),
        ("crawl", LATE, None, "interrupted", 0),
    ]
    one.db.execute("update crawls set finished_at = ?, outcome = 'done' where id = 2", [LATE])
    merge(into, one)
    assert rows(into, "select outcome, finished_at from crawls order by id") == [("done", LATE)] * 2


def test_a_run_of_the_same_second_on_another_machine_is_another_run(db: Database) -> None:
    run = ["crawl", EARLY, LATE, "done", 7, 0, 0, 0, 0, 0, 0]
    run_log.take_over(db, [run, run, [*run[:4], 8, *run[5:]]])
    assert [row[0] for row in db.execute("select requests from crawls order by id").fetchall()] == [7, 8]


def test_the_last_request_to_save_is_the_last_in_time(make: Make) -> None:
    one, two = make(), make()
    for shop, at in ((one, LATE), (two, EARLY)):
        shop.db.execute(
            "insert into saves (page_id, archive, asked_at, job) values (1, 'ia', ?, ?)", [at, f"job {at}"]
        )
    merge(one, two, two)
    latest = save_requests.latest(one.db, one.page.id, "ia")
    assert (rows(one, "select count(*) from saves"), latest and latest.asked_at) == ([(2,)], LATE)


DAMAGES = {
    "a body's bytes": "update bodies set data = zeroblob(length(data))",
    "a body's hash": "update bodies set sha256 = 'a' || substr(sha256, 2)",
    "a body's size": "update bodies set size = 1000000000000",
    "a circle of bodies": "update bodies set base_id = 1, depth = 1",
    "a text": "update texts set markdown = 'We sell nothing.'",
    "a text's number": "update texts set id = id + 1",
    "a body that is not there": "update captures set body_id = 77",
    "an impossible state": "update captures set state = 'lost'",
    "a number that is none": "update captures set attempts = 'many'",
    "letters that are none": "update captures set original = cast(x'ff' as text)",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_nothing_is_taken_of_a_damaged_archive(make: Make, damage: str) -> None:
    shop, into = make(), make()
    shop.observe("20140101000000", "We sell data.")
    db = shop.db
    for pragma in ("foreign_keys = off", "ignore_check_constraints = on", "writable_schema = on"):
        db.execute(f"pragma {pragma}")
    if "number that" in damage:
        db.execute("update sqlite_master set sql = replace(sql, ') strict', ')') where name = 'captures'")
        db.conn.commit()
        file = file_of(db)
        db.close()
        shop.db = db = open_archive(file)
        db.execute("pragma writable_schema = on")
    db.execute(DAMAGES[damage])
    if "number that" in damage:
        db.execute("update sqlite_master set sql = sql || ' strict' where name = 'captures'")
    db.conn.commit()
    before = (
        rows(into, "select * from captures"),
        rows(into, "select * from bodies"),
        rows(into, "select * from texts"),
    )
    with pytest.raises(DamagedArchiveError, match=r"^\S+0.db is damaged \(.+\): nothing of it was merged$"):
        merge(into, shop)
    assert before == (
        rows(into, "select * from captures"),
        rows(into, "select * from bodies"),
        rows(into, "select * from texts"),
    )


def test_a_candidate_that_was_moved_is_nothing_new_when_it_comes_again(make: Make) -> None:
    judged, looked_at, into = make(), make(), make()
    judged.observe("20140101000000", "We sell data.")
    looked_at.observe("20150101000000", "We never sell data.")
    set_kind(looked_at, "candidate", "terms of use")
    merge(into, looked_at, judged)
    brought = merge(into, looked_at, judged)
    assert (brought.pages, brought.captures.new, brought.policies) == (0, 0, set())
    assert rows(into, "select count(*) from pages") == [(1,)]


def test_a_body_of_the_archive_itself_that_is_damaged_is_not_blamed_on_the_other(make: Make) -> None:
    shop, into = make(), make()
    for number in range(2):
        shop.observe(f"{20140101000000 + number}", "We sell data. " * 50 + str(number))
    into.observe("20140101000000", "We sell data. " * 50 + "0")
    into.db.execute("update bodies set data = zeroblob(length(data))")
    with pytest.raises(StoreError, match=r"^body \d+ is damaged; see 'policytrail verify'$"):
        merge(into, shop)
    assert rows(into, "select count(*) from captures") == [(1,)]


def test_the_earlier_stated_date_of_a_text_stays_if_one_extractor_made_both() -> None:
    facts = TextFacts("1", 1.0, "en", 9, "Privacy", "w", "2018-11-05")
    earlier, none = replace(facts, stated_date="2018-05-25"), replace(facts, stated_date=None)
    older = replace(earlier, extractor="0")
    for one, other, stated in (
        (facts, earlier, "2018-05-25"),
        (none, facts, "2018-11-05"),
        (none, none, None),
        (facts, older, "2018-11-05"),
    ):
        assert join_texts(one, other, "1").stated_date == stated
        assert join_texts(other, one, "1").stated_date == stated
