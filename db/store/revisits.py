"""Revisits: captures of an imported file that have the body of an earlier capture."""

from sqlite_utils import Database

from db.store import capture_states
from db.store.bodies import Bodies
from db.store.same_digest import body_of, statuses_agree

_ORPHAN = "a revisit whose first capture is not in the file"


def resolve(db: Database, bodies: Bodies, archive: str) -> set[int]:
    """Store the body of its digest for each listed capture of a file; the others have failed.

    Captures that failed for this reason in an earlier import are tried again. Returns the ids of the policies
    with newly fetched captures. Call it inside a transaction.
    """
    waiting = db.execute(
        """select c.id, c.page_id, c.digest, c.status, g.policy_id
        from captures c join pages g on g.id = c.page_id
        where (c.state = 'listed' and c.archive = ?) or (c.state = 'failed' and c.reason = ?)""",
        [archive, _ORPHAN],
    ).fetchall()
    policies = {
        int(policy_id)
        for capture_id, page_id, digest, status, policy_id in waiting
        if _take_body(db, bodies, capture_id, page_id, digest, status)
    }
    capture_states.fail_listed(db, archive, _ORPHAN)
    return policies


def _take_body(
    db: Database, bodies: Bodies, capture_id: int, page_id: int, digest: str, status: int | None
) -> bool:
    """Copy the body of its digest to a revisit; return False if no capture has one that is proven.

    A capture of the same page is preferred, then the earliest, with a status that agrees.
    """
    if digest == "-":
        return False
    sources = db.execute(
        """select id, page_id, body_id, status from captures where digest = ? and body_id is not null
        order by page_id != ?, timestamp, id""",
        [digest, page_id],
    ).fetchall()
    proven: dict[int, int | None] = {}
    for source, page, body_id, shown in sources:
        is_redirect = (shown or 200) // 100 == 3  # its body proves nothing, and is empty most of the time
        if not is_redirect and page not in proven:
            proven[page] = body_of(db, bodies, page, digest)
        if statuses_agree(status, shown) and (is_redirect or proven[page] == body_id):
            capture_states.take_body(db, capture_id, source)
            return True
    return False
