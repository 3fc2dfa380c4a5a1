"""The check of candidates by a few of their captures.

A candidate is an address that may be a page of the policy. The check decides whether it is.
"""

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
from db.store import captures, clues, extraction_queue, retailers, retry_dates, texts
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey
from extract.links import BODY, Link
from extract.verdict import POLICY

MAX_CANDIDATES = 10  # how many candidates of one strategy are checked, those with most points first
JUDGED = 300_000  # characters of a text by which a page is classified; the longest real policies are shorter
NOT_JUDGED = "to judge its text takes too much processor time or memory"
MAX_CAPTURES = 3  # how many captures of a candidate are fetched; if none shows a policy, it has none


async def check_candidates(session: DiscoverySession) -> None:
    """Check the candidates of a retailer that were not checked yet.

    Only the MAX_CANDIDATES with most points are checked. For the others, a finding is stored that says so.
    Raises STOPPED, StoreError.
    """
    found = retailers.open_candidates(session.db, session.policies["candidate"])
    unchecked = [page for page in found if page.id not in session.unanswered]
    ordered = sorted(unchecked, key=lambda page: (-_points(session, page), page.id))
    for page in ordered[:MAX_CANDIDATES]:
        probe = CandidateProbe(session, page)
        result = await probe.run()
        if result.classification:
            session.accept(page, result.classification)
        elif result.failure:
            session.unanswered.add(page.id)
            session.add_failure(f"{page.url}: {result.failure}")
        else:
            session.reject(page, result.finding)
    finding = f"not looked at: {MAX_CANDIDATES} stronger addresses were"
    with transaction(session.db):
        for page in ordered[MAX_CANDIDATES:]:
            retailers.settle(session.db, page.id, page.policy_id, None, finding)


async def check_given(session: DiscoverySession, page: Page) -> None:
    """Check a page that the user or the built-in list named, and store its relation.

    The relation says whether the document is the retailer's own. The page stays a page of the policy,
    whatever its captures show. If the page was never listed, its first and last capture are fetched first.
    Raises STOPPED.
    """
    if retailers.listing(session.db, page.id) is None:
        try:
            await CandidateProbe(session, page).fetch_ends()
        except CdxError as error:
            session.add_failure(f"{page.url}: {error}")
    classification = await _classify_last_good(session, page)
    found = classification.finding if classification else "no good capture is known yet"
    relation = classification.relation if classification else None
    with transaction(session.db):
        retailers.settle(session.db, page.id, page.policy_id, relation, f"a list names it; {found}")


async def accept_only_regional(session: DiscoverySession) -> None:
    """Make a regional policy the main policy, if it is the retailer's only policy.

    A regional policy is for customers of another country or region. No request is sent.
    """
    regional = session.pages("regional")
    if session.pages() or len(regional) != 1:
        return
    (page,) = regional
    classification = await _classify_last_good(session, page, alone=True)
    if classification and classification.kind == "privacy":
        evidence = clues.of_page(session.db, page.id)[0].way
        session.accept(page, classification, "successor" if evidence == "redirect" else evidence)


@dataclass(frozen=True)
class ProbeResult:
    """The result of checking a candidate.

    `classification` describes the policy that a capture shows, or is None if no capture shows one. `finding`
    says why no capture shows one. `failure` says why no capture could be checked, if the archive did not
    answer; otherwise it is None.
    """

    classification: Classification | None
    finding: str
    failure: str | None = None


