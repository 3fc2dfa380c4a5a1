"""The rules of a merge: how one row of two archives is joined.

Each rule is the join of a semilattice: the order, the grouping and repetition of merges do not matter
(docs/decisions/0015-merging.md). So no rule asks which archive is ours; the rows themselves decide.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from db.store.captures import STATES
from db.store.coverage import Coverage
from db.store.retailers import FOUND_BY
from db.store.texts import IMPORTED

Value = TypeVar("Value", str, int)
UNKNOWN = "-"  # the digest of a capture that no index lists
# The kinds that discovery assigns to an address, in order of precedence; it does not judge home pages.
KINDS = ("privacy", "regional", "candidate")
RELATIONS = ("own", "other", None)
SAVES = ("asked", "pending", "failed", "refused", "held", "saved")  # states of a save request, in their order

# Returns whether a body (SHA-256) has a digest of an index.
Proves = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A body of a capture, or, without any body, a text that another tool made (SHA-256 of either)."""

    body: str | None
    text: str | None
    archive: str
    headers: str | None
    fetched_at: str | None

    @property
    def sha256(self) -> str | None:
        """The body's hash, or else the text's; None for a capture without either."""
        return self.body or self.text


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """What one archive knows of a capture. `others` are contents in conflict with its own."""

    digest: str
    mimetype: str | None
    status: int | None
    length: int | None
    state: str
    archive: str
    attempts: int
    reason: str | None
    fetched_at: str | None
    headers: str | None
    body: str | None
    text: str | None
    verdict: str | None
    replay_key: str | None = None
    others: frozenset[StoredContent] = frozenset()

    @property
    def own(self) -> StoredContent:
        """The capture's own body."""
        return StoredContent(self.body, None, self.archive, self.headers, self.fetched_at)

    @property
    def judgement(self) -> tuple[str | None, ...]:
        """What was derived from the body: verdict, reason and text."""
        return self.verdict, self.reason, self.text

    @property
    def extraction_input(self) -> tuple[str | int | None, ...]:
        """What the judgement was derived from, as far as two archives can differ in it."""
        return self.body, self.headers, self.status, self.mimetype


def join_captures(one: KnownCapture, other: KnownCapture, proves: Proves) -> KnownCapture:
    """Join two archives' knowledge of a capture. A fetched capture goes before any other.

    Of two bodies the capture's own is the one with its digest; else one that was requested (not copied from a
    same-digest capture or imported), the earlier; else the one with the smaller hash. Verdict, reason and
    text become None if the archives derived different ones from the same input.
    """
    fetched = [known for known in (one, other) if known.body]
    if not fetched:
        return _without_body(one, other)
    base = _with_index_values(fetched[0], one, other)
    own, *rest = _ordered(fetched, base.digest, proves)
    joined = replace(
        base,
        archive=own.archive,
        attempts=max(known.attempts for known in fetched),
        fetched_at=own.fetched_at,
        headers=own.headers,
        body=own.body,
        others=frozenset(rest),
    )
    verdict, reason, text = _judgement(joined, fetched)
    return replace(joined, verdict=verdict, reason=reason, text=text)


def _without_body(one: KnownCapture, other: KnownCapture) -> KnownCapture:
    """Join two captures without a body; an imported text is kept in whatever state the capture is."""
    base = _with_index_values(min(one, other, key=_precedence), one, other)
    texts = {known.text for known in (one, other)}
    texts |= {content.text for known in (one, other) for content in known.others}
    imported = sorted(text for text in texts if text)
    if not imported:
        return base
    own, *rest = imported
    having = [known for known in (one, other) if known.text == own]
    reasons = [known.reason for known in having if known.state == base.state == "listed" and known.reason]
    return replace(
        base,
        text=own,
        verdict=min((known.verdict for known in having if known.verdict), default=None),
        reason=min(reasons, default=base.reason),
        others=frozenset(StoredContent(None, text, IMPORTED, None, None) for text in rest),
    )


def _with_index_values(known: KnownCapture, one: KnownCapture, other: KnownCapture) -> KnownCapture:
    """Return a capture with the values of the indexes, where one of the two archives has them."""
    return replace(
        known,
        digest=min(one.digest, other.digest, key=lambda digest: (digest == UNKNOWN, digest)),
        mimetype=least(one.mimetype, other.mimetype),
        status=least(one.status, other.status),
        length=least(one.length, other.length),
        replay_key=least(one.replay_key, other.replay_key),
    )


