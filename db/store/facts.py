"""The facts of an archive file as plain values, for an export.

An import can restore them. Facts are what was found: retailers, pages, and captures with their states. Texts,
verdicts, versions and changes are derived from them (`rebuild`). Not included are the logs of this machine's
runs (`crawls`, `saves`, `searches`), conflicts, and imported texts without a body. `fact_validation` checks
facts from outside.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from db.store import capture_states, captures, coverage, retailers
from db.store.captures import Capture, IndexRow
from db.store.coverage import Coverage
from db.store.retailers import Page
from db.urlkey import urlkey

Fact = dict[str, Any]

PAGE = ("url", "found_by", "listing", "listing_reason", "listed_at", "waypoint", "relation", "finding")
CAPTURE = [
    *("archive", "timestamp", "original", "mimetype", "status", "digest", "length", "state", "reason"),
    *("attempts", "fetched_at", "headers", "body", "replay_key"),
]
# SQL: the reason of a capture. With a body or an imported text it explains the verdict, so it is no fact.
_REASON = """case when c.state = 'fetched' or (c.state = 'listed' and c.verdict is not null) then null
    else c.reason end"""
KEY = ("domain", "policy", "page", "timestamp", "original", "digest")


@dataclass(frozen=True)
class CaptureFacts:
    """A stored capture: its moment, the id of its body, and its facts.

    `captured_at` is ISO 8601, or None if the timestamp is impossible. `body_id` is None without a body.
    """

    captured_at: str | None
    body_id: int | None
    fact: Fact


def kinds(db: Database, domain: str) -> list[str]:
    """Return the kinds of a retailer's policies, in alphabetical order."""
    rows = db.execute("select kind from policies where retailer = ? order by kind", [domain])
    return [kind for (kind,) in rows.fetchall()]


def pages(db: Database, domain: str) -> list[tuple[int, str, Fact]]:
    """Return the pages of all policies of a retailer, as (id, kind, facts).

    The page that was found first is first.
    """
    rows = db.execute(
        f"""select g.id, p.kind, {", ".join(f"g.{name}" for name in PAGE)} from pages g
        join policies p on p.id = g.policy_id where p.retailer = ? order by g.id""",
        [domain],
    ).fetchall()
    return [(row[0], row[1], dict(zip(PAGE, row[2:], strict=True)) | _covered(db, row[0])) for row in rows]


def _covered(db: Database, page_id: int) -> Fact:
    rows = db.execute(
        "select archive, listed_from, listed_to, whole_at from coverage where page_id = ? order by archive",
        [page_id],
    ).fetchall()
    return {"coverage": [list(row) for row in rows]}


def captures_of(db: Database, page_id: int, condition: str = "1", *values: object) -> Iterator[CaptureFacts]:
    """Yield the captures of a page that match an SQL condition, by time.

    In the condition, `c` is the table `captures`, and `values` are for its placeholders. The fact `body` is
    the SHA-256 of the body, or None. Imported texts are not included.
    """
    rows = db.execute(
        f"""select c.captured_at, c.body_id, c.archive, c.timestamp, c.original, c.mimetype, c.status,
               nullif(c.digest, '-'), c.length, c.state, {_REASON}, c.attempts,
               c.fetched_at, c.headers, b.sha256, c.replay_key
        from captures c left join bodies b on b.id = c.body_id
        where c.page_id = ? and {condition} order by c.timestamp, c.original, c.digest""",
        [page_id, *values],
    )
    for captured_at, body_id, *facts in rows:
        fact = dict(zip(CAPTURE, facts, strict=True))
        if fact["replay_key"] is None:  # most captures have none
            del fact["replay_key"]
        yield CaptureFacts(captured_at, body_id, fact | {"headers": _pairs(fact["headers"])})


def _pairs(stored: str | None) -> list[list[str]] | None:
    return None if stored is None else [[name, value] for name, value in json.loads(stored)]


