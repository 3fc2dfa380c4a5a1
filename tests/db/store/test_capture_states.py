"""Who writes to table `captures`."""

import re

from db.database import transaction
from db.store import capture_states
from tests.support.paths import ROOT
from tests.support.shop import Shop

OWNERS = {
    "db/schema/migrations.py",
    "db/store/captures.py",
    "db/store/capture_states.py",
    "db/store/sharing/same_digest.py",
}


def test_three_modules_write_to_the_table_of_captures() -> None:
    writes = re.compile(
        r"(insert|replace)[a-z ]* into captures|update( or \w+)? captures|delete from captures"
    )
    writers = {
        str(path.relative_to(ROOT))
        for package in ("crawler", "db", "extract")
        for path in (ROOT / package).rglob("*.py")
        if writes.search(path.read_text())
    }
    assert writers == OWNERS


def test_a_merge_inserts_a_capture_and_updates_it(shelf: Shop) -> None:
    values = {
        "page_id": shelf.page.id,
        "timestamp": "20140101000000",
        "original": "http://a/",
        "archive": "a",
    }
    with transaction(shelf.db):
        number = capture_states.write_merged(shelf.db, None, values)
        assert capture_states.write_merged(shelf.db, number, values | {"archive": "b"}) == number
    assert shelf.row(number, "timestamp, original, archive") == ("20140101000000", "http://a/", "b")
