"""What the archive file still waits for: captures and listings that a later run tries again."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlite_utils import Database

from db import times
from db.store.captures import MAX_ATTEMPTS
from db.store.retry_dates import RETRY_DAYS, is_due, may_pass


class Waiting(NamedTuple):
    """Numbers of captures: `to_try` by the next run, `given_up` by this run, `resting` until they are due.

    `due_at` (ISO 8601) is when the first of those given up or resting is due, None for none.
    """

    to_try: int
    given_up: int = 0
    resting: int = 0
    due_at: str | None = None


def of_captures(
    db: Database,
    archive: str,
    policy_ids: Iterable[int],
    first: str | None = None,
    last: str | None = None,
    *,
    since: str | None = None,
) -> Waiting:
    """Count the captures of these policies that the archive may still show.

    `first` and `last` (1 to 14 digits) limit the timestamps of the captures, as in a crawl. `since` is when
    the run began (ISO 8601).
    """
    rows = db.execute(
        f"""select c.state, c.attempts, c.reason, c.fetched_at
            from captures c join pages g on g.id = c.page_id
        where g.policy_id in ({_marks(policy_ids)}) and c.archive = ? and c.state in ('listed', 'failed')
            and c.timestamp >= ? and substr(c.timestamp, 1, ?) <= ?""",
        [archive, first or "", len(last or "9"), last or "9"],
    )
    to_try = given_up = resting = 0
    moments = []
    for state, attempts, reason, asked_at in rows.fetchall():
        if state == "listed" or attempts < MAX_ATTEMPTS or is_due(reason, asked_at):
            to_try += 1
        elif may_pass(reason):
            moments.append(str(asked_at))
            if since is not None and asked_at >= since:
                given_up += 1
            else:
                resting += 1
    due = times.seconds(min(moments)) + RETRY_DAYS * 24 * 3600 - times.clock() if moments else 0.0
    return Waiting(to_try, given_up, resting, times.iso(times.after(due)) if moments else None)


def to_try(
    db: Database, archive: str, policy_ids: Iterable[int], first: str | None = None, last: str | None = None
) -> int:
    """Count what a later run will try again for these policies.

    Captures of this archive and failed listings.
    """
    ids = list(policy_ids)
    return of_captures(db, archive, ids, first, last).to_try + unlisted(db, ids)


def unlisted(db: Database, policy_ids: Iterable[int]) -> int:
    """Count the pages of these policies with a failed listing."""
    query = f"select count(*) from pages where policy_id in ({_marks(policy_ids)}) and listing = 'failed'"
    return int(db.execute(query).fetchone()[0])


def _marks(policy_ids: Iterable[int]) -> str:
    return ",".join(str(int(policy_id)) for policy_id in policy_ids) or "null"
