"""Repair of an archive file: damaged content is removed, and later fetched, imported or derived again.

Each function is called inside `exclusive_writer`, uses one transaction, and can be repeated.
"""

from collections.abc import Callable, Collection, Container, Iterable

from sqlite_utils import Database

from db import times
from db.database import UNREADABLE, transaction
from db.errors import StoreError
from db.schema.tables import SEARCH
from db.store import capture_states
from db.store.bodies import Bodies, store_whole
from db.urlkey import urlkey
from db.verify import file, own_objects
from db.verify.facts import AGAIN, are_headers, is_moment
from db.verify.faults import Faults

_LOST = "what was held of it was damaged; import {} again"
_LIKE_LOST = _LOST.replace("{}", "%")


def schema(db: Database) -> list[str]:
    """Make indexes, views and triggers again as the migrations do.

    Returns the names of the triggers that were deleted: those of others on tables of policytrail. Raises
    StoreError if a table differs.
    """
    made = dict(file.schema())
    # As blobs, because a damaged statement may not be UTF-8.
    stored = db.execute(
        """select cast(type as blob), cast(name as blob), cast(sql as blob) from sqlite_master
        where sql is not null"""
    ).fetchall()
    readable = ((part.decode("utf-8", "replace") for part in row) for row in stored)
    found = {(kind, name): sql for kind, name, sql in readable}
    with transaction(db):
        for (kind, name), sql in made.items():
            if found.get((kind, name)) == sql or name.startswith("versions_fts"):
                continue
            if kind == "table":
                raise StoreError(f"the table {name} is not as policytrail makes it: this cannot be repaired")
            db.execute(f"drop {kind} if exists {name}")
            db.execute(sql)
        strange = own_objects.strange_triggers(db)
        for name in strange:
            quoted = name.replace('"', '""')
            db.execute(f'drop trigger "{quoted}"')
    return strange


def search(db: Database) -> None:
    """Build the search index again from the texts of the versions."""
    with transaction(db):
        for trigger in ("versions_indexed", "versions_unindexed"):
            db.execute(f"drop trigger if exists {trigger}")
        _drop_index(db)
        for statement in SEARCH:
            db.execute(statement)
        db.execute("insert into versions_fts(versions_fts) values ('rebuild')")


def _drop_index(db: Database) -> None:
    try:
        db.execute("drop table if exists versions_fts")
    except UNREADABLE:  # FTS5 cannot open the damaged index, so its tables are dropped one by one
        db.execute("pragma writable_schema = on")
        db.execute("delete from sqlite_master where name = 'versions_fts'")
        db.execute("pragma writable_schema = reset")
        for name in ("data", "idx", "docsize", "config"):
            db.execute(f"drop table if exists versions_fts_{name}")


def facts(db: Database) -> None:
    """Correct columns that follow from other columns: captured_at, urlkey, depth.

    Times that are no valid moments are removed.
    """
    db.conn.create_function("urlkey_of", 1, urlkey, deterministic=True)
    with transaction(db):
        capture_states.repair_rows(db, _captured_at, is_moment, times.is_replay_key)
        db.execute("update or ignore pages set urlkey = urlkey_of(url) where urlkey != urlkey_of(url)")
        db.execute("update pages set listed_at = null where not is_moment(listed_at)")
        db.execute("update crawls set finished_at = null where not is_moment(finished_at)")
        db.execute("delete from coverage where not is_moment(whole_at)")
        db.execute("update conflicts set fetched_at = null where not is_moment(fetched_at)")
        moments = " and ".join(f"is_moment({name})" for name in ("last_old", "first_new", "known_at"))
        db.execute(f"delete from known_changes where not ({moments})")
        _count_depths(db)


def unproven_of(db: Database, faults: Faults, archives: Container[str]) -> set[int]:
    """Return the captures of these archives that share a body which nothing proves to be theirs."""
    rows = db.execute("select id, archive from captures where body_id is not null and fetched_at is null")
    return {number for number, archive in rows if number in faults.unproven and archive in archives}


