"""Revisits in imported files: captures without a body that repeat an earlier capture."""

from sqlite_utils import Database

from db.store import capture_states

_ORPHAN = "a revisit whose first capture is not in the file"


def resolve(db: Database, archive: str) -> set[int]:
    """Find the bodies of all listed captures of an imported file by their digests.

    Captures for which no body is found become failed. Captures that failed for this reason in an earlier
    import are tried again. Returns the ids of the policies with newly fetched captures. Call it inside a
    transaction.
    """
    waiting = db.execute(
        """select c.id, c.page_id, c.digest, g.policy_id from captures c join pages g on g.id = c.page_id
        where (c.state = 'listed' and c.archive = ?) or (c.state = 'failed' and c.reason = ?)""",
        [archive, _ORPHAN],
    ).fetchall()
    policies = {
        int(policy_id)
        for capture_id, page_id, digest, policy_id in waiting
        if capture_states.take_body_of_digest(db, capture_id, page_id, digest)
    }
    capture_states.fail_listed(db, archive, _ORPHAN)
    return policies
