"""What *derive* counted in one input: every record once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from crawler.importing.warc_import import NAMED

REASONS = 50  # different reasons of one input that are named; a stranger's file can have more
OTHER = "for other reasons"


@dataclass
class DerivedFile:
    """What *derive* counted in one input. Every record is counted once.

    - `taken`: the records that are in the result.
    - `passed_over`, `failed`: reason -> how many records are not, or are captures without a body.
    - `faults`: the first lines about faults.
    - `damage`: why the rest of the file was not read; "" if all of it was.
    - `buckets`: the buckets that have records.
    - `attributes`: names of attributes of retailers.
    - `absent`: the hash of the rows whose files are not there; "" if all are there.
    """

    taken: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    damage: str = ""
    buckets: list[int] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    absent: str = ""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """Return the counts that a file has as JSON."""
        counts = {name: Counter(found[name]) for name in ("passed_over", "failed")}
        return cls(**{**found, **counts})

    @classmethod
    def of_pieces(cls, found: Sequence["DerivedFile"]) -> "DerivedFile":
        """Return the counts of an input, from those of its pieces in their order."""
        if len(found) == 1:
            return found[0]
        return cls(
            sum(one.taken for one in found),
            sum((one.passed_over for one in found), Counter()),
            sum((one.failed for one in found), Counter()),
            [line for one in found for line in one.faults][:NAMED],
            next((one.damage for one in found if one.damage), ""),
            sorted({bucket for one in found for bucket in one.buckets}),
            sorted({name for one in found for name in one.attributes}),
        )

    @property
    def records(self) -> int:
        """How many records were read."""
        return self.taken + self.passed_over.total() + self.failed.total()

    def count(self, *, passed_over: str = "", failed: str = "") -> None:
        """Count one record: as failed, or as passed over, for a reason; without one, as taken."""
        if failed:
            _add(self.failed, failed)
        elif passed_over:
            _add(self.passed_over, passed_over)
        else:
            self.taken += 1

    def note(self, line: str) -> None:
        """Keep a line about a fault, if it is one of the first."""
        if len(self.faults) < NAMED:
            self.faults.append(line)


def _add(counts: Counter[str], reason: str) -> None:
    counts[reason if reason in counts or len(counts) < REASONS else OTHER] += 1