class CandidateProbe:
    """The check of one page: fetch captures until one shows a privacy policy."""

    def __init__(self, session: DiscoverySession, page: Page) -> None:
        self._session, self._page = session, page
        self._accepted: Classification | None = None
        self._finding = ""
        self._fault: str | None = None  # what had no answer that a later run can get
        self._fetched = 0
        self._shows_other_policy = False
        self._listed: list[IndexRow] | None = None
        evidence = clues.of_page(session.db, page.id)
        self._moments = [clue.captured_at for clue in evidence if clue.captured_at]
        # If the page was checked before, the index is requested only for evidence from another time than the
        # captures that were checked then.
        self._needs_index = retailers.finding(session.db, page.id) != retailers.AGAIN or any(
            session.is_far(page, re.sub(r"\D", "", moment)) for moment in self._moments
        )

    async def run(self) -> ProbeResult:
        """Check the candidate's stored captures first, then captures from the index.

        Stop at the first good capture. Raises an exception of `failures.STOPPED`, or StoreError.
        """
        try:
            await self._check_stored()
            if self._needs_index and not (self._accepted or self._shows_other_policy):
                await self._check_listed()
            if self._accepted:
                await self.fetch_ends()
        except ExcludedError as error:  # this address is excluded; the retailer's other addresses may not be
            self._finding = str(error)
        except CdxError as error:
            self._fault = str(error)
        failure = None if self._accepted or self._finding or self._fetched else self._fault
        nothing = "no capture of it can be had" if self._listed else "the archive has no good capture of it"
        return ProbeResult(self._accepted, self._finding or nothing, failure)

    async def fetch_ends(self) -> None:
        """Fetch the first and the last capture of the page that are no redirects.

        If a redirect follows them, fetch the last redirect too. These captures show how long the page had the
        policy.
        """
        every = await self._list()
        rows = _without_redirects(every)
        last_redirect = every[-1:] if every and is_redirect(every[-1].status) else []
        for row in dict.fromkeys(rows[:1] + rows[-1:] + last_redirect):
            await self._session.fetch(self._page.policy_id, self._stored(row))

    async def _check_stored(self) -> None:
        """Check the captures of the page that the archive file already knows."""
        stored = captures.of_page(self._session.db, self._page.id)
        for capture in sorted(stored, key=lambda c: (c.state != "fetched", c.timestamp)):
            wanted = capture.wanted and not self._shows_other_policy
            if not self._accepted and (capture.state == "fetched" or wanted):
                await self._check(capture)

    async def _check_listed(self) -> None:
        """Check up to MAX_CAPTURES of the captures that the index lists."""
        every = await self._list()
        rows = _without_redirects(every)
        self._fetched = min(self._fetched, 1)  # all stored captures together count as one fetched capture
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
            self._fault = capture.reason if retry_dates.may_pass(capture.reason) else self._fault
            return
        self._fetched += 1
        if is_redirect(capture.status):
            location = location_of(session.db, capture)
            self._finding = f"it redirects to {location or 'no address'}"
            if location:
                add_target(session, capture, location)
            return
        classification = await classify_capture(session, page, capture)
        if classification.kind == "candidate":
            self._finding = classification.finding
            self._shows_other_policy = texts.of_capture(session.db, capture.id).verdict == POLICY
        else:
            self._accepted = classification

    async def _list(self) -> list[IndexRow]:
        """Return index rows of the page, one for each month, sorted by time."""
        if self._listed is None:
            survey = Survey.of(self._session.source, self._page.url, "exact", "timestamp:6", (NO_ERRORS,))
            rows: list[IndexRow] = []
            while survey.address:
                rows += await self._session.query(survey)
            if survey.missing:
                self._fault = f"the index did not answer for {survey.missing}"
            dated = (row for row in rows if times.moment(row.timestamp))
            self._listed = sorted(dated, key=lambda row: row.timestamp)
        return self._listed

    def _stored(self, row: IndexRow) -> Capture:
        with transaction(self._session.db):
            return self._session.add_capture(self._page, row)


async def classify_capture(
    session: DiscoverySession, page: Page, capture: Capture, *, alone: bool = False
) -> Classification:
    """Classify a page by the text of one capture.

    `alone` says that it is the only policy of the retailer.
    """
    text = texts.of_capture(session.db, capture.id)
    found = await session.judge(
        classify_page,
        domain=session.domain,
        name=session.name,
        url=page.url,
        title=text.title,
        text=text.markdown[:JUDGED],
        verdict=str(text.verdict),
        language=text.language,
        clues=[Clue(c.way, c.text, c.source_url) for c in clues.of_page(session.db, page.id)],
        home_language=session.language,
        alone=alone,
    )
    return found or Classification("candidate", None, NOT_JUDGED)


async def _classify_last_good(
    session: DiscoverySession, page: Page, *, alone: bool = False
) -> Classification | None:
    """Classify a page by its last good capture (verdict `policy`); return None without one."""
    good = lineage.goods(session.db, page.id)
    if not good:
        return None
    return await classify_capture(session, page, captures.get(session.db, good[-1][0]), alone=alone)


def decisive_captures(rows: Sequence[IndexRow], moments: Iterable[str]) -> list[IndexRow]:
    """Return the few index rows whose captures should be checked, in this order.

    First comes the capture nearest to the first of `moments`, then the last, the first and the middle
    capture, then the captures nearest to the other moments. `moments` are the times of the evidence for the
    page (ISO 8601). `rows` are sorted by time. Without rows, return an empty list.
    """
    if not rows:
        return []
    nearest = [min(rows, key=lambda row: abs(_seconds(row) - at)) for at in map(times.seconds, moments)]
    chosen = [*nearest[:1], rows[-1], rows[0], rows[len(rows) // 2], *nearest[1:]]
    return list(dict.fromkeys(chosen))


def location_of(db: Database, capture: Capture) -> str | None:
    """Return the address to which a captured redirect leads; None if its headers name none."""
    return header(extraction_queue.extraction_input(db, capture.id).headers, "location")


def add_target(session: DiscoverySession, capture: Capture, location: str) -> bool:
    """Store the target of a captured redirect. Return whether the target must be checked.

    If no capture of the target is stored, a row for one at the timestamp of the redirect is stored too, to be
    fetched later. A redirect between
    two spellings of one address (same urlkey), such as from http to https, is ignored.
    """
    if urlkey(location) == urlkey(capture.original):
        return False
    with transaction(session.db):
        page = session.add_candidate(location, "redirect", capture=capture)
        if page and not captures.of_page(session.db, page.id):
            session.add_capture(page, IndexRow.at(page.urlkey, capture.archive_timestamp, location))
    return page is not None


def _points(session: DiscoverySession, page: Page) -> int:
    """Return the points of a candidate, computed from its strongest evidence."""
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
