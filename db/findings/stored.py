"""Store the findings of changes, and read them again."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from db.findings.lasting import lasting
from db.findings.ranks import certainty
from db.findings.reading import ChangeTexts, Reading
from db.findings.statement import Finding
from db.history import versions
from db.history.comparison.differences import Difference

MOST = 999  # findings of a change that are stored, those of most weight; ids of rows have room for as many
_PER_CHANGE = 1_000  # findings.id is change_id * _PER_CHANGE + number
Rows = dict[str, list[tuple[Any, ...]]]

COLUMNS = {
    "findings": (
        *("id", "change_id", *Finding._fields[:7]),
        *("weight", "certainty", "lasting", "place"),
    ),
    "readings": ("change_id", "rules", "unquoted"),
}


def changes_of(history: Rows) -> dict[int, ChangeTexts]:
    """Return id -> what the findings follow from, for the changes of wording in the rows of a history.

    `history` are rows of `versions.derived`. The order is the one in time.
    """
    places: dict[int, list[Difference]] = {}
    for change_id, *values in history["differences"]:
        places.setdefault(change_id, []).append(Difference(*values))
    return {
        row["id"]: ChangeTexts(row["old_text_id"], row["new_text_id"], tuple(places.get(row["id"], ())))
        for row in _wording(history)
    }


def known(db: Database, policy_id: int, rules: str) -> dict[ChangeTexts, Reading]:
    """Return the stored readings of a policy that the same rules made. `rules` is their version."""
    found = stored(db, policy_id)
    read = {number: unquoted for number, by, unquoted in found["readings"] if by == rules}
    of_change: dict[int, list[Finding]] = {number: [] for number in read}
    for _, number, *values in found["findings"]:
        if number in of_change:
            of_change[number].append(Finding._make((*values[:7], values[-1], (None, None), values[7])))
    changes = changes_of(versions.stored(db, policy_id)) if read else {}
    return {
        changes[number]: Reading(tuple(of_change[number]), unquoted)
        for number, unquoted in read.items()
        if number in changes
    }


def derived(history: Rows, readings: Mapping[int, Reading], rules: str) -> Rows:
    """Return the rows of findings and readings of a policy, with the columns in `COLUMNS`.

    `readings` is change id -> reading; a change without one has no rows.
    """
    rows: Rows = {table: [] for table in COLUMNS}
    for change_id, reading in readings.items():
        rows["readings"].append((change_id, rules, reading.unquoted))
    for change_id, followers, once in _in_order(history, readings):
        found = readings[change_id].findings
        lasted = lasting(found, followers, once=once)
        ranked = sorted(
            ((one.weight, certainty(one), one, state) for one, state in zip(found, lasted, strict=True)),
            key=lambda ranks: (-ranks[0], ranks[1] == "possible", ranks[2].place),
        )
        for number, (weight, sure, one, state) in enumerate(ranked[:MOST], 1):
            values = (*one[:7], weight, sure, state, one.place)
            rows["findings"].append((change_id * _PER_CHANGE + number, change_id, *values))
    return rows


def _in_order(
    history: Rows, readings: Mapping[int, Reading]
) -> Iterable[tuple[int, Sequence[Finding] | None, bool]]:
    """Yield the read changes in time: id, the findings of the next change, and whether one capture shows it.

    The findings are None if there is no next change, or if it could not be read.
    """
    last_seen = {row[0]: row[5] for row in history["versions"]}
    changes: list[dict[str, Any] | None] = [*_wording(history), None]
    for one, after in pairwise(changes):
        if one is None or one["id"] not in readings:
            continue
        shown_until = after["last_old"] if after else last_seen[one["new_version"]]
        then = readings.get(after["id"]) if after else None
        followers = then.findings if then and then.unquoted is not None else None
        yield one["id"], followers, shown_until == one["first_new"]


def _wording(history: Rows) -> list[dict[str, Any]]:
    """Return the changes of wording in the rows of a history, in time."""
    rows = (dict(zip(versions.COLUMNS["changes"], row, strict=True)) for row in history["changes"])
    return [row for row in rows if row["kind"] == "wording"]


def stored(db: Database, policy_id: int) -> Rows:
    """Return the stored rows of a policy, in the same form as `derived`."""
    return {
        table: [
            tuple(row)
            for row in db.execute(
                f"""select {", ".join(columns)} from {table}
                where change_id in (select id from changes where policy_id = ?) order by 1""",
                [policy_id],
            )
        ]
        for table, columns in COLUMNS.items()
    }


def store(db: Database, policy_id: int, rows: Rows) -> None:
    """Replace the stored findings of a policy if they differ. Call it in the transaction of its history."""
    if rows == stored(db, policy_id):
        return
    for table, columns in COLUMNS.items():
        of_policy = "change_id in (select id from changes where policy_id = ?)"
        db.execute(f"delete from {table} where {of_policy}", [policy_id])
        marks = ", ".join("?" * len(columns))
        insert = f"insert into {table} ({', '.join(columns)}) values ({marks})"
        db.conn.executemany(insert, rows[table])


def outdated(db: Database) -> list[int]:
    """Return the ids of the policies with a change of wording that nobody has read; [] if there is none.

    An older policytrail derived their history, or the machine stopped the reading. Findings of other rules
    are not outdated: a rebuild derives them again.
    """
    rows = db.execute(
        """select distinct policy_id from changes where kind = 'wording'
        and id not in (select change_id from readings) order by 1"""
    )
    return [int(row[0]) for row in rows.fetchall()]
