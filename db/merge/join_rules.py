"""The rules of a merge: how two rows about the same thing become one row.

Each rule has the same result in any order, in any grouping, and after repetition (a join of a semilattice,
docs/decisions/0015-merging.md). So no rule depends on which file is ours. Only the values decide.
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
UNKNOWN = "-"  # the digest of a capture that is in no index
# The kinds that discovery gives to an address, the strongest first. Home pages are not judged.
KINDS = ("privacy", "regional", "candidate")
RELATIONS = ("own", "other", None)
SAVES = ("asked", "pending", "failed", "refused", "held", "saved")  # states of a save request, in this order

# Takes a digest of an index and the SHA-256 of a body, and returns whether the body has that digest.
Proves = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The content of a capture: a body, or a text that another tool made.

    Both are given as SHA-256. Only one of them is set.
    """

    body: str | None
    text: str | None
    archive: str
    headers: str | None
    fetched_at: str | None

    @property
    def sha256(self) -> str | None:
        """The hash of the body, else of the text, else None."""
        return self.body or self.text


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """Everything that one archive file knows about a capture.

    `body` and `text` are SHA-256. `others` are different contents for the same capture (conflicts).
    """

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
        """The body that counts as the capture's own, with its headers."""
        return StoredContent(self.body, None, self.archive, self.headers, self.fetched_at)

    @property
    def judgement(self) -> tuple[str | None, ...]:
        """The values that were derived from the body: verdict, reason and text."""
        return self.verdict, self.reason, self.text

    @property
    def extraction_input(self) -> tuple[str | int | None, ...]:
        """The values from which the judgement was derived, if they can differ between two files."""
        return self.body, self.headers, self.status, self.mimetype


def join_captures(one: KnownCapture, other: KnownCapture, proves: Proves) -> KnownCapture:
    """Return what two archive files know about a capture as one record.

    A fetched capture is preferred to any other. If there are two bodies, the one with the capture's digest is
    its own; else a body that was requested (not imported or copied from a same-digest capture), the earlier
    request first; else the body with the smaller hash. Verdict, reason and text become None if the two files
    derived different ones from the same input. `proves` returns whether a body has a digest.
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
    """Join two captures without a body. An imported text is always kept."""
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
    """Return the capture with index values from the file that has them."""
    return replace(
        known,
        digest=min(one.digest, other.digest, key=lambda digest: (digest == UNKNOWN, digest)),
        mimetype=least(one.mimetype, other.mimetype),
        status=least(one.status, other.status),
        length=least(one.length, other.length),
        replay_key=least(one.replay_key, other.replay_key),
    )


def _precedence(known: KnownCapture) -> tuple[object, ...]:
    # A capture that failed before it was in an index is tried again (`captures.record_rows`).
    tried = STATES.index(known.state), -known.attempts, known.archive
    headers = known.headers is None, known.headers or ""
    return known.digest == UNKNOWN, *tried, known.reason or "", known.fetched_at or "", *headers


def _ordered(captures: Iterable[KnownCapture], digest: str, proves: Proves) -> list[StoredContent]:
    """Return all different bodies of a capture, its own body first."""
    # Imported texts are left out, because a text can be extracted from a body.
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
    """Return verdict, reason and text if all files derived the same ones, else three None.

    Only results for the capture's own body count. Conflicts that an earlier merge decided are not opened
    again.
    """
    settled = {content.body for known in fetched if known.body == joined.body for content in known.others} - {
        joined.body
    }
    derived = {(known.extraction_input, known.judgement) for known in fetched if known.body not in settled}
    extraction_input, judgement = derived.pop() if len(derived) == 1 else (None, ())
    return judgement if extraction_input == joined.extraction_input else (None, None, None)


def least(one: Value | None, other: Value | None) -> Value | None:
    """Return the smaller of two values, or None if both are None."""
    return min((value for value in (one, other) if value is not None), default=None)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Everything that one archive file knows about a page, without its captures."""

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
    """Return what two archive files know about a page as one record.

    The address and origin of the strongest way of discovery stay, the newest listing, and the first kind of
    `KINDS`. The page is redirect-only if it is redirect-only in both files.
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
    """Everything that an extractor recorded about a text."""

    extractor: str
    completeness: float
    language: str | None
    words: int
    title: str
    wording: str
    stated_date: str | None


def join_texts(one: TextFacts, other: TextFacts, extractor: str) -> TextFacts:
    """Return one of two records about the same Markdown text.

    A record of the present `extractor` is preferred, else of the later extractor, else the record with the
    lower completeness. The stated date is the earlier of the two, if both are of the same extractor.
    """

    def rank(text: TextFacts) -> tuple[object, ...]:
        version = [
            (int(part) if part.isdecimal() else -1, part)
            for part in re.findall(r"[0-9]{1,9}|[^0-9]+", text.extractor)
        ]
        facts = -text.completeness, text.language or "", text.words, text.title, text.wording
        return text.extractor == extractor, version, text.extractor, *facts

    best = max(one, other, key=rank)
    if one.extractor == other.extractor:
        dates = [text.stated_date for text in (one, other) if text.stated_date]
        best = replace(best, stated_date=min(dates, default=None))
    return best


def join_windows(one: Coverage, other: Coverage) -> Coverage:
    """Return one of two covered parts of an index: the one with the earlier start, else the newer one.

    The parts are never united, not even if they touch: the result of three parts would then depend on the
    order of the merges. Dropping one is safe: the next listing starts at `reached`, so it only returns more
    rows.
    """
    if (one.first or "") != (other.first or ""):
        return min(one, other, key=lambda window: window.first or "")
    return max(one, other, key=lambda window: (window.whole_at, window.reached))
