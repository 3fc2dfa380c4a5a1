"""The rules of a merge: what becomes of one thing of which two archives know something.

Each rule is the join of a semilattice: it does not matter which archive comes first, how they are grouped, or how often one
is merged (docs/decisions/0015). So nothing here may ask which archive is "ours", and what is chosen is chosen by the things
themselves.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from db.store.captures import STATES
from db.store.retailers import FOUND_BY
from db.store.texts import IMPORTED

Value = TypeVar("Value", str, int)
UNKNOWN = "-"  # the digest of a capture that no index lists
KINDS = (
    "privacy",
    "regional",
    "candidate",
)  # where an address is kept that was judged; `home` is not a judgement
RELATIONS = ("own", "other", None)
SAVES = ("asked", "pending", "failed", "refused", "held", "saved")

Proves = Callable[
    [str, str], bool
]  # whether a body (by its SHA-256) has a digest, which is the archive's own word for it


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A body that an archive holds of a capture, or, where nobody holds one, a text that another tool made (by SHA-256)."""

    body: str | None
    text: str | None
    archive: str
    headers: str | None
    fetched_at: str | None

    @property
    def content(self) -> str | None:
        """The body's hash, else the text's; None for a capture without either."""
        return self.body or self.text


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """What an archive knows of a capture; `others` is what it holds of it beside its own."""

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
    others: frozenset[StoredContent] = frozenset()

    @property
    def own(self) -> StoredContent:
        """The capture's own body."""
        return StoredContent(self.body, None, self.archive, self.headers, self.fetched_at)

    @property
    def judgement(self) -> tuple[str | None, ...]:
        """What was derived from the body."""
        return self.verdict, self.reason, self.text

    @property
    def evidence(self) -> tuple[str | int | None, ...]:
        """What its judgement was derived from (db.store.extraction_queue.ExtractionInput), as far as two archives can differ in it."""
        return self.body, self.headers, self.status, self.mimetype


def join_captures(one: KnownCapture, other: KnownCapture, proves: Proves) -> KnownCapture:
    """Join what two archives know of a capture. What is held goes before what could not be had, or was not asked for.

    Of two bodies the capture's own is: the one that has its digest; else one that was asked for (not shared by a twin, nor
    imported), the earlier; else the smaller hash. A judgement is None, to be made anew, where it is not what all archives
    made of the same evidence.
    """
    held = [known for known in (one, other) if known.body]
    if not held:
        return _without_body(one, other)
    base = _listed(held[0], one, other)
    own, *rest = _ordered(held, base.digest, proves)
    joined = replace(
        base, archive=own.archive, attempts=max(known.attempts for known in held), fetched_at=own.fetched_at,
        headers=own.headers, body=own.body, others=frozenset(rest),
    )  # fmt: skip
    verdict, reason, text = _judgement(joined, held)
    return replace(joined, verdict=verdict, reason=reason, text=text)


def _without_body(one: KnownCapture, other: KnownCapture) -> KnownCapture:
    """What is known of a capture whose body nobody holds; the text that another tool made of it is kept, whatever its state."""
    base = _listed(min(one, other, key=_not_held), one, other)
    imported = sorted(
        {
            text
            for known in (one, other)
            for text in (known.text, *(held.text for held in known.others))
            if text
        }
    )
    if not imported:
        return base
    own, *rest = imported
    having = [known for known in (one, other) if known.text == own]
    reasons = [known.reason for known in having if known.state == base.state == "listed" and known.reason]
    return replace(
        base, text=own, verdict=min((known.verdict for known in having if known.verdict), default=None),
        reason=min(reasons, default=base.reason), others=frozenset(StoredContent(None, text, IMPORTED, None, None) for text in rest),
    )  # fmt: skip


def _listed(known: KnownCapture, one: KnownCapture, other: KnownCapture) -> KnownCapture:
    """A capture with what indexes say of it: one says nothing of a revisit, or of what they do not list yet."""
    return replace(
        known,
        digest=min(one.digest, other.digest, key=lambda digest: (digest == UNKNOWN, digest)),
        mimetype=_least(one.mimetype, other.mimetype),
        status=_least(one.status, other.status),
        length=_least(one.length, other.length),
    )


