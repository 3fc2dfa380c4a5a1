"""Writes to the table `captures` for verdicts, imports, merges and repairs.

Only this module, `captures` (for crawls) and `same_digest` write to the table. Call all functions inside a
transaction.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlite_utils import Database

from db.store.captures import MAX_ATTEMPTS, Headers, as_json


def set_verdict(db: Database, capture_id: int, verdict: str, reason: str, text_id: int | None) -> None:
    """Store the verdict on a capture's body, its reason, and the id of its text.

    `text_id` is None if the body has no words.
    """
    db.execute(
        "update captures set verdict = ?, reason = ?, text_id = ? where id = ?",
        [verdict, reason, text_id, capture_id],
    )


def set_imported_text(db: Database, capture_id: int, verdict: str, reason: str, text_id: int) -> None:
    """Store the text that another tool made of a capture.

    A capture with a body is not changed. If a capture was skipped, failed or excluded, its own reason stays.
    """
    db.execute(
        """update captures set verdict = ?, text_id = ?,
               reason = case state when 'listed' then ? else reason end
        where id = ? and body_id is null""",
        [verdict, text_id, reason, capture_id],
    )


def take_body(db: Database, capture_id: int, source: int) -> None:
    """Copy the body of another capture, `source`, to a revisit. It keeps its own headers and status."""
    db.execute(
        """update captures
            set (state, reason, verdict, text_id, attempts, fetched_at, body_id, headers, status) =
               (select 'fetched', null, null, null, 0, null, body_id, coalesce(captures.headers, headers),
                       coalesce(captures.status, c.status) from captures c where c.id = :source)
           where id = :id""",
        {"source": source, "id": capture_id},
    )


def fail_listed(db: Database, capture_ids: Iterable[int], reason: str) -> None:
    """Mark those captures that are still listed as failed, without further attempts."""
    db.conn.executemany(
        "update captures set state = 'failed', attempts = ?, reason = ? where state = 'listed' and id = ?",
        ([MAX_ATTEMPTS, reason, capture_id] for capture_id in capture_ids),
    )


def keep_headers(db: Database, capture_id: int, headers: Headers) -> None:
    """Store the headers of a revisit until its body is known.

    A revisit is a capture without a body of its own.
    """
    db.execute(
        "update captures set headers = ? where id = ? and body_id is null", [as_json(headers), capture_id]
    )


def take_body_of(db: Database, capture_id: int, other_id: int) -> bool:
    """Copy the body of another capture; return False if that one has none, or this one has a body.

    A revisit keeps its own headers, status and digest.
    """
    taken = db.execute(
        """update captures
            set (state, reason, verdict, text_id, attempts, fetched_at, body_id, headers, status) =
               (select 'fetched', null, null, null, 0, null, body_id, coalesce(captures.headers, headers),
                       coalesce(captures.status, c.status)
                from captures c where c.id = ?)
           where id = ? and body_id is null
               and exists (select 1 from captures where id = ? and body_id is not null)""",
        [other_id, capture_id, other_id],
    )
    return bool(taken.rowcount)


def share_digest(db: Database, capture_id: int, digest: str) -> bool:
    """Store the digest of the capture that a revisit refers to; return whether it was stored.

    Nothing changes if the revisit has a digest, or if its row exists already.
    """
    stored = db.execute(
        "update or ignore captures set digest = ? where id = ? and digest = '-'", [digest, capture_id]
    )
    return bool(stored.rowcount)


def restore_state(
    db: Database, capture_id: int, state: str, reason: str | None, attempts: int, asked_at: str | None
) -> None:
    """Store a state of a capture without a body, from an export or an earlier moment of the run."""
    db.execute(
        "update captures set state = ?, reason = ?, attempts = ?, fetched_at = ?"
        " where id = ? and body_id is null",
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


def restore_headers(db: Database, capture_id: int, headers: str) -> None:
    """Store the headers (JSON) of a capture without a body as an export has them; present ones are kept."""
    db.execute(
        "update captures set headers = ? where id = ? and body_id is null and headers is null",
        [headers, capture_id],
    )


def restore_body(db: Database, capture_id: int, body_id: int, fact: Mapping[str, object]) -> bool:
    """Store the body of a capture with the facts of an export.

    `fact` has archive, mimetype, status, attempts, fetched_at and headers (JSON). Returns False, and changes
    nothing, if the capture has a body already.
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
    """Store the values of a merged capture, and return its id.

    `values` is column -> value. A new row is inserted if `capture_id` is None.
    """
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
    db: Database,
    captured_at: Callable[[str], str | None],
    is_moment: Callable[[object], bool],
    is_replay_key: Callable[[str, str], bool],
) -> None:
    """Correct columns that do not match another column of the same row.

    `captured_at` takes 14 digits and returns the moment in ISO 8601, or None. `is_moment` takes any value and
    returns whether it is such a moment or null.
    `is_replay_key` takes two timestamps and returns whether the first stands for the second, of 14 digits.
    """
    db.conn.create_function("captured_at_of", 1, captured_at, deterministic=True)
    db.conn.create_function("is_moment", 1, is_moment, deterministic=True)
    db.conn.create_function("is_replay_key", 2, is_replay_key, deterministic=True)
    for statement in (
        """update captures set replay_key = null
        where replay_key is not null and not is_replay_key(replay_key, timestamp)""",
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
    """Remove the damaged contents of captures, so that they are fetched or imported again.

    `is_archive` returns whether a name is that of a web archive. A capture of a web archive becomes listed,
    with the reason `again`. Any other capture was imported: it becomes failed, with the reason `lost`, where
    `{}` is replaced by the name of its file.
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
    """Remove verdict and text of all captures that have one of these texts.

    The captures are then extracted again.
    """
    db.conn.executemany(
        "update captures set verdict = null, reason = null, text_id = null where text_id = ?",
        ((text_id,) for text_id in text_ids),
    )


def set_archive(db: Database, capture_ids: Iterable[int], archive: str) -> None:
    """Assign captures to another web archive. The next run fetches them from there."""
    db.conn.executemany(
        "update captures set archive = ? where id = ?", ((archive, number) for number in capture_ids)
    )
