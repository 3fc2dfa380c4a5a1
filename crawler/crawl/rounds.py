"""Asking round by round: where the captures that are held leave most doubt, until nothing is doubtful or the budget is spent.

A round asks for one capture of each doubtful span of every page, the greatest doubts first, and waits until all are fetched,
extracted and compared; then the doubts are others. What to go on with follows from the archive file alone: a run that was
killed goes on where it was.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import scrapy

from crawler.crawl import bisection
from crawler.crawl.bisection import CaptureState
from crawler.crawl.selection import twins
from crawler.crawl.sequential import share, wanted, window
from crawler.webarchive.memento import is_redirect
from db import times
from db.database import transaction
from db.history.page_changes import Wordings
from db.store import captures, retailers
from db.store.captures import Capture
from db.store.retailers import Page
from extract.html.source_text import source_text

if TYPE_CHECKING:
    from crawler.spiders.history import HistorySpider

REDIRECT = 0.5  # the doubt about where a redirect leads: after the changes that are certain, before those that are possible
_SECONDS_A_DAY = 86_400
Want = tuple[float, Page, list[Capture]]  # how great the doubt is; the twins of which one is to be asked for


class BisectScheduler:
    """The rounds of a run over these pages, which changes `pages` to the order in which they are to be listed."""

    def __init__(self, spider: "HistorySpider", pages: list[Page]) -> None:
        self._spider = spider
        self._wordings = Wordings(spider.db, source_text)
        self._bounded = spider.plan.budget is not None
        self._bisects = spider.plan.selection.name == "bisect"
        self._least = bisection.LEAST if self._bisects and not self._bounded else 0.0
        self._to_settle = Counter(page.policy_id for page in pages)
        self._asked: set[int] = set()
        self._days: dict[int, dict[int, float]] = {}  # of the captures of each page that is not settled
        self.unsure: list[
            tuple[Page, float, float]
        ] = []  # spans that may hold changes, in days, when the run is over
        self.not_listed = 0  # pages for which the budget did not suffice
        if self._bounded:
            pages.sort(key=lambda page: (retailers.listed_at(spider.db, page.id) or "", page.id))

    def goes_on(self, page: Page) -> bool:
        """Whether a page needs no listing before what an earlier run left of it: index requests count in a budget too."""
        listed = self._bounded and retailers.listing(self._spider.db, page.id) == "complete"
        return listed and any(capture.state == "listed" for capture in window(self._spider, page))

    async def requests(self, listed: "asyncio.Queue[Page | None]") -> AsyncIterator[scrapy.Request]:
        """The requests of all rounds. `listed` gives the pages as their captures are listed, and None behind the last one."""
        pages: list[Page] = []
        all_listed = False
        while not all_listed or pages:
            all_listed = all_listed or await self._take_listed(listed, pages)
            await self._spider.quiet()
            if self._spider.problem or self._spider.refused or not self._spider.request_budget.left:
                break
            wants = [(page, list(self._wants(page))) for page in pages]
            for page in [page for page, of_page in wants if not of_page]:
                pages.remove(page)
                self._settle(page)
            for number, (_, page, group) in enumerate(
                self._first(want for _, of_page in wants for want in of_page)
            ):
                self._asked.update(capture.id for capture in group)
                self._spider.chosen += 1
                request = self._spider.ask_for(page, group)
                yield request.replace(priority=request.priority - number)
        for page in pages:
            self._settle(page)

    def _first(self, wants: Iterable[Want]) -> list[Want]:
        """The greatest doubts first; under a budget only those of the greatest kind, for they may bring others of that kind."""
        ordered = sorted(wants, key=_urgency)
        if not self._bounded or not ordered:
            return ordered
        kind = next(least for least in (bisection.CHANGED, bisection.LEAST, 0.0) if ordered[0][0] >= least)
        return [want for want in ordered if want[0] >= kind]

    async def _take_listed(self, listed: "asyncio.Queue[Page | None]", pages: list[Page]) -> bool:
        """Add to `pages` those that have been listed meanwhile, all of them under a budget; whether these were the last."""
        while self._bounded or not pages or not listed.empty():
            page = await listed.get()
            if page is None:
                return True
            if page.waypoint or retailers.listing(self._spider.db, page.id) == "complete":
                share(self._spider, page, twins(window(self._spider, page)))
                pages.append(page)
            else:
                self._let_go(page)
        return False

    def _wants(self, page: Page) -> Iterator[Want]:
        """What to ask of a page in this round: one capture for each doubt, and the redirects."""
        found = self._look(page)
        groups = {c.id: group for group in twins(found.of_page) for c in group}
        asks = [
            (doubt.size, found.shown[doubt.capture])
            for doubt in bisection.uncertain_spans(found.sights, self._least)
            if doubt.size
        ]
        asks += [
            (REDIRECT, c) for c in found.of_page if is_redirect(c.status) and self._is_open(c, found.skipped)
        ]
        seen: set[int] = set()
        for size, capture in asks:
            group = [
                c for c in wanted(self._spider, groups[capture.id], found.skipped) if c.id not in self._asked
            ]
            if group and group[0].id not in seen:
                seen.add(group[0].id)
                yield size, page, group

    def _look(self, page: Page, *, anew: bool = False) -> "_Look":
        """What is known of a page now. `anew`: as the next run will see it, which may ask again for what could not be had."""
        of_page = window(self._spider, page)
        skipped = self._spider.plan.selection.skip(of_page)
        changed = self._wordings.of_page(page.id)
        days = self._days.setdefault(page.id, {})
        for capture in of_page if len(days) < len(of_page) else ():
            days[capture.id] = _day(capture)
        kept = (c for c in of_page if c.id in changed or not (c.id in skipped or is_redirect(c.status)))
        shown = sorted(kept, key=lambda c: (days[c.id], c.id))
        sights = [
            CaptureState(
                days[c.id],
                c.digest if c.comparable_digest else None,
                c.length,
                "good" if c.id in changed else "open" if self._is_open(c, skipped, anew=anew) else "useless",
                changed.get(c.id, False),
            )
            for c in shown
        ]
        return _Look(of_page, skipped, shown, sights)

    def _is_open(self, capture: Capture, skipped: Mapping[int, str], *, anew: bool = False) -> bool:
        if capture.id in skipped or (capture.id in self._asked and not anew):
            return False
        return capture.wanted and capture.archive == self._spider.source.name

    def _settle(self, page: Page) -> None:
        """Write down what this run leaves of a page, and why: what stays doubtful is the next run's."""
        found = self._look(page, anew=True)
        left = bisection.uncertain_spans(found.sights)
        spans = sorted({(doubt.span[0], doubt.span[-1]) for doubt in left})
        self.unsure += [(page, found.sights[first].day, found.sights[last].day) for first, last in spans]
        reasons = found.reasons({index for doubt in left for index in doubt.span}) if self._bisects else {}
        with transaction(self._spider.db):
            captures.select(self._spider.db, found.of_page, {**found.skipped, **reasons})
        del self._days[page.id]
        self._let_go(page)

    def _let_go(self, page: Page) -> None:
        self._to_settle[page.policy_id] -= 1
        if not self._to_settle[page.policy_id]:
            self._spider.asked_all(page.policy_id)

    def waiting(self, to_try: int) -> int:
        """How many captures and listings the next run will try again; `to_try` of all that were chosen are not there."""
        if not self._bisects:
            return to_try
        return len(self.unsure) + captures.unlisted(self._spider.db, self._spider.policies) + self.not_listed

    def problem(self) -> str | None:
        """Say what the budget did not suffice for; None where it did."""
        if self._spider.request_budget.left or not self._spider.waiting:
            return None
        parts = [f"{self.not_listed} pages are not listed"] if self.not_listed else []
        if self.unsure:
            page, since, until = max(self.unsure, key=lambda span: (span[2] - span[1], -span[0].id))
            dates = f"{_date(since)} to {_date(until)}"
            where = f"{self._spider.policies[page.policy_id]}, {dates}"
            parts.append(
                f"{len(self.unsure)} spans, the longest {until - since:.0f} days ({where}), may hold changes"
            )
        else:
            parts.append(f"{self._spider.waiting} captures are still to be had")
        return f"the budget of {self._spider.request_budget.limit} requests is spent: {', '.join(parts)}; run again to go on"


