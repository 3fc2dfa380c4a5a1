"""What a verification found: problems, each with the row that it is about, and what was not looked at."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Check = Literal["file", "schema", "search", "bodies", "facts", "texts", "history"]
KEPT = 1000  # problems of a check that are kept; all are counted


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be: in which table, which row (None: the table, or the file), what, whose.

    `captures` names the captures that it concerns, the first few: retailer, timestamp and address.
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
class Findings:
    """Problems by check, the first `KEPT` of each, and how many there are; and what a repair has to know.

    `checked` and `left_out` count rows by table. `lost` are the bodies that do not give what their hash says, `orphans` those
    that do although what they rest on does not, `blocked` all in whose chain one is lost; `bad_texts` the texts that are not
    what their hash says. `tree` says that SQLite cannot read all of the file, `index` that its indexes do not agree with the
    tables.
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
    tree: bool = False
    index: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with what was looked at."""
        return not self.counts

    def add(self, problem: Problem) -> None:
        """Take note of a problem."""
        self.counts[problem.check] += 1
        kept = self.problems.setdefault(problem.check, [])
        if len(kept) < KEPT:
            kept.append(problem)