def remove_damaged(
    db: Database, faults: Faults, is_archive: Callable[[str], bool], unproven: Collection[int] = ()
) -> None:
    """Delete damaged bodies and texts, so that their captures are fetched or imported again.

    Captures with a foreign body lose it too, and so do the captures in `unproven`.

    Undamaged bodies with a damaged base are stored without a base first. `is_archive` takes a value of
    `captures.archive` and returns whether it is a web archive, which can be requested again, and not a file.
    """
    db.conn.create_function("are_headers", 1, are_headers)
    with transaction(db):
        db.execute("pragma defer_foreign_keys = on")
        _keep_orphans(db, faults.orphans)
        # The trigger reads texts that may be damaged; `search` creates it again.
        db.execute("drop trigger if exists versions_unindexed")
        _collect_lost(db, faults, unproven)
        capture_states.forget_contents(db, _lost(db, "capture"), is_archive, AGAIN, _LOST)
        capture_states.forget_texts(db, _lost(db, "text"))
        for table, kind in (("bodies", "body"), ("texts", "text")):
            db.execute(
                f"""delete from conflicts where {kind}_id in (select id from lost where kind = '{kind}')
                or {kind}_id not in (select id from {table})"""
            )
        for table in ("changes", "variants", "versions"):
            db.execute(f"delete from {table} where policy_id in (select id from lost where kind = 'policy')")
        for table, kind in (("bodies", "body"), ("texts", "text")):
            db.execute(f"delete from {table} where id in (select id from lost where kind = ?)", [kind])


def _keep_orphans(db: Database, body_ids: Iterable[int]) -> None:
    """Store undamaged bodies that have a damaged base again, without a base."""
    bodies = Bodies(db)
    for body_id in sorted(body_ids):
        body = bodies.get_if_sound(body_id)
        if body is not None:
            store_whole(db, body_id, body)
    _count_depths(db)


def _collect_lost(db: Database, faults: Faults, unproven: Collection[int]) -> None:
    """Fill the temporary table `lost` (kind, id) with damaged rows and rows that need them."""
    db.execute("create temp table if not exists lost (kind text, id integer, primary key (kind, id))")
    db.execute("delete from lost")
    captures = {*faults.foreign, *unproven}
    for kind, ids in (("body", faults.lost), ("text", faults.bad_texts), ("capture", captures)):
        db.conn.executemany("insert or ignore into lost values (?, ?)", ((kind, number) for number in ids))
    for statement in _ALSO_LOST:
        db.execute(statement)


_ALSO_LOST = (
    """insert or ignore into lost select 'body', body_id from captures
    where body_id not in (select id from bodies)""",
    """insert or ignore into lost select 'text', text_id from captures
    where text_id not in (select id from texts)""",
    """insert or ignore into lost select 'capture', id from captures
    where body_id in (select id from lost where kind = 'body')
    or (body_id is null and text_id in (select id from lost where kind = 'text'))
    or (state = 'fetched' and body_id is null) or (body_id is not null and not are_headers(headers))""",
    *(
        f"""insert or ignore into lost select 'policy', policy_id from {table}
        where {text} in (select id from lost where kind = 'text') or {text} not in (select id from texts)"""
        for table, text in (
            ("versions", "text_id"),
            ("variants", "text_id"),
            ("changes", "old_text_id"),
            ("changes", "new_text_id"),
        )
    ),
)


def _lost(db: Database, kind: str) -> list[int]:
    return [row[0] for row in db.execute("select id from lost where kind = ?", [kind]).fetchall()]


def _count_depths(db: Database) -> None:
    db.execute(
        """with recursive due(id, depth) as (
            select id, 0 from bodies where base_id is null
            union all select b.id, due.depth + 1 from bodies b join due on b.base_id = due.id)
        update bodies set depth = due.depth from due where bodies.id = due.id and bodies.depth != due.depth"""
    )


def to_refetch(db: Database) -> list[tuple[int, str]]:
    """Return the captures to fetch again, as (id, archive).

    Captures of an earlier repair that did not end are included.
    """
    rows = db.execute(
        "select id, archive from captures where state = 'listed' and reason = ? order by id", [AGAIN]
    )
    return [(int(row[0]), str(row[1])) for row in rows]


def count_missing(db: Database) -> int:
    """Return how many captures are not yet restored by any repair."""
    query = """select count(*) from captures
        where (state = 'listed' and reason = ?) or (state = 'failed' and reason like ?)"""
    return int(db.execute(query, [AGAIN, _LIKE_LOST]).fetchone()[0])


def web_archives(db: Database) -> list[str]:
    """Return the names of all web archives from which captures were listed or fetched."""
    rows = db.execute(
        """select archive from coverage union select archive from captures
        where fetched_at is not null order by 1"""
    )
    return [str(name) for (name,) in rows.fetchall()]


def assign_archive(db: Database, capture_ids: Iterable[int], archive: str) -> None:
    """Assign captures to a web archive, from which they are then fetched."""
    with transaction(db):
        capture_states.set_archive(db, capture_ids, archive)


def lost_imports(db: Database) -> list[str]:
    """Return the names of the files that must be imported again."""
    rows = db.execute("select distinct archive from captures where reason like ? order by 1", [_LIKE_LOST])
    return [str(name) for (name,) in rows]


def _captured_at(timestamp: str) -> str | None:
    moment = times.moment(timestamp)
    return times.iso(moment) if moment else None
