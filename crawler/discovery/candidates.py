"""Check candidates: fetch the few captures of an address that show whether it has the policy."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.discovery.classify.link_ranking import score_link
from crawler.discovery.classify.page import Classification, Clue, classify_page
from crawler.discovery.session import DiscoverySession
from crawler.errors import CdxError
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.cdx_survey import NO_ERRORS, Survey
from crawler.webarchive.memento import is_redirect
from db import times
from db.database import transaction
from db.headers import header
from db.query import lineage
from db.store import captures, clues, extraction_queue, retailers, texts
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey
from extract.links import BODY, Link
from extract.verdict import POLICY

MAX_CANDIDATES = 10  # checked for one strategy: the right ones are among the strongest few
MAX_CAPTURES = 3  # fetched for one candidate; an address that shows no policy in three shows none


async def check_candidates(session: DiscoverySession) -> None:
    """Check the strongest candidates without a finding; the others get one that says so.

    Raises STOPPED, StoreError.
    """
    unchecked = retailers.open_candidates(session.db, session.policies["candidate"])
    ordered = sorted(unchecked, key=lambda page: (-_points(session, page), page.id))
    for page in ordered[:MAX_CANDIDATES]:
        probe = CandidateProbe(session, page)
        result = await probe.run()
        if result.classification:
            session.accept(page, result.classification)
        elif result.failure:
            session.add_failure(f"{page.url}: {result.failure}")
        else:
            session.reject(page, result.finding)
    finding = f"not looked at: {MAX_CANDIDATES} stronger addresses were"
    with transaction(session.db):
        for page in ordered[MAX_CANDIDATES:]:
            retailers.settle(session.db, page.id, page.policy_id, None, finding)


async def check_given(session: DiscoverySession, page: Page) -> None:
    """Store the relation of a page that a list names. It stays a page of the policy whatever it shows.

    If the page was never listed, its first and last capture are fetched first. Raises STOPPED.
    """
    if retailers.listing(session.db, page.id) is None:
        try:
            await CandidateProbe(session, page).fetch_ends()
        except CdxError as error:
            session.add_failure(f"{page.url}: {error}")
    classification = _classify_last_good(session, page)
    found = classification.finding if classification else "no good capture is known yet"
    relation = classification.relation if classification else None
    with transaction(session.db):
        retailers.settle(session.db, page.id, page.policy_id, relation, f"a list names it; {found}")


def accept_only_regional(session: DiscoverySession) -> None:
    """Make the policy of a region the main policy if it is the only one. Sends no request."""
    regional = session.pages("regional")
    if session.pages() or len(regional) != 1:
        return
    (page,) = regional
    classification = _classify_last_good(session, page, alone=True)
    if classification and classification.kind == "privacy":
        evidence = clues.of_page(session.db, page.id)[0].way
        session.accept(page, classification, "successor" if evidence == "redirect" else evidence)


@dataclass(frozen=True)
class ProbeResult:
    """What the captures of a candidate show.

    `classification` is that of a policy, None if no capture shows one; then `finding` says why. `failure`
    says why the index did not answer, if no capture could be checked for that reason.
    """

    classification: Classification | None
    finding: str
    failure: str | None = None


class CandidateProbe:
    """Fetch captures of one page until one shows the retailer's policy, or another party's."""

    def __init__(self, session: DiscoverySession, page: Page) -> None:
        self._session, self._page = session, page
        self._accepted: Classification | None = None
        self._finding = ""
        self._fetched = 0
        self._shows_other_policy = False
        self._listed: list[IndexRow] | None = None
        evidence = clues.of_page(session.db, page.id)
        self._moments = [clue.captured_at for clue in evidence if clue.captured_at]
        # A page that was checked before needs captures of another time than those that were checked.
        self._needs_index = retailers.finding(session.db, page.id) != retailers.AGAIN or any(
            session.is_far(page, re.sub(r"\D", "", moment)) for moment in self._moments
        )

    async def run(self) -> ProbeResult:
        """Check the stored captures, then captures from the index. Raises STOPPED, StoreError."""
        failure = None
        try:
            await self._check_stored()
            if self._needs_index and not (self._accepted or self._shows_other_policy):
                await self._check_listed()
            if self._accepted:
                await self.fetch_ends()
        except ExcludedError as error:  # of this address only: it may be on another host
            self._finding = str(error)
        except CdxError as error:
            failure = None if self._fetched else str(error)
        nothing = "no capture of it can be had" if self._listed else "the archive has no good capture of it"
        return ProbeResult(self._accepted, self._finding or nothing, failure)

    async def fetch_ends(self) -> None:
        """Fetch the captures that limit the page's period: the first, the last, a redirect at the end."""
        every = await self._list()
        rows = _without_redirects(every)
        last_redirect = every[-1:] if every and is_redirect(every[-1].status) else []
        for row in dict.fromkeys(rows[:1] + rows[-1:] + last_redirect):
            await self._session.fetch(self._page.policy_id, self._stored(row))

    async def _check_stored(self) -> None:
        """Check the stored captures: an index row or a redirect named them."""
        stored = captures.of_page(self._session.db, self._page.id)
        for capture in sorted(stored, key=lambda c: (c.state != "fetched", c.timestamp)):
            wanted = capture.wanted and not self._shows_other_policy
            if not self._accepted and (capture.state == "fetched" or wanted):
                await self._check(capture)

    async def _check_listed(self) -> None:
        """Check a few of the captures that the index lists."""
        every = await self._list()
        rows = _without_redirects(every)
        self._fetched = min(self._fetched, 1)  # stored captures count as one
        for row in decisive_captures(rows, self._moments):
            if not self._accepted and self._fetched < MAX_CAPTURES:
                await self._check(self._stored(row))
            if self._shows_other_policy:
                return
        redirects = [row for row in every if is_redirect(row.status)]
        if not rows and redirects and not self._accepted and not self._finding:
            await self._check(self._stored(redirects[-1]))

    async def _check(self, capture: Capture) -> None:
        session, page = self._session, self._page
        capture = await session.fetch(page.policy_id, capture)
        if capture.state != "fetched":
            return
        self._fetched += 1
        if is_redirect(capture.status):
            location = location_of(session.db, capture)
            self._finding = f"it redirects to {location or 'no address'}"
            if location:
                add_target(session, capture, location)
            return
        classification = classify_capture(session, page, capture)
        if classification.kind == "candidate":
            self._finding = classification.finding
            self._shows_other_policy = texts.of_capture(session.db, capture.id).verdict == POLICY
        else:
            self._accepted = classification

    async def _list(self) -> list[IndexRow]:
        """Return the captures that the index lists, the first of each month, by time."""
        if self._listed is None:
            survey = Survey.of(self._session.source, self._page.url, "exact", "timestamp:6", (NO_ERRORS,))
            rows: list[IndexRow] = []
            while survey.address:
                rows += await self._session.query(survey)
            dated = (row for row in rows if times.moment(row.timestamp))
            self._listed = sorted(dated, key=lambda row: row.timestamp)
        return self._listed

    def _stored(self, row: IndexRow) -> Capture:
        with transaction(self._session.db):
            return self._session.add_capture(self._page, row)


