"""The page of a retailer: its policy on one timeline, the versions, and the evidence for every date."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from db.citations import CaptureLink
from db.query import findings, lineage, variants
from db.query import gaps as absence
from db.query.findings import Meaning
from db.query.spans import Span, spans
from db.store import retailers, searches
from db.times import digits
from db.web.common.dates import is_date
from db.web.common.responses import Response
from db.web.common.views import PageRequest, view
from db.web.pages.capture_links import capture_links
from db.web.pages.retailer import timeline_marks
from db.web.pages.retailer.timeline_marks import LawMark, SizeBar
from db.web.pages.retailer.version_rows import SMALL, RowGroup, VersionSummary, read_versions, row_groups
from db.web.pages.timeline_svg import DrawnGap, Scale, TimelineBar, VersionLabel, bars, labels, ticks

_NOT_REQUESTED = ("listed", "skipped")  # captures in these states were never requested, and are not drawn


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

    `spans` are in order of time, and `groups` are the rows of the table of versions, the newest first.
    `rejected` are addresses that discovery did not accept. `searched_until` is until when nothing more was
    found; None if the last capture is as late.
    """

    domain: str
    name: str | None
    spans: list[Span]
    versions: dict[int, VersionSummary]
    groups: list[RowGroup]
    evidence: dict[str, CaptureLink]
    addresses: list[Address]
    regional: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    in_vain: str
    gaps: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    scale: Scale
    line: list[TimelineBar]
    labels: list[VersionLabel]
    sizes: list[SizeBar]
    laws: list[LawMark]
    searched_until: str | None
    meanings: dict[tuple[int, str], Meaning]

    @property
    def set_aside(self) -> int:
        """The number of places that differ within versions and do not count."""
        return sum(version.set_aside for version in self.versions.values())


@view
async def retailer(request: PageRequest) -> Response:
    """Show `/{database}/-/policies/{domain}`."""
    return await _shown(request)


@view
async def on_day(request: PageRequest) -> Response:
    """Redirect `/{database}/-/policies/{domain}/at?day=2018-05-25` to the address of that day.

    A month or a year is valid too. For another value the page is shown again, with status 400.
    """
    day = request.query_value("day")
    if not is_date(day):
        return await _shown(request, wrong_day=day)
    return Response(302, [("location", request.urls.at(request.domain(), digits(day)))])


async def _shown(request: PageRequest, wrong_day: str | None = None) -> Response:
    domain = request.domain()
    history = await request.read(lambda db: read_retailer(db, domain))
    status = 200 if wrong_day is None else 400
    return await request.render(
        "retailer.html", status=status, history=history, wrong_day=wrong_day, small=SMALL
    )


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
    moments = [moment for _, _, moment in captures]
    scale, versions = Scale.of(moments), read_versions(db, policy_id)
    others = [
        {"version": number, **variant}
        for (number, _), found in variants.of_policy(db, policy_id).items()
        for variant in found
    ]
    return RetailerPage(
        domain=domain,
        name=name,
        spans=of_policy,
        versions=versions,
        groups=row_groups(of_policy, versions, others),
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
        scale=scale,
        line=bars(of_policy, _drawn(gaps), scale),
        labels=labels(of_policy, scale),
        sizes=timeline_marks.sizes(of_policy, scale),
        laws=timeline_marks.laws(scale),
        searched_until=timeline_marks.searched_until(gaps, moments),
        meanings=findings.of_policy(db, policy_id),
    )


def _drawn(gaps: list[dict[str, Any]]) -> list[DrawnGap]:
    """Return the gaps that can be drawn, because they have a start and an end."""
    return [
        DrawnGap(gap["since"], gap["until"], gap["last_good"], gap["next_good"])
        for gap in gaps
        if gap["days"] is not None
    ]


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
