"""What a run brought: only what was not there before, however it is numbered now."""

from sqlite_utils import Database

from db.database import transaction
from db.history import versions
from db.query.run_news import PolicySnapshot, news, snapshot
from db.store import captures
from extract.html.source_text import source_text
from tests.support.shop import Shop


def test_of_a_new_archive_everything_is_new(db: Database) -> None:
    shop = Shop(db)
    assert news(db, {}, [shop.policy_id]) == [
        {
            "domain": "shop.example",
            "captures": 0,
            "fetched": 0,
            "verdicts": {},
            "versions": [],
            "changes": [],
            "listings": [],
            "missing": [],
        }
    ]
    before = snapshot(db)
    for timestamp, markdown in (
        ("20010101000000", "We keep names."),
        ("20020101000000", "We keep addresses."),
    ):
        shop.observe(timestamp, markdown)
    versions.refresh(db, shop.policy_id, source_text)
    (found,) = news(db, before, [shop.policy_id])
    assert (found["captures"], found["fetched"], found["verdicts"]) == (2, 2, {"policy": 2})
    assert [(v["version"], v["first_seen"], v["last_seen"]) for v in found["versions"]] == [
        (1, "2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        (2, "2002-01-01T00:00:00Z", "2002-01-01T00:00:00Z"),
    ]
    assert [
        (c["kind"], c["old_version"], c["new_version"], c["last_old"], c["first_new"])
        for c in found["changes"]
    ] == [("wording", 1, 2, "2001-01-01T00:00:00Z", "2002-01-01T00:00:00Z")]
    assert news(db, snapshot(db), [shop.policy_id])[0]["versions"] == []
    assert news(db, before, []) == []


def test_an_older_capture_that_numbers_all_anew_brings_one_version(db: Database) -> None:
    shop = Shop(db)
    for timestamp, markdown in (
        ("20010101000000", "We keep names."),
        ("20020101000000", "We keep addresses."),
    ):
        shop.observe(timestamp, markdown)
    versions.refresh(db, shop.policy_id, source_text)
    before = snapshot(db)
    shop.observe("20000101000000", "We keep nothing.")
    versions.refresh(db, shop.policy_id, source_text)
    (found,) = news(db, before, [shop.policy_id])
    assert [v["version"] for v in found["versions"]] == [1]
    assert [(c["old_version"], c["new_version"]) for c in found["changes"]] == [(1, 2)]


def test_what_is_missing_is_told_with_its_reason_and_whether_it_is_tried_again(db: Database) -> None:
    shop = Shop(db)
    first, second, third = (shop.list(f"200{number}0101000000", digest=str(number)) for number in (1, 2, 3))
    with transaction(db):
        captures.set_failed(db, first.id, "no answer")
        captures.set_failed(db, second.id, "no answer", final=True)
        captures.set_failed(db, third.id, "excluded from the archive", state="excluded")
        db.execute("update pages set listing = 'failed', listing_reason = 'it took too long'")
    (found,) = news(db, {shop.policy_id: PolicySnapshot()}, [shop.policy_id])
    assert found["missing"] == [
        {"state": "failed", "reason": "no answer", "captures": 2, "again": 1},
        {"state": "excluded", "reason": "excluded from the archive", "captures": 1, "again": 0},
    ]
    assert found["listings"] == [
        {"url": "http://shop.example/privacy", "listing": "failed", "reason": "it took too long"}
    ]
