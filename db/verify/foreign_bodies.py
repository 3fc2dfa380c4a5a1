"""Bodies that contradict the row of their capture: the archive showed another capture (docs/archive.md).

Only bodies that a request brought are checked, and those that were shared from one. Records of files name
their own digest.
"""

import json
from collections.abc import Collection, Iterator

from sqlite_utils import Database

from db.headers import header
from db.store.bodies import Bodies
from db.store.captures import EMPTY_DIGEST
from db.store.sharing.same_digest import body_of, digest_of
from db.verify.faults import Faults, Problem, the_capture

# A capture `c` with a body that was requested for it, or for another capture of its page and digest.
_REQUESTED = """c.body_id is not null and exists (select 1 from captures w where w.page_id = c.page_id
    and w.digest = c.digest and w.body_id = c.body_id and w.fetched_at is not null)"""
_REDIRECTED = f"""select c.id, c.body_id, c.headers from captures c where c.status between 200 and 599
    and c.status / 100 != 3 and c.headers like '%location%' and {_REQUESTED}"""
_SAME_SECOND = f"""select c.id, c.body_id, c.digest, o.digest from captures c
    join captures o on o.page_id = c.page_id and o.timestamp = c.timestamp and o.digest != c.digest
    where c.digest != '-' and coalesce(c.status, 200) / 100 != 3 and o.digest not in ('-', :empty)
        and {_REQUESTED}"""
_DISPUTED = """select page_id, digest from captures where digest not in ('-', :empty) and body_id is not null
    and coalesce(status, 200) / 100 != 3 group by page_id, digest having count(distinct body_id) > 1"""
_OF_DIGEST = f"""select c.id, c.body_id from captures c where c.page_id = ? and c.digest = ?
    and coalesce(c.status, 200) / 100 != 3 and {_REQUESTED}"""
_SHARED = """select c.id, c.page_id, c.digest, c.body_id from captures c where c.digest not in ('-', :empty)
    and c.body_id is not null and c.fetched_at is null and coalesce(c.status, 200) / 100 != 3
    and (select count(*) from captures w where w.page_id = c.page_id and w.digest = c.digest
         and w.body_id = c.body_id and w.fetched_at is not null) = 1"""


def check(db: Database, faults: Faults, only: Collection[int] | None = None) -> None:
    """Find the captures with a foreign body, of all bodies or those of `only`.

    Note those with a body that only one request brought, and that its digest does not prove: they are no
    problem, but a repair requests one more of each digest.
    """
    bodies = _Digests(db)
    found: dict[int, str] = {}
    for capture_id, body_id, what in (*_redirected(db), *_of_the_second(db, bodies), *_disputed(db, bodies)):
        if (only is None or body_id in only) and body_id not in faults.blocked:
            found.setdefault(capture_id, what)
    for capture_id, what in sorted(found.items()):
        faults.foreign.add(capture_id)
        faults.add(Problem("facts", "captures", capture_id, what, the_capture(db, capture_id)))
    unproven = set()
    for capture_id, page_id, digest, body_id in db.execute(_SHARED, {"empty": EMPTY_DIGEST}).fetchall():
        if (
            (only is None or body_id in only)
            and capture_id not in found
            and not bodies.proves(digest, body_id)
        ):
            faults.unproven.add(capture_id)
            unproven.add((page_id, digest))
    if unproven:
        faults.notes.append(
            f"{len(faults.unproven)} captures share the body of {len(unproven)} others, and nothing proves"
            " that it is theirs: --repair requests one more capture of each digest"
        )


class _Digests:
    """The SHA-1 of bodies, each computed once."""

    def __init__(self, db: Database) -> None:
        self.bodies = Bodies(db)
        self._known: dict[int, str] = {}

    def proves(self, digest: str, body_id: int) -> bool:
        """Return whether a body has this digest; False for a damaged one."""
        if body_id not in self._known:
            body = self.bodies.get_if_sound(body_id)
            self._known[body_id] = "" if body is None else digest_of(body)
        return self._known[body_id] == digest


def _redirected(db: Database) -> Iterator[tuple[int, int, str]]:
    """Yield captures of pages whose replay was a redirect: only then is a `Location` stored."""
    for capture_id, body_id, headers in db.execute(_REDIRECTED).fetchall():
        try:
            is_redirect = (
                header([(name, value) for name, value in json.loads(headers)], "location") is not None
            )
        except (TypeError, ValueError):
            continue
        if is_redirect:
            yield capture_id, body_id, "its body is that of a redirect, but the index lists a page"


def _of_the_second(db: Database, bodies: _Digests) -> Iterator[tuple[int, int, str]]:
    for capture_id, body_id, own, other in db.execute(_SAME_SECOND, {"empty": EMPTY_DIGEST}).fetchall():
        if bodies.proves(other, body_id) and not bodies.proves(own, body_id):
            yield capture_id, body_id, "its body is that of another capture of its second"


def _disputed(db: Database, bodies: _Digests) -> Iterator[tuple[int, int, str]]:
    for page_id, digest in db.execute(_DISPUTED, {"empty": EMPTY_DIGEST}).fetchall():
        due = body_of(db, bodies.bodies, page_id, digest)
        for capture_id, body_id in db.execute(_OF_DIGEST, [page_id, digest]).fetchall() if due else ():
            if body_id != due:
                yield capture_id, body_id, "its body is not that of its digest"
