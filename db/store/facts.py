"""The facts of an archive as plain values, page by page: what an export writes down so that an import can enter them again.

Facts are what was found, not what was made of it: who is watched, at which addresses, and every capture with its state, also
those that could not be had. Texts, verdicts, versions and changes follow from them (`rebuild`). The journals of this machine's
own runs (`crawls`, `saves`, `searches`) stay where they are, and so does what is no capture's own: other archives' bodies
(`conflicts`), and texts that were imported without a page.

db/store/fact_validation.py reads facts that come from outside.
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
CAPTURE = (
    "archive", "timestamp", "original", "mimetype", "status", "digest", "length", "state", "reason", "attempts", "fetched_at",
    "headers", "body", "replay_key",
)  # fmt: skip
# Of a capture that is held, or whose text was imported, the reason is its verdict's, which is derived.
_REASON = "case when c.state = 'fetched' or (c.state = 'listed' and c.verdict is not null) then null else c.reason end"
KEY = ("domain", "policy", "page", "timestamp", "original", "digest")


@dataclass(frozen=True)
class CaptureFacts:
    """A capture that the archive has: its moment (ISO 8601; None where it names none), its body's id, and its facts."""

    captured_at: str | None
    body_id: int | None
    fact: Fact


def kinds(db: Database, domain: str) -> list[str]:
    """The kinds of a retailer's policies."""
    return [
        kind
        for (kind,) in db.execute(
            "select kind from policies where retailer = ? order by kind", [domain]
        ).fetchall()
    ]


def pages(db: Database, domain: str) -> list[tuple[int, str, Fact]]:
    """The pages of all policies of a retailer, in the order in which they were found: id, kind of the policy, facts."""
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
    """The captures of a page that meet a condition on `c` (a captures row), by time.

    `body` is the sha256 of a fetched one's body. Of a text that was imported nothing is told.
    """
    rows = db.execute(
        f"""select c.captured_at, c.body_id, c.archive, c.timestamp, c.original, c.mimetype, c.status, nullif(c.digest, '-'),
               c.length, c.state, {_REASON}, c.attempts,
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
    """How it is known of each page of a retailer that it belongs there; `capture` names the capture that showed it."""
    rows = db.execute(
        """select p.kind, g.url, k.way, k.text, k.noted_at, q.retailer, q.kind, h.url, c.timestamp, c.original, c.digest
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
    """Enter a page; of one that the archive has, only what it does not know yet. To be called inside a transaction."""
    page = retailers.add_page(db, policy_id, fact["url"], fact["found_by"], waypoint=bool(fact["waypoint"]))
    db.execute(
        """update pages set relation = coalesce(relation, ?), finding = coalesce(finding, ?),
               (listing, listing_reason, listed_at) = (select case when listing is null then ? else listing end,
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
    """Enter a capture and say whether it is new. One that was fetched is `listed` until `fill` gives it its body.

    To be called inside a transaction.
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
        capture_states.restore_state(db, capture.id, fact["state"], fact["reason"], fact["attempts"])
    return capture, new


def fill(db: Database, capture_id: int, fact: Fact, body_id: int) -> bool:
    """Give a capture its body and say whether it had none. To be called inside a transaction."""
    headers = None if fact["headers"] is None else captures.as_json(fact["headers"])
    return capture_states.restore_body(db, capture_id, body_id, {**fact, "headers": headers})


def enter_clue(db: Database, domain: str, fact: Fact) -> None:
    """Enter a clue; one whose page is not there has nothing to tell. To be called inside a transaction."""
    page_id = _page_id(db, domain, fact["policy"], fact["page"])
    if page_id is not None:
        db.execute(
            "insert or ignore into clues (page_id, way, capture_id, text, noted_at) values (?, ?, ?, ?, ?)",
            [page_id, fact["way"], _capture_id(db, fact["capture"]), fact["text"], fact["noted_at"]],
        )


def _page_id(db: Database, domain: str, kind: str, url: str) -> int | None:
    """The page of an address: of this kind, or what was a candidate or another region's there and is the policy's here."""
    row = db.execute(
        """select g.id from pages g join policies p on p.id = g.policy_id
        where p.retailer = :domain and g.urlkey = :urlkey and p.kind in (:kind, iif(:kind = 'home', 'home', 'privacy'))
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