def clues_of(db: Database, domain: str) -> Iterator[Fact]:
    """Yield the discovery evidence for a retailer's pages.

    The key `capture` identifies the capture that contains the link, or is None.
    """
    rows = db.execute(
        """select p.kind, g.url, k.way, k.text, k.noted_at, q.retailer, q.kind, h.url, c.timestamp,
               c.original, c.digest
        from clues k join pages g on g.id = k.page_id join policies p on p.id = g.policy_id
        left join captures c on c.id = k.capture_id left join pages h on h.id = c.page_id
        left join policies q on q.id = h.policy_id
        where p.retailer = ? order by k.id""",
        [domain],
    )
    for kind, url, way, text, noted_at, *key in rows:
        seen = dict(zip(KEY, key, strict=True)) if key[0] else None
        yield {"policy": kind, "page": url, "way": way, "text": text, "noted_at": noted_at, "capture": seen}


def enter_page(db: Database, policy_id: int, fact: Fact) -> Page:
    """Store a page. If the page is known, only its missing facts are stored.

    Call it inside a transaction.
    """
    page = retailers.add_page(db, policy_id, fact["url"], fact["found_by"], waypoint=bool(fact["waypoint"]))
    db.execute(
        """update pages set relation = coalesce(relation, ?), finding = coalesce(finding, ?),
               (listing, listing_reason, listed_at) = (select
                    case when listing is null then ? else listing end,
                    case when listing is null then ? else listing_reason end, coalesce(listed_at, ?))
        where id = ?""",
        [
            fact["relation"],
            fact["finding"],
            fact["listing"],
            fact["listing_reason"],
            fact["listed_at"],
            page.id,
        ],
    )
    for archive, first, reached, whole_at in fact["coverage"]:
        if coverage.of_page(db, page.id, archive) is None:
            coverage.store(db, page.id, archive, Coverage(first, reached, whole_at))
    return page


def enter_capture(db: Database, page: Page, fact: Fact) -> tuple[Capture, bool]:
    """Store a capture, and return it with True if it is new. Call it inside a transaction.

    A capture that was fetched is `listed` until `fill` stores its body.
    """
    row = IndexRow(
        page.urlkey,
        *(fact[name] for name in ("timestamp", "original", "mimetype", "status", "digest", "length")),
    )
    row = replace(row, replay_key=fact.get("replay_key"))
    new = bool(captures.record_rows(db, page.id, fact["archive"], [row]))
    capture = captures.find(db, page.id, row)
    if capture is None:
        raise LookupError(fact["original"])
    if new and fact["state"] != "fetched":
        capture_states.restore_state(
            db, capture.id, fact["state"], fact["reason"], fact["attempts"], fact["fetched_at"]
        )
    if fact["state"] != "fetched" and fact["headers"] is not None:
        capture_states.restore_headers(db, capture.id, captures.as_json(fact["headers"]))
    return capture, new


def fill(db: Database, capture_id: int, fact: Fact, body_id: int) -> bool:
    """Store the body of a capture. Return False if the capture has a body already.

    Call it inside a transaction.
    """
    headers = None if fact["headers"] is None else captures.as_json(fact["headers"])
    return capture_states.restore_body(db, capture_id, body_id, {**fact, "headers": headers})


def enter_clue(db: Database, domain: str, fact: Fact) -> None:
    """Store discovery evidence. It is ignored if its page is not stored.

    Call it inside a transaction.
    """
    page_id = _page_id(db, domain, fact["policy"], fact["page"])
    if page_id is not None:
        db.execute(
            "insert or ignore into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)",
            [page_id, fact["way"], _capture_id(db, fact["capture"]), fact["text"], fact["noted_at"]],
        )


def _page_id(db: Database, domain: str, kind: str, url: str) -> int | None:
    """Return the id of the page with an address, or None.

    A page of this kind is preferred, then a page of the privacy policy.
    """
    row = db.execute(
        """select g.id from pages g join policies p on p.id = g.policy_id
        where p.retailer = :domain and g.urlkey = :urlkey
        and p.kind in (:kind, iif(:kind = 'home', 'home', 'privacy'))
        order by p.kind = :kind desc""",
        {"domain": domain, "kind": kind, "urlkey": urlkey(url)},
    ).fetchone()
    return int(row[0]) if row else None


def _capture_id(db: Database, key: Fact | None) -> int | None:
    page_id = _page_id(db, key["domain"], key["policy"], key["page"]) if key else None
    if key is None or page_id is None:
        return None
    row = db.execute(
        "select id from captures where page_id = ? and timestamp = ? and original = ? and digest = ?",
        [page_id, key["timestamp"], key["original"], key["digest"]],
    ).fetchone()
    return int(row[0]) if row else None
