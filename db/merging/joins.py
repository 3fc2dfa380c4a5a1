"""The rules of a merge: what becomes of one thing of which two archives know something.

Each rule is the join of a semilattice: it does not matter which archive comes first, how they are grouped, or how often one
is merged (docs/decisions/0015). So nothing here may ask which archive is "ours", and what is chosen is chosen by the things
themselves.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

Value = TypeVar("Value", str, int)
UNKNOWN = "-"  # the digest of a capture that no index lists
STATES = ("fetched", "excluded", "failed", "listed", "skipped")  # what tells more goes before what tells less
FOUND_BY = ("given", "list", "cdx", "link")
KINDS = ("privacy", "regional", "candidate")  # where an address is kept that was judged; `home` is not a judgement
RELATIONS = ("own", "other", None)
SAVES = ("asked", "pending", "failed", "refused", "held", "saved")

Proves = Callable[[str, str], bool]  # whether a body (by its SHA-256) has a digest, which is the archive's own word for it


@dataclass(frozen=True, slots=True)
class Held:
    """What an archive holds of a capture: a body, or, without one, the text that another tool made (both by SHA-256)."""

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
class Known:
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
    others: frozenset[Held] = frozenset()

    @property
    def own(self) -> Held:
        """What is held as the capture's own."""
        return Held(self.body, None if self.body else self.text, self.archive, self.headers, self.fetched_at)

    @property
    def judgement(self) -> tuple[str | None, ...]:
        """What was derived from the body."""
        return self.verdict, self.reason, self.text

    @property
    def evidence(self) -> tuple[str | int | None, ...]:
        """What its judgement was derived from (db.captures.Evidence), as far as two archives can differ in it."""
        return self.body, self.headers, self.status, self.mimetype


def join_captures(one: Known, other: Known, proves: Proves) -> Known:
    """Join what two archives know of a capture. What is held goes before what could not be had, or was not asked for.

    Of two bodies the capture's own is: the one that has its digest; else one that was asked for (not shared by a twin, nor
    imported), the earlier; else the smaller hash. A judgement is None, to be made anew, where it is not what all archives
    made of the same evidence.
    """
    fetched = [known for known in (one, other) if known.state == "fetched"]
    if not fetched:
        return _listed(min(one, other, key=_not_held), one, other)
    base = _listed(fetched[0], one, other)
    own, *rest = _ordered(fetched, base.digest, proves)
    joined = replace(
        base, archive=own.archive, attempts=max(known.attempts for known in fetched), fetched_at=own.fetched_at,
        headers=own.headers, body=own.body, text=own.text, others=frozenset(rest),
    )  # fmt: skip
    verdict, reason, text = _judgement(joined, fetched)
    return replace(joined, verdict=verdict, reason=reason, text=text)


def _listed(known: Known, one: Known, other: Known) -> Known:
    """A capture with what indexes say of it: one says nothing of a revisit, or of what they do not list yet."""
    return replace(
        known,
        digest=min(one.digest, other.digest, key=lambda digest: (digest == UNKNOWN, digest)),
        mimetype=_least(one.mimetype, other.mimetype),
        status=_least(one.status, other.status),
        length=_least(one.length, other.length),
    )


def _not_held(known: Known) -> tuple[object, ...]:
    # What could not be had while no index listed it is asked for anew (db.captures.record_rows).
    return known.digest == UNKNOWN, STATES.index(known.state), -known.attempts, known.archive, known.reason or ""


def _ordered(fetched: Iterable[Known], digest: str, proves: Proves) -> list[Held]:
    """All that is held of a capture, each content once, its own first."""
    pool = {held for known in fetched for held in (known.own, *known.others)}
    # A text that another tool made gives way to a body, from which the text is derived; nothing gives way to both.
    pool = {held for held in pool if held.body} or {held for held in pool if held.text} or pool
    several = len({held.content for held in pool}) > 1

    def rank(held: Held) -> tuple[bool | str, ...]:
        proven = several and digest != UNKNOWN and held.body is not None and proves(digest, held.body)
        asked = held.fetched_at is not None
        return not proven, not asked, held.fetched_at or "", held.content or "", held.headers or "", held.archive

    contents: dict[str | None, Held] = {}
    for held in sorted(pool, key=rank):
        contents.setdefault(held.content, held)
    return list(contents.values())


def _judgement(joined: Known, fetched: Iterable[Known]) -> tuple[str | None, ...]:
    own = joined.own
    if own.body is None:
        told = [known.judgement for known in fetched if known.own.content == own.content]
        return min(told, key=lambda judgement: tuple(part or "" for part in judgement))
    settled = {held.content for known in fetched if known.body == own.body for held in known.others}
    by_body = [known for known in fetched if known.body and (known.body == own.body or known.body not in settled)]
    made = {(known.evidence, known.judgement) for known in by_body}
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
    listed = max(one, other, key=lambda page: (page.listed_at or "", page.listing or "", page.listing_reason or ""))
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
        version = [(int(part) if part.isdecimal() else -1, part) for part in re.findall(r"[0-9]{1,9}|[^0-9]+", text.extractor)]
        told = -text.completeness, text.language or "", text.words, text.title, text.wording
        return text.extractor == extractor, version, text.extractor, *told

    return max(one, other, key=rank)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of an index that was listed completely (db/coverage.py)."""

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
