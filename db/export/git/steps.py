"""The steps of a policy in time: which version its file contains from which moment.

A version that returns is a step again, so the list of versions alone is not enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from db.export.evidence import CitedCapture, ExportFilter, cited_capture, unfounded
from db.query.spans import Span, spans
from db.schema.ids import text_id
from db.store import retailers


@dataclass(frozen=True)
class VersionStep:
    """A version from a moment on. `capture` shows it then; `again` is true for a version that returned."""

    retailer: str
    span: Span
    again: bool
    capture: CitedCapture
    text_sha256: str

    @property
    def since(self) -> str:
        """The moment of its first capture in this step (ISO 8601)."""
        return self.span.since


@dataclass(frozen=True)
class PolicySteps:
    """The spans of a policy, oldest first, and the indexes of the chosen ones. No capture is read yet."""

    id: int
    retailer: str
    spans: tuple[Span, ...]
    chosen: frozenset[int]

    def step(self, db: Database, index: int) -> VersionStep:
        """Read one step with its evidence. Raises StoreError if history and captures disagree."""
        span = self.spans[index]
        again = any(span.version == earlier.version for earlier in self.spans[:index])
        capture, text_sha256 = _capture(db, self, span)
        return VersionStep(self.retailer, span, again, capture, text_sha256)


def policies(db: Database, wanted: ExportFilter) -> Iterator[PolicySteps]:
    """Yield the chosen retailers' policies by domain, one at a time. Raises UnknownRetailerError."""
    for policy_id, domain in retailers.policies(db, wanted.domains):
        found = tuple(spans(db, [policy_id])[policy_id])
        met = [index for index, span in enumerate(found) if wanted.overlaps(span.since, span.until)]
        yield PolicySteps(policy_id, domain, found, frozenset(met[-1:] if wanted.latest else met))


def markdown(db: Database, text_sha256: str) -> str:
    """Return a text by its SHA-256."""
    (text,) = db.execute("select markdown from texts where id = ?", [text_id(text_sha256)]).fetchone()
    return str(text)


def _capture(db: Database, policy: PolicySteps, span: Span) -> tuple[CitedCapture, str]:
    """Return the good capture at which a span begins, and the SHA-256 of its version's text."""
    row = db.execute(
        """select v.text_id, t.sha256 from versions v join texts t on t.id = v.text_id
        where v.policy_id = ? and v.number = ?""",
        [policy.id, span.version],
    ).fetchone()
    if row is None:
        raise unfounded(policy.retailer)
    return cited_capture(db, policy.id, policy.retailer, span.since, row[0]), row[1]