@dataclass(frozen=True)
class _Look:
    """A page's captures, those that the selection leaves out with the reason, those that may show the policy, their sights."""

    of_page: list[Capture]
    skipped: Mapping[int, str]
    shown: list[Capture]
    sights: list[CaptureState]

    def reasons(self, doubtful: Container[int]) -> dict[int, str]:
        """Why the open captures need not be fetched, by id, but the doubtful ones (by index)."""
        good = [index for index, sight in enumerate(self.sights) if sight.state == "good"]
        found: dict[int, str] = {}
        for before, after in pairwise([None, *good, None]):
            start, end = 0 if before is None else before + 1, len(self.sights) if after is None else after
            reason = "beside captures that are no policy"
            if before is not None and after is not None and not self.sights[after].changed:
                same = f"{self.shown[before].timestamp} and {self.shown[after].timestamp}"
                reason = f"between {same}, which show the same wording"
            found |= {self.shown[i].id: reason for i in range(start, end) if i not in doubtful}
        return found


def _urgency(want: Want) -> tuple[float, int]:
    return -want[0], want[2][0].id


def _day(capture: Capture) -> float:
    """The time of a capture in days since 1970; one whose timestamp names no moment can never be asked for."""
    moment = times.moment(capture.timestamp)
    return moment.timestamp() / _SECONDS_A_DAY if moment else 0.0


def _date(day: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
