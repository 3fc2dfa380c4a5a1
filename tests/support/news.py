"""An entry of news made of two texts, without an archive file."""

from typing import Any

from db.history.good_captures import GoodCapture
from db.news.entries import Entry, changed
from db.query.changes import FoundChange
from tests.support.differences import compare


def entry(old: str, new: str, **values: Any) -> Entry:
    """Return an entry; `values` are fields of its change."""
    compared = compare(old, new)
    size = compared.size
    fields: dict[str, Any] = {
        **{"id": 1, "policy_id": 1, "domain": "shop.example", "name": None, "kind": "wording"},
        **{"old_version": 1, "new_version": 2, "title": "Privacy", "words": 10, "captures": 1},
        **{"last_old": "2010-01-01T00:00:00Z", "first_new": "2011-01-01T00:00:00Z", "occurrence": 0},
        **{"words_added": size.words_added, "words_removed": size.words_removed, "similarity": 0.5},
        **{"set_aside": size.set_aside, "stated_before": None, "stated_date": None, "announced": None},
        **{"suspect": None, "certain": False, "old_text_id": 1, "new_text_id": 2},
        **{"known_at": "2026-01-05T02:00:00Z", "old_wording": "a", "new_wording": "b"},
    }
    change = FoundChange(**{**fields, **values})
    captures = (capture("20100101000000"), capture("20110101000000"))
    return Entry(change, changed(compared.pieces), *captures)


def capture(timestamp: str, archive: str = "web.archive.org") -> GoodCapture:
    at = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}T00:00:00Z"
    return GoodCapture(1, 1, at, archive, timestamp, "http://shop.example/privacy")
