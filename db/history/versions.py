"""Derive the versions and changes of a policy from its good captures, and store them.

A version is a distinct wording of the policy. A wording that returns is its old version again. A change
happened between `last_old`, the last good capture with the old text, and `first_new`, the first good capture
with the new text. Differences outside of the policy are left out (db/history/trace.py). All rules are in
docs/history.md.
"""

from typing import Any

from sqlite_utils import Database

from db.database import transaction
from db.history import judgement
from db.history.comparison.differences import differences, size
from db.history.marks.of_timeline import of_timeline
from db.history.marks.suspect import ChangeSize
from db.history.page_text import SourceText
from db.history.trace import page_reader, text_reader, trace, witnesses_of
from db.schema.ids import IDS_PER_POLICY
from db.store import known_changes


def refresh(db: Database, policy_id: int, source_text: SourceText) -> None:
    """Derive the history of a policy again and store it, in one transaction.

    `source_text` takes a body and returns all its text (`extract.html.source_text`).
    """
    with transaction(db):
        store(db, policy_id, derived(db, policy_id, source_text))


def outdated(db: Database, policy_id: int | None = None) -> list[int]:
    """Return the ids of the privacy policies that have an outdated history: of all, or of one.

    A history is outdated if a run stopped before it had judged all captures, or before it had derived the
    history again. The history counts every good capture, so the two counts are compared. It is outdated too
    if an older policytrail derived it, without the differences and marks of its changes, or without the count
    of what is set aside within its versions. Returns [] if all are current.
    """
    of_one = "" if policy_id is None else "and p.id = ?"
    rows = db.execute(
        f"""select p.id from policies p where p.kind = 'privacy' {of_one} and (
            exists (select 1 from pages g join captures c on c.page_id = g.id
                    where g.policy_id = p.id and c.state = 'fetched' and c.verdict is null)
            or (select count(*) from pages g join captures c on c.page_id = g.id
                where g.policy_id = p.id and c.verdict = 'policy' and c.captured_at is not null
                and c.text_id is not null)
            != (select coalesce(sum(captures), 0) from versions where policy_id = p.id)
            or exists (select 1 from versions v where v.policy_id = p.id and v.set_aside is null)
            or exists (select 1 from changes c where c.policy_id = p.id and (c.announced is null or (
                c.kind = 'wording' and not exists (select 1 from differences d where d.change_id = c.id))))
        ) order by p.id""",
        () if policy_id is None else (policy_id,),
    )
    return [int(row[0]) for row in rows.fetchall()]


def version_at(db: Database, policy_id: int, moment: str) -> int | None:
    """Return the number of the version that was valid at a moment (ISO 8601).

    Returns None before the first good capture and after the last one.
    """
    row = db.execute(
        """select version % :ids from (
            select first_seen as since, id as version, 0 as change from versions
            where policy_id = :policy and number = 1
            union all
            select first_new, new_version, id from changes where policy_id = :policy and kind = 'wording'
        )
        where since <= :moment and :moment <= (
            select max(last_seen) from (
                select last_seen from versions where policy_id = :policy
                union all select last_seen from variants where policy_id = :policy
            )
        )
        order by since desc, change desc limit 1""",
        {"ids": IDS_PER_POLICY, "policy": policy_id, "moment": moment},
    ).fetchone()
    return int(row[0]) if row else None


Rows = dict[str, list[tuple[Any, ...]]]

COLUMNS = {
    table: tuple(columns.split())
    for table, columns in {
        "versions": """id policy_id number text_id first_seen last_seen captures stated_date suspect
            set_aside""",
        "changes": """id policy_id old_version new_version kind last_old first_new words_added words_removed
            similarity set_aside old_text_id new_text_id stated_before stated_date announced suspect""",
        "differences": f"change_id {' '.join(judgement.COLUMNS)}",
        "variants": "id policy_id version_id text_id page_id kind first_seen last_seen captures",
    }.items()
}


def derived(db: Database, policy_id: int, source_text: SourceText) -> Rows:
    """Return the rows that follow from the captures of a policy. Writes nothing.

    The result is table -> rows, with the columns in `COLUMNS`. `source_text` is as in `refresh`.
    """
    read, page_of, witnesses = text_reader(db), page_reader(db, source_text), witnesses_of(db, policy_id)
    traced = trace(witnesses, read, page_of)
    judged, words = judgement.of_changes(traced, witnesses, read, page_of), judgement.words_reader(read)
    timeline, first = traced.timeline, policy_id * IDS_PER_POLICY
    rows: Rows = {table: [] for table in COLUMNS}
    sizes: list[ChangeSize] = []
    aside = judgement.set_aside(traced, judged, words)
    for number, c in enumerate(timeline.changes, 1):
        old, new = words(c.old_text), words(c.new_text)
        found = differences(old, new, judged[judgement.bracket(c)])
        ids = (first + number, policy_id, first + c.old_version, first + c.new_version)
        measured = size(old, new, found)
        aside[c.new_version] += measured.set_aside if c.kind != "wording" else 0
        sizes.append(ChangeSize(measured.words_added, measured.words_removed, len(old)))
        rows["changes"].append((*ids, c.kind, c.last_old, c.first_new, *measured, c.old_text, c.new_text))
        rows["differences"] += [(first + number, *judgement.row(one)) for one in found]
    marks = of_timeline(db, timeline, sizes, read)
    rows["changes"] = [(*row, *of) for row, of in zip(rows["changes"], marks.changes, strict=True)]
    for v in timeline.versions:
        seen = (v.text_id, v.first_seen, v.last_seen, v.captures)
        of_version = (*marks.versions[v.number], aside[v.number])
        rows["versions"].append((first + v.number, policy_id, v.number, *seen, *of_version))
    for number, x in enumerate(timeline.variants, 1):
        of = (first + number, policy_id, first + x.version, x.text_id, int(x.page))
        rows["variants"].append((*of, x.kind, x.first_seen, x.last_seen, x.captures))
    return rows


def _of_policy(table: str) -> str:
    """Return the condition in SQL for the rows of one policy."""
    of_change = table == "differences"
    return "change_id in (select id from changes where policy_id = ?)" if of_change else "policy_id = ?"


def stored(db: Database, policy_id: int) -> Rows:
    """Return the stored rows of a policy, in the same form as `derived`."""
    return {
        table: [
            tuple(row)
            for row in db.execute(
                f"select {', '.join(columns)} from {table} where {_of_policy(table)} order by 1, 2",
                [policy_id],
            )
        ]
        for table, columns in COLUMNS.items()
    }


def store(db: Database, policy_id: int, rows: Rows) -> None:
    """Replace the stored rows of a policy if they differ. Call it inside a transaction."""
    if rows != stored(db, policy_id):
        replace(db, policy_id, rows)


def replace(db: Database, policy_id: int, rows: Rows) -> None:
    """Replace the stored rows of a policy, also if they are equal, and store which changes are new.

    Call it inside a transaction.
    """
    for table in ("variants", "changes", "versions"):  # the differences of a change are deleted with it
        db.execute(f"delete from {table} where policy_id = ?", [policy_id])
    for table, columns in COLUMNS.items():
        marks = ", ".join("?" * len(columns))
        insert = f"insert into {table} ({', '.join(columns)}) values ({marks})"
        db.conn.executemany(insert, rows[table])
    known_changes.note(db, policy_id)
