from typing import Any

import pytest
from sqlite_utils import Database

from crawler.importing.warc_reader import FactsRecord, Record
from crawler.importing.warc_restore import FactsRestorer
from db.database import transaction
from db.export.warc_records import record_id
from db.store.bodies import Bodies
from db.store.fact_validation import FactError

URI = "http://shop.example/privacy"
ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"  # of "one"
PAGE = {"url": URI, "found_by": "cdx", "coverage": []}


def capture(timestamp: str = "20140530130240", **more: Any) -> dict[str, Any]:
    return {
        "archive": "web.archive.org", "timestamp": timestamp, "original": URI, "digest": None,
        "state": "fetched",
        "attempts": 2, "fetched_at": "2026-01-01T00:00:00Z", "headers": [["A", "ü"]], "status": 200,
        "body": ONE,
    } | more  # fmt: skip


def facts(*captures: dict[str, Any], **more: Any) -> FactsRecord:
    page = {"policy": "privacy", "page": PAGE, "captures": list(captures)}
    return FactsRecord({"form": 1, "retailer": {"domain": "shop.example", "name": None}} | page | more)


def record(of: dict[str, Any], raw: bytes = b"one", kind: str = "privacy") -> Record:
    return Record(URI, "", 200, None, "", None, (), raw, id=record_id("shop.example", kind, URI, of), raw=raw)


@pytest.fixture
def restorer(db: Database) -> FactsRestorer:
    return FactsRestorer(db, Bodies(db))


def held(db: Database, columns: str) -> list[tuple[Any, ...]]:
    return db.execute(f"select {columns} from captures order by timestamp").fetchall()


