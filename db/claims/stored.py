"""Store the claims of the texts of versions, and read them again."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlite_utils import Database

from db.claims.reading import PlacedClaim, TextClaims
from db.history import versions
from db.schema.ids import text_id

MOST = 2_048  # claims of a text that are stored, the first ones; claims.id is text_id * MOST + number
_AT_ONCE = 500  # ids in one query
_CLAUSE = ("kind", "polarity", "subject", "value", "unit", "scope", "modality", "section", "quote", "rule")
_CLAUSE_COLUMNS = (*_CLAUSE, "reference")
_COLUMNS = ("text_id", *PlacedClaim._fields)
_clause_of = itemgetter(*map(_COLUMNS.index, _CLAUSE_COLUMNS))
_place_of = itemgetter(*map(_COLUMNS.index, ("start", "end")))
_Clause = tuple[str | None, ...]  # the values of _CLAUSE_COLUMNS
Rows = dict[str, list[tuple[Any, ...]]]


def texts_of(history: versions.Rows) -> list[int]:
    """Return the ids of the texts of the versions in the rows of a history, each once, in order."""
    place = versions.COLUMNS["versions"].index("text_id")
    return list(dict.fromkeys(row[place] for row in history["versions"]))


def known(db: Database, texts: Iterable[int], rules: str) -> set[int]:
    """Return which of these texts the same rules have read. `rules` is their version."""
    return {number for number, by, _ in _readings(db, list(texts)) if by == rules}


def derived(found: Mapping[int, TextClaims], rules: str) -> Rows:
    """Return the rows of claims and their readings: `claims` with text id, then a `PlacedClaim`.

    `found` is text id -> claims. A text has at most MOST claims in the rows; its reading counts all.
    """
    rows: Rows = {"claims": [], "claim_readings": []}
    for number, claims in sorted(found.items()):
        rows["claims"] += [(number, *one) for one in (claims or ())[:MOST]]
        rows["claim_readings"].append((number, rules, None if claims is None else len(claims)))
    return rows


def stored(db: Database, texts: Iterable[int]) -> Rows:
    """Return the stored rows of some texts, in the same form as `derived`."""
    ids = sorted(texts)
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows: Rows = {"claims": [], "claim_readings": _readings(db, ids)}
    for some, marks in _in_parts(ids):
        found = db.execute(f"select {columns} from claims where text_id in ({marks}) order by id", some)
        rows["claims"] += map(tuple, found)
    return rows


def store(db: Database, policy_id: int, texts: Collection[int], rows: Rows) -> None:
    """Store the claims of the texts of a policy's versions, and delete those of texts that it has no more.

    `texts` are the texts of its new versions, and `rows` those of texts that were read now. Call it in the
    transaction of its history, before the history is stored.
    """
    before = {
        row[0] for row in db.execute("select text_id from versions where policy_id = ?", [policy_id])
    } - set(texts)
    gone = [one for one in before if not _is_of_another(db, one, policy_id)]
    new = [row[0] for row in rows["claim_readings"]]
    if not gone and rows == stored(db, new):
        return
    clauses = _delete(db, [*gone, *new])
    for some, marks in _in_parts(sorted(clauses)):
        db.execute(
            f"""delete from clauses where id in ({marks})
            and not exists (select 1 from clause_places where clause_id = clauses.id)""",
            some,
        )
    db.conn.executemany("insert into claim_readings values (?, ?, ?)", rows["claim_readings"])
    db.conn.executemany("insert into clause_places values (?, ?, ?, ?, ?)", _places(db, rows["claims"]))


def outdated(db: Database) -> list[int]:
    """Return the ids of the policies with a version whose text nobody has read; [] if there is none.

    An older policytrail derived their history, or the machine stopped the reading. Policies whose texts were
    read by several rules are outdated too: newer rules have read a text for another policy that shares it.
    """
    rows = db.execute(
        """select v.policy_id from versions v left join claim_readings r on r.text_id = v.text_id
        group by v.policy_id having count(*) > count(r.text_id) or min(r.rules) != max(r.rules)
        order by v.policy_id"""
    )
    return [int(row[0]) for row in rows.fetchall()]


def left_over(db: Database) -> list[int]:
    """Return the ids of texts that have claims and are no version's; [] in a sound archive file."""
    rows = db.execute(
        """select text_id from claim_readings where text_id not in (select text_id from versions)
        union select text_id from clause_places where text_id not in (select text_id from claim_readings)
        order by 1"""
    )
    return [int(row[0]) for row in rows.fetchall()]


def drop_left_over(db: Database) -> None:
    """Delete what `left_over` finds. Call it inside a transaction."""
    _delete(db, left_over(db))
    db.execute("delete from clauses where id not in (select clause_id from clause_places)")


def clause_id(clause: _Clause) -> int:
    """Return the id of a clause: 52 bits of the hash of what it states."""
    return text_id(hashlib.sha256(json.dumps(clause).encode()).hexdigest())


def _places(db: Database, claims: Iterable[tuple[Any, ...]]) -> list[tuple[int, int, int, int, int]]:
    """Return the rows of the places of claims, and store their clauses.

    Most texts of a policy state the same clauses, so each clause is looked up once.
    """
    numbers: Counter[int] = Counter()
    ids: dict[_Clause, int] = {}
    places = []
    for row in claims:
        text, clause = row[0], _clause_of(row)
        if clause not in ids:
            ids[clause] = _stored_clause(db, clause)
        places.append((text, numbers[text], ids[clause], *_place_of(row)))
        numbers[text] += 1
    return places


def _stored_clause(db: Database, clause: _Clause) -> int:
    """Store a clause, and return its id. Where another clause has its id, it has the next free one."""
    number, columns = clause_id(clause), ", ".join(_CLAUSE_COLUMNS)
    marks = ", ".join("?" * (len(clause) + 1))
    insert = f"insert into clauses (id, {columns}) values ({marks}) on conflict (id) do nothing"
    while not db.execute(insert, [number, *clause]).rowcount:
        if db.execute(f"select {columns} from clauses where id = ?", [number]).fetchone() == clause:
            break
        number += 1
    return number


def _delete(db: Database, texts: Sequence[int]) -> set[int]:
    """Delete the claims of texts, and return the ids of their clauses, which other texts can have too."""
    clauses: set[int] = set()
    for some, marks in _in_parts(texts):
        rows = db.execute(f"select clause_id from clause_places where text_id in ({marks})", some)
        clauses |= {row[0] for row in rows.fetchall()}
        for table in ("clause_places", "claim_readings"):
            db.execute(f"delete from {table} where text_id in ({marks})", some)
    return clauses


def _is_of_another(db: Database, text: int, policy_id: int) -> bool:
    query = "select 1 from versions where text_id = ? and policy_id != ? limit 1"
    return db.execute(query, [text, policy_id]).fetchone() is not None


def _readings(db: Database, texts: Sequence[int]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for some, marks in _in_parts(texts):
        query = f"select text_id, rules, claims from claim_readings where text_id in ({marks}) order by 1"
        found += map(tuple, db.execute(query, some))
    return found


def _in_parts(ids: Sequence[int]) -> Iterable[tuple[list[int], str]]:
    """Yield some ids at a time, with as many question marks."""
    for first in range(0, len(ids), _AT_ONCE):
        some = list(ids[first : first + _AT_ONCE])
        yield some, ", ".join("?" * len(some))
