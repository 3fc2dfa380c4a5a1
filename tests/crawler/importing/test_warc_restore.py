from typing import Any

import pytest
from sqlite_utils import Database

from crawler.importing.warc_reader import Record, Told
from crawler.importing.warc_restore import Restoring
from db.database import transaction
from db.export.warc_records import record_id
from db.store.bodies import Bodies
from db.store.fact_validation import FactError

URI = "http://shop.example/privacy"
ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"  # of "one"
PAGE = {"url": URI, "found_by": "cdx", "coverage": []}


def capture(timestamp: str = "20140530130240", **more: Any) -> dict[str, Any]:
    return {
        "archive": "web.archive.org", "timestamp": timestamp, "original": URI, "digest": None, "state": "fetched",
        "attempts": 2, "fetched_at": "2026-01-01T00:00:00Z", "headers": [["A", "ü"]], "status": 200, "body": ONE,
    } | more  # fmt: skip


def told(*captures: dict[str, Any], **more: Any) -> Told:
    page = {"policy": "privacy", "page": PAGE, "captures": list(captures)}
    return Told({"form": 1, "retailer": {"domain": "shop.example", "name": None}} | page | more)


def record(of: dict[str, Any], raw: bytes = b"one", kind: str = "privacy") -> Record:
    return Record(URI, "", 200, None, "", None, (), raw, id=record_id("shop.example", kind, URI, of), raw=raw)


@pytest.fixture
def restoring(db: Database) -> Restoring:
    return Restoring(db, Bodies(db))


def held(db: Database, columns: str) -> list[tuple[Any, ...]]:
    return db.execute(f"select {columns} from captures order by timestamp").fetchall()


def test_a_capture_is_listed_until_its_body_comes(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        restoring.tell(told(capture(), capture("20150530130240")))
        assert held(db, "state, attempts, fetched_at, headers") == [("listed", 0, None, None)] * 2
        assert (restoring.read, restoring.new, restoring.filled, restoring.lacking) == (2, 2, 0, 2)
        assert restoring.give(record(capture()))
    assert (
        held(db, "state, attempts, fetched_at, headers, status, body_id, archive")
        == [("fetched", 2, "2026-01-01T00:00:00Z", '[["A","ü"]]', 200, 1, "web.archive.org")] * 2
    )
    assert (restoring.filled, restoring.lacking, restoring.policies) == (2, 0, {1})


def test_a_body_that_the_archive_has_is_not_waited_for(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        restoring.tell(told(capture()))
        restoring.give(record(capture()))
        restoring.tell(told(capture("20150530130240")))
    assert [state for (state,) in held(db, "state")] == ["fetched", "fetched"]


def test_a_record_that_was_not_told_of_is_anothers(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        assert not restoring.give(record(capture()))
        restoring.tell(told(capture()))
        assert not restoring.give(record(capture("20150530130240")))


def test_another_body_is_not_taken(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        restoring.tell(told(capture()))
        assert restoring.give(record(capture(), b"two"))
    assert (held(db, "state, body_id"), restoring.lacking) == ([("listed", None)], 1)


def test_what_was_fetched_here_stays(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        restoring.tell(told(capture()))
        restoring.give(record(capture()))
        restoring.tell(told(capture(attempts=9, body="ab" * 32, archive="elsewhere")))
    assert held(db, "attempts, archive, state") == [(2, "web.archive.org", "fetched")]
    assert restoring.lacking == 0


def test_facts_that_are_partly_wrong_enter_nothing(db: Database, restoring: Restoring) -> None:
    for wrong in (
        told(capture(), capture(state="lost")),
        told(capture(), clues=[{}]),
        told(capture(), page={}),
    ):
        with pytest.raises(FactError), transaction(db):
            restoring.tell(wrong)
    assert held(db, "id") == []
    assert db["retailers"].count == 0


def test_what_is_the_policy_here_does_not_become_a_candidate_again(
    db: Database, restoring: Restoring
) -> None:
    clue = {
        "policy": "candidate",
        "page": URI,
        "way": "home",
        "text": None,
        "noted_at": "2026-01-01T00:00:00Z",
    }
    with transaction(db):
        restoring.tell(told())
        candidate = capture()
        restoring.tell(
            told(
                candidate,
                policy="candidate",
                page=PAGE | {"finding": "no policy", "relation": "other"},
                clues=[clue],
            )
        )
        restoring.give(record(candidate, kind="candidate"))
    assert db.execute(
        "select kind, relation, finding from pages g join policies p on p.id = policy_id"
    ).fetchall() == [("privacy", None, None)]
    assert db.execute("select page_id, way from clues").fetchall() == [(1, "home")]
    assert db.execute("select page_id, state from captures").fetchall() == [(1, "fetched")]


def test_what_is_known_of_a_page_is_not_overwritten(db: Database, restoring: Restoring) -> None:
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
        restoring.tell(told(page=PAGE | {"found_by": "link", "waypoint": 1}))
        for page in (known, other):
            restoring.tell(told(page=page))
    assert db.execute(
        "select found_by, listing, listed_at, finding, relation, waypoint from pages"
    ).fetchall() == [("cdx", "complete", "2026-01-01T00:00:00Z", "first", "own", 0)]


def test_a_retailer_has_the_policies_that_are_told(db: Database, restoring: Restoring) -> None:
    with transaction(db):
        restoring.tell(Told({"retailer": {"domain": "nobody.example", "name": None}, "policies": []}))
        restoring.tell(Told({"retailer": {"domain": "shop.example", "name": "A"}, "policies": ["home"]}))
        restoring.tell(Told({"retailer": {"domain": "shop.example", "name": "B"}, "policies": ["home"]}))
    assert db.execute("select * from retailers").fetchall() == [
        ("nobody.example", None),
        ("shop.example", "A"),
    ]
    assert db.execute("select retailer, kind from policies").fetchall() == [("shop.example", "home")]


def test_clues_find_their_captures(db: Database, restoring: Restoring) -> None:
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
        restoring.tell(told(capture()))
        for _ in range(2):
            restoring.tell(
                Told(
                    {
                        "retailer": {"domain": "shop.example"},
                        "clues": [clue, elsewhere, clue | {"way": "path"}],
                    }
                )
            )
    assert db.execute("select page_id, way, capture_id, text, noted_at from clues").fetchall() == [
        (1, "home", 1, "Privacy", "then"), (1, "path", 1, "Privacy", "then"),
    ]  # fmt: skip
