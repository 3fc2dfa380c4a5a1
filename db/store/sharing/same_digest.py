"""Captures of one page with one digest: which body they have, and what proves it.

An index lists the SHA-1 of the payload as it was captured. An archive can encode it again for the client, so
the SHA-1 of an honest body often differs (docs/wayback.md "Content encoding"). It can also show another
capture of the same second. So a body is that of a digest only if its SHA-1 is the digest, or if two requested
captures of the digest brought the same one. docs/decisions/0021-bodies-of-a-digest.md has the reasons.

Call the functions that write inside a transaction.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from db.store.bodies import Bodies
from db.store.captures import EMPTY_DIGEST

OTHER_CAPTURE = "replay shows another capture of that second"  # how the reason of such a failure begins
_SHA1 = re.compile(r"[A-Z2-7]{32}")
# Captures of a digest that may have its body: not redirects, which may lead elsewhere with the same body.
_OF_DIGEST = "page_id = :page and digest = :digest and coalesce(status, 200) / 100 != 3"


@dataclass(frozen=True)
class Sharing:
    """What became of the captures with the digest of one that was fetched.

    `settled`: the digest's body is known. `shared` are the ids of captures that got it, `refuted` of those
    that had another one, which was taken from them.
    """

    settled: bool
    shared: tuple[int, ...] = ()
    refuted: tuple[int, ...] = ()


class _Held(NamedTuple):
    """A body of captures with one digest. `witnesses` of them were requested, and brought it."""

    body_id: int
    witnesses: int


def digest_of(payload: bytes) -> str:
    """Return the digest of a payload as indexes write it: SHA-1 in base 32."""
    return b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


def statuses_agree(listed: int | None, shown: int | None) -> bool:
    """Return whether a capture that an index lists with a status can be replayed with another one.

    Statuses of one class agree: an archive may send 302 for 301. An unknown status agrees with all, and so
    does one outside 200 to 599, which HTTP cannot always send.
    """
    if listed is None or shown is None or not 200 <= listed < 600:
        return True
    return listed // 100 == shown // 100


def listed_status(db: Database, capture_id: int) -> int | None:
    """Return the status of the page in a capture, by the index alone; None if the index does not know it.

    A revisit has the status of the captures with its digest, if these are all of one class.
    """
    mimetype, status = db.execute(
        "select mimetype, status from captures where id = ?", [capture_id]
    ).fetchone()
    if status is not None and mimetype != "warc/revisit":
        return int(status)
    classes = db.execute(
        """select min(o.status) from captures c
        join captures o on o.page_id = c.page_id and o.digest = c.digest and o.id != c.id
        where c.id = ? and c.digest not in ('-', ?) and o.status between 200 and 599
        and coalesce(o.mimetype, '') != 'warc/revisit' group by o.status / 100""",
        [capture_id, EMPTY_DIGEST],
    ).fetchall()
    return int(classes[0][0]) if len(classes) == 1 else None


def other_of_second(db: Database, capture_id: int, digests: Collection[str]) -> str | None:
    """Return the digest of another capture of the page's second, if it is among `digests` of a payload.

    None if the capture's own digest is among them, or if the capture has none.
    """
    rows = db.execute(
        """select o.digest, c.digest from captures c
        join captures o on o.page_id = c.page_id and o.timestamp = c.timestamp and o.digest != c.digest
        where c.id = ? and c.digest != '-' order by o.id""",
        [capture_id],
    ).fetchall()
    found = [other for other, own in rows if other in digests and own not in digests]
    return str(found[0]) if found else None


def body_of(db: Database, bodies: Bodies, page_id: int, digest: str, proven: int | None = None) -> int | None:
    """Return the id of the body that captures of a page with this digest have; None if nothing proves one.

    `proven` is a body that the SHA-1 of its payload has proven when it came. A body that no request brought
    is of a file, in which a record names its own digest.
    """
    if proven is not None:
        return proven
    held = _held(db, page_id, digest)
    trusted = [one.body_id for one in held if one.witnesses != 1]
    if len(held) == len(trusted) == 1:
        return trusted[0]
    for one in held if _SHA1.fullmatch(digest) else ():
        body = bodies.get_if_sound(one.body_id)
        if body is not None and digest_of(body) == digest:
            return one.body_id
    return trusted[0] if len(trusted) == 1 else None


def share(db: Database, bodies: Bodies, capture_id: int, *, proven: bool = False) -> Sharing:
    """Store the body of a fetched capture's digest for the others of its page and digest.

    `proven` says that the SHA-1 of the capture's payload is the digest. No request was made for the others,
    so they keep `attempts` and `fetched_at`. A capture to which the archive shows another one does not get
    the body. One that has another body than its digest loses it, and counts as failed.
    """
    page_id, digest, status, own = db.execute(
        "select page_id, digest, status, body_id from captures where id = ?", [capture_id]
    ).fetchone()
    if digest in (None, "-", EMPTY_DIGEST) or (status or 200) // 100 == 3 or own is None:
        return Sharing(settled=False)
    key = {"page": page_id, "digest": digest}
    (others,) = db.execute(
        f"select count(*) from captures where {_OF_DIGEST} and body_id is not :own", {**key, "own": own}
    ).fetchone()
    if not others:
        return Sharing(settled=True)
    body = body_of(db, bodies, page_id, digest, own if proven else None)
    if body is None:
        return Sharing(settled=False)
    refuted = _refute(db, key, body)
    return Sharing(True, _give(db, key, body), refuted)


def disputed(db: Database, page_id: int) -> set[str]:
    """Return the digests of a page to whose captures different bodies came.

    They say nothing about the body.
    """
    rows = db.execute(
        "select digest from captures where page_id = ? group by digest having count(distinct body_id) > 1",
        [page_id],
    )
    return {str(row[0]) for row in rows}


def _held(db: Database, page_id: int, digest: str) -> list[_Held]:
    rows = db.execute(
        f"""select body_id, count(fetched_at) from captures where {_OF_DIGEST} and body_id is not null
        group by body_id order by min(id)""",
        {"page": page_id, "digest": digest},
    )
    return [_Held(*row) for row in rows.fetchall()]


def _refute(db: Database, key: dict[str, object], body_id: int) -> tuple[int, ...]:
    """Take other bodies, which requests brought, from the captures of a digest.

    Return the ids of those that were requested. The others had shared such a body, and are listed again.
    """
    wrong = [
        one.body_id
        for one in _held(db, int(str(key["page"])), str(key["digest"]))
        if one.witnesses and one.body_id != body_id
    ]
    found: list[int] = []
    for one in wrong:
        rows = db.execute(
            f"""update captures set state = iif(fetched_at is null, 'listed', 'failed'),
                   reason = iif(fetched_at is null, null, :reason),
                   verdict = null, text_id = null, body_id = null, headers = null, fetched_at = null
            where {_OF_DIGEST} and body_id = :wrong returning id, state""",
            {**key, "wrong": one, "reason": f"{OTHER_CAPTURE}: not the body of its digest"},
        )
        found += [int(row[0]) for row in rows.fetchall() if row[1] == "failed"]
    return tuple(found)


def _give(db: Database, key: dict[str, object], body_id: int) -> tuple[int, ...]:
    """Copy a body to the captures of its digest that have none.

    Their own headers and status stay if known.
    """
    source, status = db.execute(
        f"""select id, coalesce(status, 200) from captures where {_OF_DIGEST} and body_id = :body
        order by fetched_at is null, timestamp, id limit 1""",
        {**key, "body": body_id},
    ).fetchone()
    rows = db.execute(
        f"""update captures set state = 'fetched', reason = null, verdict = null, text_id = null,
               fetched_at = null, body_id = (select body_id from captures where id = :source),
               headers = coalesce(headers, (select headers from captures where id = :source)),
               status = coalesce(status, (select status from captures where id = :source))
        where {_OF_DIGEST} and body_id is null
        and (status is null or mimetype = 'warc/revisit' or status not between 200 and 599
             or status / 100 = :class)
        and not (state = 'failed' and reason like '{OTHER_CAPTURE}%') returning id""",
        {**key, "source": source, "class": status // 100},
    )
    return tuple(int(row[0]) for row in rows.fetchall())
