"""The result of a verification: problems with the rows and captures concerned, and what was left out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from sqlite_utils import Database

from db.database import UNREADABLE

Check = Literal["file", "schema", "search", "bodies", "facts", "texts", "history"]
KEPT = 1000  # at most this many problems of each check are stored; all are counted
NAMED = 3  # at most this many captures of a problem are named; the others are counted
_IN_CONFLICT = "c.id in (select capture_id from conflicts where {} = ?)"
_CAPTURES = """select p.retailer, c.timestamp, c.original from captures c
    left join pages g on g.id = c.page_id left join policies p on p.id = g.policy_id
    where {} order by c.timestamp, c.id"""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `row` is None if the whole table or file is concerned. `captures` are the first captures that are
    concerned, each as text: retailer, timestamp and address.
    """

    check: Check
    table: str
    row: int | str | None
    what: str
    captures: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = self.table if self.row is None else f"{self.table} {self.row}"
        return f"{where}: {self.what}" + (f" ({'; '.join(self.captures)})" if self.captures else "")


@dataclass
class Faults:
    """The problems of each check, and what a repair needs to know.

    At most `KEPT` problems of each check are stored, and `counts` counts all. `checked` and `left_out` are
    table -> number of rows. `lost`, `orphans` and `blocked` are ids of bodies: `lost` do not match their
    hash, `orphans` match it but have a damaged base, and `blocked` need a lost body to be read. `bad_texts`
    are ids of texts that do not match their hash. `tree` is True if SQLite cannot read the whole file,
    `cut_off` if pages at its end are missing. `index` is True if indexes do not match their tables.
    `foreign` and `unproven` are ids of captures: `foreign` have a body that contradicts their row, and
    `unproven` share a body that nothing proves to be theirs.
    """

    problems: dict[Check, list[Problem]] = field(default_factory=dict)
    counts: Counter[Check] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    orphans: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    bad_texts: set[int] = field(default_factory=set)
    bad_captures: set[int] = field(default_factory=set)
    foreign: set[int] = field(default_factory=set)
    unproven: set[int] = field(default_factory=set)
    tree: bool = False
    cut_off: bool = False
    index: bool = False

    @property
    def sound(self) -> bool:
        """True if no check found a problem."""
        return not self.counts

    def add(self, problem: Problem) -> None:
        """Count a problem, and store it if fewer than `KEPT` are stored."""
        self.counts[problem.check] += 1
        kept = self.problems.setdefault(problem.check, [])
        if len(kept) < KEPT:
            kept.append(problem)


def captures_of_body(db: Database, body_id: int) -> tuple[str, ...]:
    """Return the captures with this body as text for people.

    If there are none, captures with a conflict about it are returned. At most `NAMED` are named, and the
    others counted.
    """
    return _named(db, "c.body_id = ?", body_id) or _named(db, _IN_CONFLICT.format("body_id"), body_id)


def captures_of_text(db: Database, text_id: int) -> tuple[str, ...]:
    """Return the captures with this text as text for people.

    If there are none, captures with a conflict about it are returned. At most `NAMED` are named, and the
    others counted.
    """
    return _named(db, "c.text_id = ?", text_id) or _named(db, _IN_CONFLICT.format("text_id"), text_id)


def the_capture(db: Database, capture_id: int) -> tuple[str, ...]:
    """Return a capture as text for people, in a tuple."""
    return _named(db, "c.id = ?", capture_id)


def _named(db: Database, condition: str, value: int) -> tuple[str, ...]:
    try:
        found = db.conn.execute(_CAPTURES.format(condition), [value]).fetchmany(1000)
    except UNREADABLE:
        return ("its captures cannot be read",)
    named = [" ".join(str(part)[:200] for part in row if part is not None) for row in found[:NAMED]]
    return (*named, *([f"{len(found) - NAMED} more"] if len(found) > NAMED else []))