def classify_capture(
    session: DiscoverySession, page: Page, capture: Capture, *, alone: bool = False
) -> Classification:
    """Classify a page by the text of a capture. `alone`: it is the retailer's only policy."""
    text = texts.of_capture(session.db, capture.id)
    return classify_page(
        domain=session.domain,
        name=session.name,
        url=page.url,
        title=text.title,
        text=text.markdown,
        verdict=str(text.verdict),
        language=text.language,
        clues=[Clue(c.way, c.text, c.source_url) for c in clues.of_page(session.db, page.id)],
        home_language=session.language,
        alone=alone,
    )


def _classify_last_good(
    session: DiscoverySession, page: Page, *, alone: bool = False
) -> Classification | None:
    """Classify a page by its last good capture, None if it has none."""
    good = lineage.goods(session.db, page.id)
    if not good:
        return None
    return classify_capture(session, page, captures.get(session.db, good[-1][0]), alone=alone)


def decisive_captures(rows: Sequence[IndexRow], moments: Iterable[str]) -> list[IndexRow]:
    """Return the few captures of a page to check, in this order.

    These are the nearest to the first moment (ISO 8601) of evidence, the last, the first and the middle one;
    then the nearest to the other moments. `rows` are by time; without rows the result is empty.
    """
    if not rows:
        return []
    nearest = [min(rows, key=lambda row: abs(_seconds(row) - at)) for at in map(times.seconds, moments)]
    chosen = [*nearest[:1], rows[-1], rows[0], rows[len(rows) // 2], *nearest[1:]]
    return list(dict.fromkeys(chosen))


def location_of(db: Database, capture: Capture) -> str | None:
    """Return the address to which a captured redirect leads, None if its headers have none."""
    return header(extraction_queue.extraction_input(db, capture.id).headers, "location")


def add_target(session: DiscoverySession, capture: Capture, location: str) -> bool:
    """Store the target of a captured redirect, and return whether it must be checked.

    A capture of the target at the same second is stored with it. Redirects within one urlkey are no evidence:
    they lead from http to https, or to the host without `www.`.
    """
    if urlkey(location) == urlkey(capture.original):
        return False
    with transaction(session.db):
        page = session.add_candidate(location, "redirect", capture=capture)
        if page and not captures.of_page(session.db, page.id):
            session.add_capture(page, IndexRow.at(page.urlkey, capture.archive_timestamp, location))
    return page is not None


def _points(session: DiscoverySession, page: Page) -> int:
    """Return the strength of a candidate by the best of its evidence."""
    words = [clue.text for clue in clues.of_page(session.db, page.id)] or [""]
    links = [Link(page.url, text, BODY) if text else page.url for text in words]
    return max(
        score_link(link, domain=session.domain, home_language=session.language).points for link in links
    )


def _without_redirects(rows: Sequence[IndexRow]) -> list[IndexRow]:
    return [row for row in rows if not is_redirect(row.status)]


def _seconds(row: IndexRow) -> float:
    moment = times.moment(row.timestamp)
    return moment.timestamp() if moment else 0.0
