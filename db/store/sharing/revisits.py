"""Revisits: captures of imported files that repeat an earlier capture and have no body.

A revisit names the other capture by the digest of its body, by its record id (`WARC-Refers-To`), or by its
address and time (ISO 28500:2017, 6.7). Names of records, and which captures are revisits of a file, are known
during one import only. They are in two temporary tables, so that memory stays bounded.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from db.store import capture_states
from db.store.bodies import Bodies
from db.store.sharing.same_digest import body_of, statuses_agree

_ORPHAN = "a revisit whose first capture is not in the file"
_SHA1 = re.compile(r"[A-Z2-7]{32}")  # as indexes write it
_LONGEST_CHAIN = 100  # revisits of revisits
_TABLES = """
create temp table if not exists import_records (
    id text primary key, capture_id integer not null
) without rowid;
create temp table if not exists import_references (
    capture_id integer primary key, archive text not null, record_id text, urlkey text, timestamp text);
create index if not exists temp.import_references_archive on import_references(archive);
delete from import_records;
delete from import_references"""


@dataclass(frozen=True)
class Reference:
    """The names of the capture to which a revisit refers; None where the record does not have one."""

    record_id: str | None = None
    urlkey: str | None = None
    timestamp: str | None = None


def begin(db: Database, archives: Iterable[str]) -> None:
    """Forget the names of earlier imports, and note the revisits that a killed import of these files left."""
    for statement in _TABLES.split(";\n"):
        db.execute(statement)
    db.execute(
        """insert into temp.import_references (capture_id, archive) select id, archive from captures
        where state = 'listed' and archive in (select value from json_each(?))""",
        [json.dumps(list(archives))],
    )


def note_record(db: Database, record_id: str, capture_id: int) -> None:
    """Note that a record of this import is a capture. Of several records with one id, the first counts."""
    db.execute("insert or ignore into temp.import_records values (?, ?)", [_plain(record_id), capture_id])


def note_reference(db: Database, archive: str, capture_id: int, reference: Reference) -> None:
    """Note a revisit of a file, and to which capture it refers.

    Of several references of one capture, the first counts.
    """
    record_id = _plain(reference.record_id) if reference.record_id else None
    db.execute(
        """insert into temp.import_references values (?, ?, ?, ?, ?) on conflict do update set
        archive = excluded.archive, record_id = coalesce(record_id, excluded.record_id),
        urlkey = coalesce(urlkey, excluded.urlkey), timestamp = coalesce(timestamp, excluded.timestamp)""",
        [capture_id, archive, record_id, reference.urlkey, reference.timestamp],
    )


def resolve(db: Database, bodies: Bodies, archive: str | None = None) -> set[int]:
    """Store for each revisit the body of the capture to which it refers.

    `archive` names the imported file: its revisits for which no body is found become failed. The time
    depends on them alone. None is for the end of an import: all revisits since `begin`, and those that failed
    in an earlier import, get their body if it is stored now and proven (see `same_digest`). Return the ids of
    the policies with newly fetched captures. Call it inside a transaction.
    """
    waiting = _waiting(db, archive)
    fetched = _take_bodies_of_digests(db, bodies, waiting)
    if followed := _follow_references(db, archive):
        fetched += followed + _take_bodies_of_digests(db, bodies, waiting)
    if archive:
        capture_states.fail_listed(db, waiting, _ORPHAN)
        db.execute(
            """delete from temp.import_references where archive = ?
            and capture_id in (select id from captures where body_id is not null)""",
            [archive],
        )
    return _policies(db, fetched)


def _waiting(db: Database, archive: str | None) -> list[int]:
    """Return the ids of the captures without a body: of a file, or all that have failed for this reason."""
    if archive is None:
        query, value = "select id from captures where state = 'failed' and reason = ? order by id", _ORPHAN
    else:
        query, value = (
            """select c.id from temp.import_references r join captures c on c.id = r.capture_id
            where r.archive = ? and c.state = 'listed' order by c.id""",
            archive,
        )
    return [int(capture_id) for (capture_id,) in db.execute(query, [value])]


def _take_bodies_of_digests(db: Database, bodies: Bodies, waiting: Sequence[int]) -> list[int]:
    """Return the ids of those captures that got a body."""
    query = "select page_id, digest, status from captures where id = ? and body_id is null"
    found = ((one, db.execute(query, [one]).fetchone()) for one in waiting)
    return [one for one, facts in found if facts and _take_body(db, bodies, one, *facts)]


def _follow_references(db: Database, archive: str | None) -> list[int]:
    """Give captures the digest and the body of the capture to which they refer.

    Returns the ids of the captures that were changed. A capture of another digest has another body, so a
    reference to one is wrong and not followed; other kinds of digests cannot be compared.
    """
    references = db.execute(
        """select c.id, c.digest from temp.import_references r join captures c on c.id = r.capture_id
        where c.body_id is null and r.archive = coalesce(?, r.archive) order by c.id""",
        [archive],
    ).fetchall()
    changed = []
    for capture_id, own_digest in references:
        target, digest, has_body = _target(db, capture_id)
        if target is None or (
            digest != own_digest and _SHA1.fullmatch(digest) and _SHA1.fullmatch(own_digest)
        ):
            continue
        is_shared = digest != "-" and capture_states.share_digest(db, capture_id, digest)
        is_taken = has_body and capture_states.take_body_of(db, capture_id, target)
        if is_shared or is_taken:
            changed.append(int(capture_id))
    return changed


def _target(db: Database, capture_id: int) -> tuple[int | None, str, bool]:
    """Return the capture to which a revisit refers: id, digest, and whether it has a body.

    The id is None if that capture is not here. A revisit of a revisit refers to what that one refers to.
    """
    target, digest, has_body = None, "-", False
    at, seen = capture_id, {capture_id}
    for _ in range(_LONGEST_CHAIN):
        row = db.execute(
            """select c.id, c.digest, c.body_id is not null from temp.import_references r
            join captures c on c.id = coalesce(
                (select capture_id from temp.import_records where id = r.record_id),
                (select x.id from captures x join pages g on g.id = x.page_id
                 where g.urlkey = r.urlkey and x.timestamp = r.timestamp and x.id != r.capture_id
                 order by x.body_id is null, x.digest = '-', x.page_id, x.id limit 1))
            where r.capture_id = ?""",
            [at],
        ).fetchone()
        if row is None or row[0] in seen:
            break
        at = target = int(row[0])
        seen.add(at)
        digest = row[1] if digest == "-" else digest
        has_body = bool(row[2])
        if has_body:
            break
    return target, digest, has_body


def _policies(db: Database, capture_ids: Iterable[int]) -> set[int]:
    query = "select g.policy_id from captures c join pages g on g.id = c.page_id where c.id = ?"
    return {int(db.execute(query, [capture_id]).fetchone()[0]) for capture_id in capture_ids}


def _plain(record_id: str) -> str:
    """Return a record id without its brackets; schemes and UUIDs have no case (RFC 9562, 4)."""
    return record_id.strip().strip("<>").strip().lower()


def _take_body(
    db: Database, bodies: Bodies, capture_id: int, page_id: int, digest: str, status: int | None
) -> bool:
    """Copy the proven body of its digest to a revisit. Return False if no capture has one.

    A capture of the same page is preferred, then the earliest. Its status must agree with that of the
    revisit.
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