def test_a_capture_is_listed_until_its_body_comes(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        restorer.enter_facts(facts(capture(), capture("20150530130240")))
        assert held(db, "state, attempts, fetched_at, headers") == [("listed", 0, None, None)] * 2
        assert (
            restorer.restored.read,
            restorer.restored.new,
            restorer.restored.filled,
            restorer.missing,
        ) == (2, 2, 0, 2)
        assert restorer.take_body(record(capture()))
    assert (
        held(db, "state, attempts, fetched_at, headers, status, body_id, archive")
        == [("fetched", 2, "2026-01-01T00:00:00Z", '[["A","ü"]]', 200, 1, "web.archive.org")] * 2
    )
    assert (restorer.restored.filled, restorer.missing, restorer.restored.policies) == (2, 0, {1})


@pytest.mark.parametrize("state", ["listed", "skipped", "failed", "excluded"])
def test_a_capture_without_a_body_has_its_own_headers(
    db: Database, restorer: FactsRestorer, state: str
) -> None:
    bare: dict[str, Any] = {"state": state, "body": None}
    given = (
        capture(headers=[["Location", "/b"]], **bare),
        capture("20150530130240", headers=None, **bare),
    )
    with transaction(db):
        restorer.enter_facts(facts(*given))
    expected = [(state, '[["Location","/b"]]', None), (state, None, None)]
    assert held(db, "state, headers, body_id") == expected
    # Headers that are here stay, and missing ones are added, also to a capture that the archive lists
    # already.
    later = [one | {"headers": [["Location", "/c"]]} for one in given]
    with transaction(db):
        restorer.enter_facts(facts(*later))
    assert held(db, "headers") == [('[["Location","/b"]]',), ('[["Location","/c"]]',)]
    with transaction(db):
        restorer.enter_facts(facts(capture(headers=[["A", "b"]]), capture("20150530130240")))
        restorer.take_body(record(capture(headers=[["A", "b"]])))
    assert held(db, "state, headers") == [("fetched", '[["A","b"]]'), ("fetched", '[["A","ü"]]')]


def test_a_body_that_the_archive_has_is_not_waited_for(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        restorer.enter_facts(facts(capture()))
        restorer.take_body(record(capture()))
        restorer.enter_facts(facts(capture("20150530130240")))
    assert [state for (state,) in held(db, "state")] == ["fetched", "fetched"]


def test_a_record_that_was_not_told_of_is_anothers(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        assert not restorer.take_body(record(capture()))
        restorer.enter_facts(facts(capture()))
        assert not restorer.take_body(record(capture("20150530130240")))


def test_another_body_is_not_taken(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        restorer.enter_facts(facts(capture()))
        assert restorer.take_body(record(capture(), b"two"))
    assert (held(db, "state, body_id"), restorer.missing) == ([("listed", None)], 1)


def test_what_was_fetched_here_stays(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        restorer.enter_facts(facts(capture()))
        restorer.take_body(record(capture()))
        restorer.enter_facts(facts(capture(attempts=9, body="ab" * 32, archive="elsewhere")))
    assert held(db, "attempts, archive, state") == [(2, "web.archive.org", "fetched")]
    assert restorer.missing == 0


def test_facts_that_are_partly_wrong_enter_nothing(db: Database, restorer: FactsRestorer) -> None:
    for wrong in (
        facts(capture(), capture(state="lost")),
        facts(capture(), clues=[{}]),
        facts(capture(), page={}),
    ):
        with pytest.raises(FactError), transaction(db):
            restorer.enter_facts(wrong)
    assert held(db, "id") == []
    assert db["retailers"].count == 0


def test_what_is_the_policy_here_does_not_become_a_candidate_again(
    db: Database, restorer: FactsRestorer
) -> None:
    clue = {
        "policy": "candidate",
        "page": URI,
        "way": "home",
        "text": None,
        "noted_at": "2026-01-01T00:00:00Z",
    }
    with transaction(db):
        restorer.enter_facts(facts())
        candidate = capture()
        restorer.enter_facts(
            facts(
                candidate,
                policy="candidate",
                page=PAGE | {"finding": "no policy", "relation": "other"},
                clues=[clue],
            )
        )
        restorer.take_body(record(candidate, kind="candidate"))
    assert db.execute(
        "select kind, relation, finding from pages g join policies p on p.id = policy_id"
    ).fetchall() == [("privacy", None, None)]
    assert db.execute("select page_id, way from clues").fetchall() == [(1, "home")]
    assert db.execute("select page_id, state from captures").fetchall() == [(1, "fetched")]


def test_what_is_known_of_a_page_is_not_overwritten(db: Database, restorer: FactsRestorer) -> None:
    known = PAGE | {
        "listing": "complete",
        "listed_at": "2026-01-01T00:00:00Z",
        "finding": "first",
        "waypoint": 1,
    }
    other = PAGE | {
        "listing": "failed",
        "listed_at": "2020-01-01T00:00:00Z",
        "finding": "second",
        "relation": "own",
    }
    with transaction(db):
        restorer.enter_facts(facts(page=PAGE | {"found_by": "link", "waypoint": 1}))
        for page in (known, other):
            restorer.enter_facts(facts(page=page))
    assert db.execute(
        "select found_by, listing, listed_at, finding, relation, waypoint from pages"
    ).fetchall() == [("cdx", "complete", "2026-01-01T00:00:00Z", "first", "own", 0)]


def test_a_retailer_has_the_policies_that_are_facts(db: Database, restorer: FactsRestorer) -> None:
    with transaction(db):
        restorer.enter_facts(
            FactsRecord({"retailer": {"domain": "nobody.example", "name": None}, "policies": []})
        )
        restorer.enter_facts(
            FactsRecord({"retailer": {"domain": "shop.example", "name": "A"}, "policies": ["home"]})
        )
        restorer.enter_facts(
            FactsRecord({"retailer": {"domain": "shop.example", "name": "B"}, "policies": ["home"]})
        )
    assert db.execute("select * from retailers").fetchall() == [
        ("nobody.example", None),
        ("shop.example", "A"),
    ]
    assert db.execute("select retailer, kind from policies").fetchall() == [("shop.example", "home")]


def test_clues_find_their_captures(db: Database, restorer: FactsRestorer) -> None:
    seen = {
        "domain": "shop.example",
        "policy": "privacy",
        "page": URI,
        "timestamp": "20140530130240",
        "original": URI,
        "digest": "-",
    }
    clue = {
        "policy": "privacy",
        "page": URI,
        "way": "home",
        "text": "Privacy",
        "noted_at": "then",
        "capture": seen,
    }
    elsewhere = clue | {"page": "http://shop.example/none"}
    with transaction(db):
        restorer.enter_facts(facts(capture()))
        for _ in range(2):
            restorer.enter_facts(
                FactsRecord(
                    {
                        "retailer": {"domain": "shop.example"},
                        "clues": [clue, elsewhere, clue | {"way": "path"}],
                    }
                )
            )
    assert db.execute("select page_id, way, capture_id, text, noted_at from clues").fetchall() == [
        (1, "home", 1, "Privacy", "then"), (1, "path", 1, "Privacy", "then"),
    ]  # fmt: skip
