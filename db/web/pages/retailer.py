"""The page of a retailer: its policy on one timeline, the versions, and the evidence for every date."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.query import gaps as absence
from db.query import lineage, variants
from db.query.spans import Span, spans
from db.store import retailers, searches
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.capture_links import CaptureLink, capture_links
from db.web.pages.timeline_svg import DrawnGap, Scale, TimelineBar, VersionLabel, bars, labels, ticks

_NOT_REQUESTED = ("listed", "skipped")  # captures in these states were never requested, and are not drawn


class VersionSummary(NamedTuple):
    """A version in the list of versions."""

    number: int
    title: str
    words: int
    captures: int
    stated_date: str | None
    suspect: str | None
    first_seen: str
    last_seen: str


class Address(NamedTuple):
    """An address of the policy, with its captures counted by verdict or state.

    `good`, `other` and `failed` are SVG paths with a tick for each capture. `known` explains how the address
    was found.
    """

    url: str
    listing: str | None
    listing_reason: str | None
    first_good: str | None
    last_good: str | None
    counts: dict[str, int]
    good: str
    other: str
    failed: str
    known: str


@dataclass(frozen=True)
class RetailerPage:
    """The data of the page.

    `spans` are in order of time. `rejected` are addresses that discovery did not accept.
    """

    domain: str
    name: str | None
    spans: list[Span]
    versions: dict[int, VersionSummary]
    evidence: dict[str, CaptureLink]
    addresses: list[Address]
    regional: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    in_vain: str
    gaps: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    variants: list[dict[str, Any]]
    scale: Scale
    line: list[TimelineBar]
    labels: list[VersionLabel]


@view
async def retailer(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}`."""
    domain = request.domain()
    history = await request.read(lambda db: read_retailer(db, domain))
    return await request.render("retailer.html", history=history)


def read_retailer(db: Database, domain: str) -> RetailerPage:
    """Return the data of a retailer's page. Raises UnknownRetailerError."""
    policy_id = retailers.policy_of(db, domain)
    (name,) = db.execute("select name from retailers where domain = ?", [domain]).fetchone()
    of_policy = spans(db, [policy_id])[policy_id]
    # Gaps of less than a year are left out: they are normal if there are two captures a year.
    gaps = absence.long(absence.gaps_of(db, [policy_id]).get(domain, []))
    captures = db.execute(
        """select g.id, coalesce(c.verdict, c.state), c.captured_at
        from pages g cross join captures c on c.page_id = g.id
        where g.policy_id = ?""",
        [policy_id],
    ).fetchall()
    scale = Scale.of([moment for _, _, moment in captures] + [gap["until"] for gap in gaps])
    return RetailerPage(
        domain=domain,
        name=name,
        spans=of_policy,
        versions={version.number: version for version in _versions(db, policy_id)},
        evidence=capture_links(db, policy_id),
        addresses=_addresses(db, domain, policy_id, captures, scale),
        regional=[
            {**row, "known": lineage.known(row)} for row in lineage.of_retailer(db, domain, ("regional",))
        ],
        rejected=[
            row
            for row in lineage.of_retailer(db, domain, ("candidate",))
            if row["finding"] not in (None, retailers.AGAIN)
        ],
        in_vain=searches.in_vain(db, domain),
        gaps=gaps,
        missing=absence.missing(db, policy_id),
        variants=[
            {"version": number, **variant}
            for (number, _), found in variants.of_policy(db, policy_id).items()
            for variant in found
        ],
        scale=scale,
        line=bars(of_policy, _drawn(gaps), scale),
        labels=labels(of_policy, scale),
    )


def _drawn(gaps: list[dict[str, Any]]) -> list[DrawnGap]:
    """Return the gaps that can be drawn, because they have a start and an end."""
    return [
        DrawnGap(gap["since"], gap["until"], gap["last_good"], gap["next_good"])
        for gap in gaps
        if gap["days"] is not None
    ]


def _versions(db: Database, policy_id: int) -> list[VersionSummary]:
    rows = db.execute(
        """select v.number, t.title, t.words, v.captures, v.stated_date, v.suspect,
               v.first_seen, v.last_seen
        from versions v join texts t on t.id = v.text_id where v.policy_id = ? order by v.number""",
        [policy_id],
    )
    return [VersionSummary(*row) for row in rows]


def _addresses(
    db: Database, domain: str, policy_id: int, captures: list[tuple[int, str, str | None]], scale: Scale
) -> list[Address]:
    """Return the addresses by their first good capture. Addresses without one are last."""
    known = {row["url"]: lineage.known(row) for row in lineage.of_retailer(db, domain)}
    found = []
    for page_id, *facts in db.execute(
        "select id, url, listing, listing_reason from pages where policy_id = ? order by id", [policy_id]
    ):
        own = [(what, moment) for page, what, moment in captures if page == page_id]
        good = sorted(moment for what, moment in own if what == "policy" and moment)
        rows = (
            ticks(good, scale),
            ticks(
                (
                    moment
                    for what, moment in own
                    if what not in ("policy", "failed", "excluded", *_NOT_REQUESTED)
                ),
                scale,
            ),
            ticks((moment for what, moment in own if what in ("failed", "excluded")), scale),
        )
        counts = dict(Counter(what for what, _ in own).most_common())
        url, listing, reason = facts
        first, last = (good[0], good[-1]) if good else (None, None)
        found.append(Address(url, listing, reason, first, last, counts, *rows, known.get(url, "")))
    return sorted(found, key=lambda address: address.first_good or "~")
