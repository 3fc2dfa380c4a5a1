"""Revisits: captures of which a file says that they show what an earlier one shows, and that have no body of their own."""

from sqlite_utils import Database

from db.store.captures import MAX_ATTEMPTS, Headers, as_json

_ORPHAN = "a revisit whose first capture is not in the file"


def resolve(db: Database, archive: str) -> set[int]:
    """Give listed captures of an imported file the body that another capture with their digest has; fail those without.

    Those that failed so in an earlier import are tried again. Gives the policies of which captures were fetched by this.
    """
    waiting = db.execute(
        """select c.id, c.page_id, c.digest, g.policy_id from captures c join pages g on g.id = c.page_id
        where (c.state = 'listed' and c.archive = ?) or (c.state = 'failed' and c.reason = ?)""",
        [archive, _ORPHAN],
    ).fetchall()
    policies = set()
    for capture_id, page_id, digest, policy_id in waiting:
        resolved = db.execute(
            """update captures set (state, reason, verdict, text_id, attempts, body_id, headers, status) =
                   (select 'fetched', null, null, null, 0, body_id, coalesce(captures.headers, headers),
                           coalesce(captures.status, c.status)
                    from captures c
                    where c.digest = ? and c.body_id is not null order by c.page_id != ?, c.timestamp limit 1)
               where id = ? and exists (select 1 from captures c where c.digest = ? and c.body_id is not null)""",
            [digest, page_id, capture_id, digest],
        )
        policies |= {int(policy_id)} if resolved.rowcount else set()
    db.execute(
        "update captures set state = 'failed', attempts = ?, reason = ? where state = 'listed' and archive = ?",
        [MAX_ATTEMPTS, _ORPHAN, archive],
    )
    return policies


def keep_headers(db: Database, capture_id: int, headers: Headers) -> None:
    """Keep the headers of a revisit, which are its own, until its body is known. To be called inside a transaction."""
    db.execute(
        "update captures set headers = ? where id = ? and body_id is null", [as_json(headers), capture_id]
    )


def share_digest(db: Database, capture_id: int, urlkey: str, timestamp: str) -> None:
    """Let a revisit that names its first capture, and no digest, have the digest of that one.

    Nothing is done where that capture is not there, or the revisit is known already. To be called inside a transaction.
    """
    db.execute(
        """update or ignore captures set digest = (
               select c.digest from captures c join pages g on g.id = c.page_id
               where g.urlkey = ? and c.timestamp = ? and c.digest != '-' order by c.body_id is null, c.page_id limit 1)
        where id = ? and digest = '-' and exists (
               select 1 from captures c join pages g on g.id = c.page_id
               where g.urlkey = ? and c.timestamp = ? and c.digest != '-')""",
        [urlkey, timestamp, capture_id, urlkey, timestamp],
    )
