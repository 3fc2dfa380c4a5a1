"""Writes to table `captures` that do not come from a crawl: verdicts, imports, merges, repairs.

Only this module and `captures` write to the table. Call every function inside a transaction.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlite_utils import Database

from db.store.captures import MAX_ATTEMPTS, Headers, as_json


def set_verdict(db: Database, capture_id: int, verdict: str, reason: str, text_id: int | None) -> None:
    """Store the extraction result of a capture's body; without words, the text's id is None."""
    db.execute(
        "update captures set verdict = ?, reason = ?, text_id = ? where id = ?",
        [verdict, reason, text_id, capture_id],
    )


def set_imported_text(db: Database, capture_id: int, verdict: str, reason: str, text_id: int) -> None:
    """Record the text that another tool made of a capture; a capture with a body is left as it is.

    The reason of a capture that was skipped, failed or excluded stays.
    """
    db.execute(
        """update captures set verdict = ?, text_id = ?,
               reason = case state when 'listed' then ? else reason end
        where id = ? and body_id is null""",
        [verdict, text_id, reason, capture_id],
    )


def take_body_of_digest(db: Database, capture_id: int, page_id: int, digest: str) -> bool:
    """Copy the body of a fetched capture with this digest; return False if there is none.

    A capture of the same page is preferred, then the earliest. The revisit keeps its own headers and status.
    """
    taken = db.execute(
        """update captures set (state, reason, verdict, text_id, attempts, body_id, headers, status) =
               (select 'fetched', null, null, null, 0, body_id, coalesce(captures.headers, headers),
                       coalesce(captures.status, c.status)
                from captures c
                where c.digest = ? and c.body_id is not null order by c.page_id != ?, c.timestamp limit 1)
           where id = ? and exists (select 1 from captures c where c.digest = ? and c.body_id is not null)""",
        [digest, page_id, capture_id, digest],
    )
    return bool(taken.rowcount)


def fail_listed(db: Database, archive: str, reason: str) -> None:
    """Record for all listed captures of an archive that they failed for good."""
    db.execute(
        """update captures set state = 'failed', attempts = ?, reason = ?
        where state = 'listed' and archive = ?""",
        [MAX_ATTEMPTS, reason, archive],
    )


def keep_headers(db: Database, capture_id: int, headers: Headers) -> None:
    """Store the headers of a revisit, which are its own, until its body is known."""
    db.execute(
        "update captures set headers = ? where id = ? and body_id is null", [as_json(headers), capture_id]
    )


def share_digest(db: Database, capture_id: int, urlkey: str, timestamp: str) -> None:
    """Copy the digest of the capture that a revisit refers to.

    Nothing changes if that capture is not stored, if the revisit has a digest, or if its row exists already.
    """
    db.execute(
        """update or ignore captures set digest = (
               select c.digest from captures c join pages g on g.id = c.page_id
               where g.urlkey = ? and c.timestamp = ? and c.digest != '-'
               order by c.body_id is null, c.page_id limit 1)
        where id = ? and digest = '-' and exists (
               select 1 from captures c join pages g on g.id = c.page_id
               where g.urlkey = ? and c.timestamp = ? and c.digest != '-')""",
        [urlkey, timestamp, capture_id, urlkey, timestamp],
    )


def restore_state(
    db: Database, capture_id: int, state: str, reason: str | None, attempts: int, asked_at: str | None
) -> None:
    """Store the state of a capture without a body, as an export or an earlier moment of the run has it."""
    db.execute(
        "update captures set state = ?, reason = ?, attempts = ?, fetched_at = ? where id = ? and body_id is null",
        [state, reason, attempts, asked_at, capture_id],
    )


def set_excluded(db: Database, capture_id: int, reason: str) -> None:
    """Record that a failed capture is one that the archive does not show. It costs no further attempt."""
    db.execute(
        "update captures set state = 'excluded', reason = ? where id = ? and state = 'failed'",
        [reason, capture_id],
    )


def readmit(db: Database, capture_ids: Iterable[int]) -> None:
    """Have excluded captures requested again."""
    db.conn.executemany(
        "update captures set state = 'listed', reason = null where id = ? and state = 'excluded'",
        ((capture_id,) for capture_id in capture_ids),
    )


def restore_body(db: Database, capture_id: int, body_id: int, fact: Mapping[str, object]) -> bool:
    """Store the body of a capture, with the facts of an export; return False if the capture has one already.

    `fact` has archive, mimetype, status, attempts, fetched_at and headers (JSON).
    """
    restored = db.execute(
        """update captures set state = 'fetched', reason = null, archive = :archive,
               mimetype = coalesce(mimetype, :mimetype), status = coalesce(status, :status),
               attempts = :attempts, fetched_at = :fetched_at, headers = :headers, body_id = :body_id
        where id = :id and body_id is null""",
        {**fact, "body_id": body_id, "id": capture_id},
    )
    return bool(restored.rowcount)


def write_merged(db: Database, capture_id: int | None, values: Mapping[str, object]) -> int:
    """Store the values of a merged capture by column; return its id. None inserts a new capture."""
    if capture_id is None:
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        cursor = db.execute(f"insert into captures ({columns}) values ({marks})", list(values.values()))
        return int(cursor.lastrowid or 0)
    changes = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"update captures set {changes} where id = ?", [*values.values(), capture_id])
    return capture_id


def drop_of_page(db: Database, page_id: int) -> None:
    """Delete all captures of a page."""
    db.execute("delete from captures where page_id = ?", [page_id])


def repair_rows(
    db: Database, captured_at: Callable[[str], str | None], is_moment: Callable[[object], bool]
) -> None:
    """Correct columns that contradict another column of their row.

    `captured_at` returns the ISO 8601 moment of a timestamp, `is_moment` whether a value is a moment or null.
    """
    db.conn.create_function("captured_at_of", 1, captured_at, deterministic=True)
    db.conn.create_function("is_moment", 1, is_moment, deterministic=True)
    for statement in (
        """update captures set captured_at = captured_at_of(timestamp)
        where captured_at is not captured_at_of(timestamp)""",
        """update captures set state = 'fetched', reason = null
        where state != 'fetched' and body_id is not null""",
        """update captures set text_id = null, verdict = null
        where body_id is null and (text_id is null) != (verdict is null)""",
        "update captures set fetched_at = null where not is_moment(fetched_at)",
    ):
        db.execute(statement)


def forget_contents(
    db: Database,
    capture_ids: Iterable[int],
    is_archive: Callable[[str], bool],
    again: str,
    lost: str,
) -> None:
    """Forget the damaged content of captures, so that it is fetched or imported again.

    A capture of a web archive becomes listed, with the reason `again`. Any other capture has failed, with the
    reason `lost`, in which `{}` stands for the name of its file.
    """
    db.conn.create_function("is_archive", 1, is_archive)
    db.conn.executemany(
        """update captures set state = case when is_archive(archive) then 'listed' else 'failed' end,
               reason = case when is_archive(archive) then ? else replace(?, '{}', archive) end,
               attempts = case when is_archive(archive) then 0 else ? end,
               verdict = null, text_id = null, body_id = null, headers = null, fetched_at = null
        where id = ?""",
        ((again, lost, MAX_ATTEMPTS, capture_id) for capture_id in capture_ids),
    )


def forget_texts(db: Database, text_ids: Iterable[int]) -> None:
    """Forget verdict and text of all captures with these texts, so that they are extracted again."""
    db.conn.executemany(
        "update captures set verdict = null, reason = null, text_id = null where text_id = ?",
        ((text_id,) for text_id in text_ids),
    )


def set_archive(db: Database, capture_ids: Iterable[int], archive: str) -> None:
    """Assign captures to another web archive, from which the next run fetches them."""
    db.conn.executemany(
        "update captures set archive = ? where id = ?", ((archive, number) for number in capture_ids)
    )