def _not_held(known: KnownCapture) -> tuple[object, ...]:
    # What could not be had while no index listed it is asked for anew (db.captures.record_rows).
    tried = STATES.index(known.state), -known.attempts, known.archive
    return known.digest == UNKNOWN, *tried, known.reason or "", known.fetched_at or "", known.headers or ""


def _ordered(known: Iterable[KnownCapture], digest: str, proves: Proves) -> list[StoredContent]:
    """All bodies that are held of a capture, each once, its own first."""
    # A text that another tool made gives way to a body: its text follows from that.
    pool = {held for each in known for held in (each.own, *each.others) if held.body}
    several = len({held.body for held in pool}) > 1

    def rank(held: StoredContent) -> tuple[bool | str, ...]:
        proven = several and digest != UNKNOWN and proves(digest, str(held.body))
        asked = held.fetched_at is not None
        return not proven, not asked, held.fetched_at or "", held.body or "", held.headers or "", held.archive

    bodies: dict[str | None, StoredContent] = {}
    for held in sorted(pool, key=rank):
        bodies.setdefault(held.body, held)
    return list(bodies.values())


def _judgement(joined: KnownCapture, fetched: Iterable[KnownCapture]) -> tuple[str | None, ...]:
    """What all made of the own body; a conflict that is known already was settled when it came up."""
    settled = {held.body for known in fetched if known.body == joined.body for held in known.others}
    made = {
        (known.evidence, known.judgement)
        for known in fetched
        if known.body not in settled or known.body == joined.body
    }
    evidence, judgement = made.pop() if len(made) == 1 else (None, ())
    return judgement if evidence == joined.evidence else (None, None, None)


def _least(one: Value | None, other: Value | None) -> Value | None:
    return min((value for value in (one, other) if value is not None), default=None)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What an archive knows of an address of a retailer, but its captures."""

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
    """Join what two archives know of an address: how it was found first of all, its last listing, the policy before the rest.

    An address that one archive found otherwise than by a redirect is no waypoint.
    """
    found = min(one, other, key=lambda page: (FOUND_BY.index(page.found_by), page.url))
    listed = max(
        one, other, key=lambda page: (page.listed_at or "", page.listing or "", page.listing_reason or "")
    )
    kept = min(one, other, key=_keeping)
    return PageFacts(
        kept.kind, found.url, found.found_by, listed.listing, listed.listing_reason, listed.listed_at,
        min(one.waypoint, other.waypoint), kept.relation, kept.finding,
    )  # fmt: skip


def _keeping(page: PageFacts) -> tuple[object, ...]:
    kind = KINDS.index(page.kind) if page.kind in KINDS else len(KINDS)
    return kind, page.kind, RELATIONS.index(page.relation), page.finding is None, page.finding or ""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What an extractor said of a Markdown."""

    extractor: str
    completeness: float
    language: str | None
    words: int
    title: str
    wording: str


def join_texts(one: TextFacts, other: TextFacts, extractor: str) -> TextFacts:
    """Join what two archives say of one Markdown: what the present `extractor` says, or a later one; then the doubt stays."""

    def rank(text: TextFacts) -> tuple[object, ...]:
        version = [
            (int(part) if part.isdecimal() else -1, part)
            for part in re.findall(r"[0-9]{1,9}|[^0-9]+", text.extractor)
        ]
        told = -text.completeness, text.language or "", text.words, text.title, text.wording
        return text.extractor == extractor, version, text.extractor, *told

    return max(one, other, key=rank)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an index that was listed completely (db/store/coverage.py)."""

    first: str | None
    reached: str
    whole_at: str


def join_windows(one: Window, other: Window) -> Window:
    """Choose one of two windows: the one that begins earlier, else the one that was listed whole later.

    They are not united, also where they meet: what three windows come to would depend on the order. To forget one costs
    nothing but a longer answer, for the index is asked from `reached` on in any case.
    """
    if (one.first or "") != (other.first or ""):
        return min(one, other, key=lambda window: window.first or "")
    return max(one, other, key=lambda window: (window.whole_at, window.reached))
