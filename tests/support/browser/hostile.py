"""An archive in which every word tries to run code, to call home, or to break the page.

It is written without the crawler and the extractor, which would remove much of this. Archive files are passed
on, so pages must be harmless whoever made the file.
"""

import hashlib
import json
from itertools import pairwise
from pathlib import Path

from sqlite_utils import Database

from db.database import open_archive, transaction
from db.schema.ids import IDS_PER_POLICY
from db.store.bodies import Bodies
from db.store.texts import Text, put
from db.times import iso, moment
from db.urlkey import urlkey
from tests.support.browser.tricks import (
    ADDRESSES,
    BODIES,
    DOMAIN,
    DOMAIN_OF_TAGS,
    HEADERS,
    MARKDOWN_TRICKS,
    PAGE,
    TITLE,
    TRICKS,
)

MOMENTS = ("20100101000000", "20120302030405", "20150101000000", "20200101000000")
FAILED = "20210101000000"


def iso_of(timestamp: str) -> str:
    """Return a 14-digit timestamp as the archive's tables store it."""
    when = moment(timestamp)
    assert when, timestamp
    return iso(when)


SEEN = [iso_of(timestamp) for timestamp in MOMENTS]
PAGES = 100  # more than a policy has


def write(path: Path) -> Path:
    """Write the archive: two retailers, each with four versions. Return its path."""
    db = open_archive(path, create=True)
    with transaction(db):
        for number, domain in enumerate((DOMAIN, DOMAIN_OF_TAGS), 1):
            _write_policy(db, number, domain)
        _insert(db, "crawls (command, started_at, outcome)", TRICKS[0], SEEN[0], TRICKS[0])
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path


def _write_policy(db: Database, policy: int, domain: str) -> None:
    _insert(db, "retailers", domain, TITLE)
    _insert(db, "policies", policy, domain, "privacy")
    texts = [_write_text(db, policy, number) for number in range(len(MOMENTS))]
    captured = {**BODIES, **dict.fromkeys(ADDRESSES, BODIES[PAGE])}
    for page, (address, (body, mimetype)) in enumerate(captured.items(), policy * PAGES):
        listing = ("failed", TRICKS[0], SEEN[0]) if address in ADDRESSES else ("complete", None, SEEN[0])
        _insert(db, "pages", page, policy, address, urlkey(address), "given", *listing, 0, "other", TRICKS[0])
        _write_captures(db, page, address, body, mimetype, texts)
    _write_candidate(db, policy, domain)
    versions = _write_versions(db, policy, texts)
    _insert(
        db,
        "variants",
        first_id(policy),
        policy,
        versions[0],
        texts[1],
        policy * PAGES,
        "flip",
        *2 * [SEEN[0]],
        1,
    )


def _write_candidate(db: Database, policy: int, domain: str) -> None:
    """Record a rejected address, with hostile words as its reason and its origin."""
    address, kind, page = f"http://{domain}/terms?'\"<b>", policy + PAGES, policy * PAGES + PAGES - 1
    _insert(db, "policies", kind, domain, "candidate")
    _insert(db, "pages", page, kind, address, urlkey(address), "link", None, None, None, 0, None, TRICKS[0])
    _insert(db, "clues (page_id, way, text, noted_at)", page, "home", TRICKS[0], SEEN[0])


def first_id(policy: int) -> int:
    """Return the id of a policy's first version, and of its first change."""
    return policy * IDS_PER_POLICY + 1


def _write_text(db: Database, policy: int, number: int) -> int:
    """Return a text of all tricks, in another order for every number: a comparison shows each as a change."""
    html = [f"* {trick}" for trick in TRICKS]
    turned = [*html[number:], *html[:number], f"We keep your data for {policy}{number} years."]
    markdown = "\n\n".join([f"# {TITLE}", *turned, *MARKDOWN_TRICKS[number:], *TRICKS])
    sha256 = hashlib.sha256(markdown.encode()).hexdigest()
    text = Text(
        sha256,
        f"{policy}.{number} {TITLE}",
        markdown,
        TRICKS[0],
        len(markdown.split()),
        0.5,
        sha256,
        "policy",
        TRICKS[0],
    )
    return put(db, text, TRICKS[1])


def _write_captures(
    db: Database, page: int, address: str, body: bytes, mimetype: str | None, texts: list[int]
) -> None:
    """Record a good capture of an address at every moment, and one that failed with a hostile reason."""
    bodies = Bodies(db)
    headers = [["Content-Type", mimetype], *HEADERS] if mimetype else HEADERS
    columns = (
        "page_id, archive, timestamp, captured_at, original, mimetype, status, digest,"
        " state, verdict, reason, headers"
    )
    for timestamp, seen, text in zip(MOMENTS, SEEN, texts, strict=True):
        values = (
            page,
            TRICKS[0],
            timestamp,
            seen,
            address,
            mimetype,
            200,
            TRICKS[0],
            "fetched",
            "policy",
            TRICKS[0],
        )
        content = (json.dumps(headers), bodies.put(body, page_id=page, timestamp=timestamp), text)
        _insert(db, f"captures ({columns}, body_id, text_id)", *values, *content)
    failed = (
        page,
        TRICKS[0],
        FAILED,
        iso_of(FAILED),
        address,
        TRICKS[0],
        200,
        TRICKS[1],
        "failed",
        None,
        TRICKS[0],
        "[]",
    )
    _insert(db, f"captures ({columns})", *failed)


_VERSION = "id, policy_id, number, text_id, first_seen, last_seen, captures, stated_date, suspect"
_CHANGE = (
    "id, policy_id, old_version, new_version, kind, last_old, first_new, words_added, words_removed,"
    " similarity, old_text_id, new_text_id, stated_before, stated_date, announced, suspect"
)


def _write_versions(db: Database, policy: int, texts: list[int]) -> list[int]:
    """Record a version for every text, and the changes between them; return the versions' ids."""
    first = first_id(policy)
    for number, (seen, text) in enumerate(zip(SEEN, texts, strict=True)):
        of_version = (first + number, policy, number + 1, text, seen, seen, 1, TRICKS[0], TRICKS[0])
        _insert(db, f"versions ({_VERSION})", *of_version)
    for number, (before, after) in enumerate(pairwise(SEEN)):
        old = first + number
        of_change = (old, policy, old, old + 1, "wording", before, after, 100, 50, 0.5)
        marks = (TRICKS[0], TRICKS[1], "false", TRICKS[0])
        _insert(db, f"changes ({_CHANGE})", *of_change, *texts[number : number + 2], *marks)
    return [first + number for number in range(len(texts))]


def _insert(db: Database, table: str, *values: object) -> None:
    db.execute(f"insert into {table} values ({', '.join('?' * len(values))})", list(values))
