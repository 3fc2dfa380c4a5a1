"""Request captures in rounds, in the most uncertain places first.

An uncertain span is the time between two fetched captures in which an unknown change is possible. A round
requests one capture in each uncertain span of every page. It waits until these captures are fetched,
extracted and compared. Then the spans are computed again. This ends when nothing is uncertain or the request
budget is spent. Everything is computed from the archive file, so a run that was killed can continue.
docs/selection.md describes the method.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from crawler.crawl.bisecting import bisection
from crawler.crawl.bisecting.change_likelihood import CaptureState, State
from crawler.crawl.context import CrawlContext
from crawler.crawl.page_captures import captures_in_window, share_bodies, to_request
from crawler.crawl.selection import same_digest_groups
from crawler.crawl.summary import OpenSpan
from crawler.items import FetchTask
from crawler.webarchive.memento import is_redirect
from crawler.workers.tasks import ChangesOfPage
from db import times
from db.database import transaction
from db.store import captures, coverage, retailers
from db.store.captures import Capture
from db.store.retailers import Page
from db.store.runs.waiting import unlisted
from db.store.sharing import same_digest

# The uncertainty of an archived redirect that is not fetched. It is requested after spans with a certain
# change, and before spans where a change is only possible.
REDIRECT = 0.5
_SECONDS_A_DAY = 86_400


class _Proposal(NamedTuple):
    """Captures with the same digest of which one should be requested, and the uncertainty there."""

    uncertainty: float
    page: Page
    captures: list[Capture]


class BisectScheduler:
    """Decides in rounds which captures of some pages to request.

    After the last round, `open_spans` has the time spans that may still contain unknown changes.
    """

    def __init__(self, context: CrawlContext, pages: Iterable[Page]) -> None:
        self.open_spans: list[OpenSpan] = []
        self._context, self._db = context, context.db
        self._found: dict[int, ChangesOfPage] = {}  # of each unfinished page, as of this round
        self._bounded = context.plan.budget is not None
        self._bisects = context.plan.selection.name == "bisect"
        # `changed` leaves out the captures that would confirm a body in a later round.
        self._confirms = context.plan.selection.name == "changed"
        self._least = bisection.LEAST if self._bisects and not self._bounded else 0.0
        self._unsettled = Counter(
            page.policy_id for page in pages
        )  # the count of unfinished pages, by policy id
        self._requested: set[int] = set()
        # For each unfinished page: the times of its captures in days since 1970, by capture id.
        self._days: dict[int, dict[int, float]] = {}

    def in_listing_order(self, pages: list[Page]) -> list[Page]:
        """Return the pages in the order in which to read their index rows.

        With a request budget, the pages come first that were listed longest ago.
        """
        if not self._bounded:
            return pages
        return sorted(pages, key=lambda page: (retailers.listed_at(self._db, page.id) or "", page.id))

    def needs_no_listing(self, page: Page) -> bool:
        """Return whether captures of the page that are already listed must be fetched first.

        This is so with a request budget, if an earlier run listed captures of this archive from the begin of
        the window on, and left some that are not fetched. Without a budget, return False.
        """
        if not self._bounded or retailers.listing(self._db, page.id) != "complete":
            return False
        archive = self._context.source.name
        covered = coverage.of_page(self._db, page.id, archive)
        if covered is None or not covered.begins_by(self._context.plan.first):
            return False
        of_page = captures_in_window(self._context, page)
        return any(c.state == "listed" and c.archive == archive for c in of_page)

    async def rounds(self, listed: "asyncio.Queue[Page | None]") -> AsyncIterator[list[FetchTask]]:
        """Yield the tasks of each round.

        `listed` supplies each page when its index rows are read, and None after the last page.
        """
        pages: list[Page] = []
        all_listed = False
        fetcher = self._context.fetcher
        while not all_listed or pages:
            all_listed = all_listed or await self._take_listed(listed, pages)
            await self._context.extraction.tracker.wait_until_at_most(0)
            if fetcher.problem or fetcher.refused or not self._context.budget.left:
                break
            await self._compare(pages)
            proposals = [(page, list(self._proposals(page))) for page in pages]
            for page in [page for page, of_page in proposals if not of_page]:
                pages.remove(page)
                self._settle(page)
            first = self._first(proposal for _, of_page in proposals for proposal in of_page)
            for proposal in first:
                self.mark_requested(proposal.captures[0])
            yield [
                FetchTask(proposal.page, proposal.captures, rank=rank, confirms=self._confirms)
                for rank, proposal in enumerate(first)
            ]
        await self._compare(pages)
        for page in pages:
            self._settle(page)

    async def _compare(self, pages: Iterable[Page]) -> None:
        """Let the workers compare the captures of some pages."""
        ids = [page.id for page in pages]
        self._found = dict(
            zip(ids, await asyncio.gather(*map(self._context.extraction.page_changes, ids)), strict=True)
        )

    def mark_requested(self, capture: Capture) -> None:
        """Note that a capture is requested in this run, so that no later round requests it again."""
        self._requested.add(capture.id)

    def _first(self, proposals: Iterable[_Proposal]) -> list[_Proposal]:
        """Return the proposals for this round, sorted by uncertainty, the most uncertain first.

        With a request budget, return only the most important kind: certain changes, or else possible changes,
        or else the rest. Their results can lead to further proposals of the same kind.
        """
        ordered = sorted(proposals, key=lambda proposal: (-proposal.uncertainty, proposal.captures[0].id))
        if not self._bounded or not ordered:
            return ordered
        most = ordered[0].uncertainty
        kind = next(least for least in (bisection.CHANGED, bisection.LEAST, 0.0) if most >= least)
        return [proposal for proposal in ordered if proposal.uncertainty >= kind]

    async def _take_listed(self, listed: "asyncio.Queue[Page | None]", pages: list[Page]) -> bool:
        """Move pages from the queue `listed` to the list `pages`.

        With a request budget, return only when all pages were moved. Return True if no page follows.
        """
        while self._bounded or not pages or not listed.empty():
            page = await listed.get()
            if page is None:
                return True
            if page.waypoint or retailers.listing(self._db, page.id) == "complete":
                groups = same_digest_groups(captures_in_window(self._context, page))
                share_bodies(self._context, page, groups)
                pages.append(page)
            else:
                self._let_go(page)
        return False

    def _proposals(self, page: Page) -> Iterator[_Proposal]:
        """Yield what to request of a page: one capture for each uncertain span, and all redirects."""
        known = self._known(page)
        groups = {c.id: group for group in same_digest_groups(known.of_page) for c in group}
        spans = bisection.uncertain_spans(known.states, self._least)
        wanted = [(span.uncertainty, known.shown[span.capture]) for span in spans if span.uncertainty]
        wanted += [
            (REDIRECT, c) for c in known.of_page if is_redirect(c.status) and self._is_open(c, known.skipped)
        ]
        seen: set[int] = set()
        for uncertainty, capture in wanted:
            group = to_request(self._context, groups[capture.id], known.skipped)
            group = [c for c in group if c.id not in self._requested]
            if group and group[0].id not in seen:
                seen.add(group[0].id)
                yield _Proposal(uncertainty, page, group)

    def _known(self, page: Page, *, next_run: bool = False) -> "_KnownCaptures":
        """Return what is known about the captures of a page.

        With `next_run`, captures that this run could not fetch count as open, because the next run may fetch
        them.
        """
        of_page = captures_in_window(self._context, page)
        skipped = self._context.plan.selection.skip(of_page)
        changed, texts = self._found[page.id]
        days = self._days.setdefault(page.id, {})
        for capture in of_page if len(days) < len(of_page) else ():
            days[capture.id] = _day(capture)
        kept = (c for c in of_page if c.id in changed or not (c.id in skipped or is_redirect(c.status)))
        shown = sorted(kept, key=lambda c: (days[c.id], c.id))
        states = []
        disputed = same_digest.disputed(self._db, page.id)
        for c in shown:
            is_open = self._is_open(c, skipped, next_run=next_run)
            state: State = "good" if c.id in changed else "open" if is_open else "useless"
            digest = c.digest if c.comparable_digest and c.digest not in disputed else None
            text = texts.get(c.id)
            stated, size = (text.stated, text.size) if text else (None, None)
            states.append(
                CaptureState(days[c.id], digest, c.length, state, changed.get(c.id, False), stated, size)
            )
        return _KnownCaptures(of_page, skipped, shown, states)

    def _is_open(self, capture: Capture, skipped: Mapping[int, str], *, next_run: bool = False) -> bool:
        if capture.id in skipped or (capture.id in self._requested and not next_run):
            return False
        return capture.wanted and capture.archive == self._context.source.name

    def _settle(self, page: Page) -> None:
        """Finish a page: store which of its captures need not be fetched, with the reason.

        Spans that are still uncertain are added to `open_spans`.
        """
        known = self._known(page, next_run=True)
        left = bisection.uncertain_spans(known.states)
        spans = sorted({(one.span[0], one.span[-1]) for one in left})
        self.open_spans += [
            OpenSpan(page, known.states[first].day, known.states[last].day) for first, last in spans
        ]
        reasons = known.reasons({index for one in left for index in one.span}) if self._bisects else {}
        with transaction(self._db):
            captures.select(self._db, known.of_page, {**known.skipped, **reasons})
        del self._days[page.id]
        self._let_go(page)

    def _let_go(self, page: Page) -> None:
        self._unsettled[page.policy_id] -= 1
        if not self._unsettled[page.policy_id]:
            self._context.extraction.close(page.policy_id)

    def waiting(self, policy_ids: Iterable[int], to_try: int, not_listed: int) -> int:
        """Return how many captures and listings remain for the next run.

        `to_try` is the count of chosen captures that could not be fetched. `not_listed` is the count of pages
        that were not listed because the budget was spent.
        """
        if not self._bisects:
            return to_try
        return len(self.open_spans) + unlisted(self._db, policy_ids) + not_listed


@dataclass(frozen=True)
class _KnownCaptures:
    """The captures of a page, and what is known about them.

    `of_page` has all captures. `skipped` has the reasons of the skipped captures, by capture id. `shown` has
    the captures that show the policy or may show it, by time, and `states` their states in the same order.
    """

    of_page: list[Capture]
    skipped: Mapping[int, str]
    shown: list[Capture]
    states: list[CaptureState]

    def reasons(self, uncertain: Container[int]) -> dict[int, str]:
        """Return for captures that need not be fetched the reason, by capture id.

        `uncertain` has indices in `shown`. These captures are left out, because they may still be fetched.
        """
        good = [index for index, state in enumerate(self.states) if state.state == "good"]
        found: dict[int, str] = {}
        for before, after in pairwise([None, *good, None]):
            start, end = 0 if before is None else before + 1, len(self.states) if after is None else after
            reason = "beside captures that are no policy"
            if before is not None and after is not None and not self.states[after].changed:
                same = f"{self.shown[before].timestamp} and {self.shown[after].timestamp}"
                reason = f"between {same}, which show the same wording"
            found |= {self.shown[i].id: reason for i in range(start, end) if i not in uncertain}
        return found


def _day(capture: Capture) -> float:
    """Return the time of a capture in days since 1970; 0 if its timestamp is no valid moment."""
    moment = times.moment(capture.timestamp)
    return moment.timestamp() / _SECONDS_A_DAY if moment else 0.0