def _precedence(known: KnownCapture) -> tuple[object, ...]:
    # A capture that failed before an index listed it is tried again (`captures.record_rows`).
    tried = STATES.index(known.state), -known.attempts, known.archive
    return known.digest == UNKNOWN, *tried, known.reason or "", known.fetched_at or "", known.headers or ""


def _ordered(captures: Iterable[KnownCapture], digest: str, proves: Proves) -> list[StoredContent]:
    """Return all bodies of a capture, each once, its own first."""
    # Imported texts are left out: a body gives a text of its own.
    pool = {content for known in captures for content in (known.own, *known.others) if content.body}
    several = len({content.body for content in pool}) > 1

    def rank(content: StoredContent) -> tuple[bool | str, ...]:
        proven = several and digest != UNKNOWN and proves(digest, str(content.body))
        requested = content.fetched_at is not None
        values = content.fetched_at, content.body, content.headers
        return not proven, not requested, *(value or "" for value in values), content.archive

    bodies: dict[str | None, StoredContent] = {}
    for content in sorted(pool, key=rank):
        bodies.setdefault(content.body, content)
    return list(bodies.values())


def _judgement(joined: KnownCapture, fetched: Iterable[KnownCapture]) -> tuple[str | None, ...]:
    """Return what all archives derived from the own body; earlier conflicts are settled."""
    settled = {content.body for known in fetched if known.body == joined.body for content in known.others} - {
        joined.body
    }
    derived = {(known.extraction_input, known.judgement) for known in fetched if known.body not in settled}
    extraction_input, judgement = derived.pop() if len(derived) == 1 else (None, ())
    return judgement if extraction_input == joined.extraction_input else (None, None, None)


def least(one: Value | None, other: Value | None) -> Value | None:
    """Return the smaller of two values; None only if both are None."""
    return min((value for value in (one, other) if value is not None), default=None)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What one archive knows of a retailer's page, without its captures."""

    kind: str
    url: str
    found_by: str
    listing: str | None
    listing_reason: str | None
    listed_at: str | None
    waypoint: int
    relation: str | None
    finding: str | None


def join_pages(one: PageFacts, other: PageFacts) -> PageFacts:
    """Join two archives' knowledge of a page: first origin, last listing, first kind of `KINDS`.

    A page is redirect-only in the result if it is so in both archives.
    """
    found = min(one, other, key=lambda page: (FOUND_BY.index(page.found_by), page.url))
    listed = max(
        one, other, key=lambda page: (page.listed_at or "", page.listing or "", page.listing_reason or "")
    )
    kept = min(one, other, key=_kind_precedence)
    return replace(
        kept,
        url=found.url,
        found_by=found.found_by,
        listing=listed.listing,
        listing_reason=listed.listing_reason,
        listed_at=listed.listed_at,
        waypoint=min(one.waypoint, other.waypoint),
    )


def _kind_precedence(page: PageFacts) -> tuple[object, ...]:
    kind = KINDS.index(page.kind) if page.kind in KINDS else len(KINDS)
    return kind, page.kind, RELATIONS.index(page.relation), page.finding is None, page.finding or ""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What an extractor recorded of a Markdown."""

    extractor: str
    completeness: float
    language: str | None
    words: int
    title: str
    wording: str


def join_texts(one: TextFacts, other: TextFacts, extractor: str) -> TextFacts:
    """Choose between two archives' facts of one Markdown.

    The present `extractor` goes first, then the later one, then the lower completeness.
    """

    def rank(text: TextFacts) -> tuple[object, ...]:
        version = [
            (int(part) if part.isdecimal() else -1, part)
            for part in re.findall(r"[0-9]{1,9}|[^0-9]+", text.extractor)
        ]
        facts = -text.completeness, text.language or "", text.words, text.title, text.wording
        return text.extractor == extractor, version, text.extractor, *facts

    return max(one, other, key=rank)


def join_windows(one: Coverage, other: Coverage) -> Coverage:
    """Choose one of two covered windows: the one with the earlier start, else the later `whole_at`.

    Windows are never united, also where they meet: the result for three windows would depend on the order.
    The window that is dropped costs only a longer answer, because the index is listed from `reached` on in
    any case.
    """
    if (one.first or "") != (other.first or ""):
        return min(one, other, key=lambda window: window.first or "")
    return max(one, other, key=lambda window: (window.whole_at, window.reached))
