"""The steps of a policy: from which moment on its file contains which version.

A version that returns is another step, so the list of versions is not enough.
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
    """A version from one moment on.

    `capture` is the capture at that moment. `again` is True if the version had been shown before.
    """

    retailer: str
    span: Span
    again: bool
    capture: CitedCapture
    text_sha256: str

    @property
    def since(self) -> str:
        """The moment of the first capture in this step (ISO 8601)."""
        return self.span.since


@dataclass(frozen=True)
class PolicySteps:
    """The spans of a policy, the oldest first. No capture is read yet.

    `chosen` are the indexes of the spans to export.
    """

    id: int
    retailer: str
    spans: tuple[Span, ...]
    chosen: frozenset[int]

    def step(self, db: Database, index: int) -> VersionStep:
        """Read the step at an index of `spans`, with its evidence.

        Raises StoreError if the history does not match the captures.
        """
        span = self.spans[index]
        again = any(span.version == earlier.version for earlier in self.spans[:index])
        capture, text_sha256 = _capture(db, self, span)
        return VersionStep(self.retailer, span, again, capture, text_sha256)


def policies(db: Database, wanted: ExportFilter) -> Iterator[PolicySteps]:
    """Yield the policies of the chosen retailers by domain, one at a time.

    Raises UnknownRetailerError.
    """
    for policy_id, domain in retailers.policies(db, wanted.domains):
        found = tuple(spans(db, [policy_id])[policy_id])
        met = [index for index, span in enumerate(found) if wanted.overlaps(span.since, span.until)]
        yield PolicySteps(policy_id, domain, found, frozenset(met[-1:] if wanted.latest else met))


def markdown(db: Database, text_sha256: str) -> str:
    """Return the Markdown of a text. `text_sha256` is its hash in hexadecimal digits."""
    (text,) = db.execute("select markdown from texts where id = ?", [text_id(text_sha256)]).fetchone()
    return str(text)


def _capture(db: Database, policy: PolicySteps, span: Span) -> tuple[CitedCapture, str]:
    """Return the good capture at the start of a span, and its text's SHA-256.

    The text is the first text of the version, which can differ from the capture's own text in links or
    markup.
    """
    row = db.execute(
        """select v.text_id, t.sha256 from versions v join texts t on t.id = v.text_id
        where v.policy_id = ? and v.number = ?""",
        [policy.id, span.version],
    ).fetchone()
    if row is None:
        raise unfounded(policy.retailer)
    return cited_capture(db, policy.id, policy.retailer, span.since, row[0]), row[1]
