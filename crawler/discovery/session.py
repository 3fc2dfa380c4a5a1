"""The hunt for the addresses of one retailer: what it asks is counted, and what it finds is entered."""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import scrapy
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from sqlite_utils import Database

from crawler.errors import CdxError, CutOffError, TooLargeError
from crawler.retailer_lists import Retailer
from crawler.webarchive import replay
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.failures import NO_ANSWER, STOPPED, in_words
from crawler.webarchive.fetcher import decoded_body, index_request
from crawler.webarchive.memento import Answer, Kind
from db import times
from db.database import transaction
from db.store import captures, clues, extraction_queue, retailers, searches
from db.store.captures import Capture, IndexRow, Replayed
from db.store.coverage import RELIST_DAYS
from db.store.retailers import KINDS, Page

if TYPE_CHECKING:
    from crawler.spiders.discover import DiscoverSpider

_FOUND_BY = {"index": "cdx", "path": "cdx"}  # the others are links of one kind or another
A_YEAR = 365 * 24 * 3600


class Hunt:
    """Looks for one retailer's addresses. `way` is the way under way, to which requests and finds are counted."""

    def __init__(self, spider: "DiscoverSpider", retailer: Retailer) -> None:
        self.spider, self.domain = spider, retailer.domain
        self.db: Database = spider.db
        with transaction(self.db):
            self.policies = {
                kind: retailers.add_policy(self.db, retailer.domain, retailer.name, kind) for kind in KINDS
            }
            for address in retailer.addresses:
                page = retailers.add_page(self.db, self.policies["privacy"], address, retailer.found_by)
                clues.note(self.db, page.id, retailer.found_by)
        self.name = retailers.name_of(self.db, self.domain)
        self.language: str | None = None  # of the home page, as far as it is known
        self.way = "known"
        self.requests: Counter[str] = Counter()  # of this run, by way
        self.found: Counter[str] = Counter()  # pages, likewise
        self.rejected: dict[str, str] = {}  # addresses looked at by this run in vain, and why
        self.troubles: list[str] = []  # what could not be asked, and is asked by the next run
        found = searches.of_retailer(self.db, self.domain, self.archive)
        # Why the archive may not show anything of the retailer.
        self.excluded = next(
            (search.reason for search in found if search.state == "excluded" and is_fresh(search)), None
        )
        self.written: defaultdict[str, tuple[int, int]] = defaultdict(
            lambda: (0, 0)
        )  # of both, what the archive file has
        self.followed: set[int] = set()  # captures whose links and redirects this run has read
        self.chain = 0  # addresses that it has entered by these

    @property
    def archive(self) -> str:
        """The name of the archive that is asked."""
        return self.spider.source.name

    def search(self, way: str) -> searches.Search | None:
        """How a way's search stands by the archive file."""
        return searches.find(self.db, self.domain, self.archive, way)

    def record(self, state: str, reason: str | None = None, cursor: str | None = None) -> None:
        """Write down how the search of the way under way stands. To be called inside a transaction."""
        searches.record(self.db, self.domain, self.archive, self.way, state, reason, cursor)

    def pages(self, kind: str = "privacy") -> list[Page]:
        """The retailer's pages of a kind."""
        return retailers.pages(self.db, self.policies[kind])

    # Asking

    async def ask(self, request: scrapy.Request) -> Response:
        """Send a request and wait for its answer, counted to the way under way. Raises what `Fetcher.fetch` raises."""
        way = self.way

        def count() -> None:
            self.requests[way] += 1

        return await self.spider.fetch(request, count)

    async def survey(self, survey: Survey) -> list[IndexRow]:
        """Ask a survey's next question and give the rows; none where the index ran out of time, and is to be asked in parts.

        Raises ExcludedError; CdxError, also for no answer; and STOPPED.
        """
        try:
            response = await self.ask(index_request(str(survey.address), narrows=True))
            if response.status != 504:
                return survey.take(response.status, decoded_body(response))
            survey.narrow()
        except DownloadTimeoutError:
            survey.narrow()
        except STOPPED:
            raise
        except (CutOffError, TooLargeError) as error:
            raise CdxError(str(error)) from error
        except NO_ANSWER as error:
            raise CdxError(f"the index did not answer: {in_words(error)}") from error
        return []

    async def fetch(self, policy_id: int, capture: Capture) -> Capture:
        """Have a capture of a policy fetched and judged, if it is not yet; give it as it is then. Raises STOPPED.

        Home pages are not judged: they are looked through.
        """
        if capture.state != "fetched" and capture.wanted:
            await self._replay(capture)
        if policy_id != self.policies["home"]:
            await self.spider.extraction.judge(extraction_queue.unjudged(self.db, policy_id))
        return captures.get(self.db, capture.id)

    async def _replay(self, capture: Capture) -> None:
        try:
            response = await self.ask(replay.request(self.spider.source, capture))
            answer = replay.read(self.spider.source, capture, response)
        except STOPPED:
            raise
        except NO_ANSWER as error:
            answer = Answer(Kind.FAULT, f"no answer: {in_words(error)}")
        with transaction(self.db):
            if answer.kind is Kind.MEMENTO:
                replayed = Replayed(self.archive, answer.body, answer.headers, answer.status, times.now())
                captures.set_fetched(self.db, self.spider.bodies, capture, replayed)
                captures.share_fetched(self.db, capture)
            else:
                state = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
                # Where only a redirect leads, no index says that there is a capture of that very second.
                final = capture.digest is None and answer.kind is not Kind.FAULT
                captures.set_failed(self.db, capture.id, answer.reason, state=state, final=final)
        self.spider.counts["fetched" if answer.kind is Kind.MEMENTO else state] += 1

    # Entering

    def enter(self, url: str, way: str, text: str = "", capture: Capture | None = None) -> Page | None:
        """Enter an address with the clue that led there; give it where it is to be looked at. Inside a transaction.

        What was looked at before is looked at again for a clue of another kind, or of another time than its captures.
        """
        known = retailers.find_anywhere(self.db, self.domain, url)
        if known:
            page, kind = known
        else:
            found_by = _FOUND_BY.get(way, "link")
            page, kind = retailers.add_page(self.db, self.policies["candidate"], url, found_by), "candidate"
        ways = {clue.way for clue in clues.of_page(self.db, page.id)}
        new = clues.note(self.db, page.id, way, capture.id if capture else None, text)
        if kind != "candidate":
            return None
        finding = retailers.finding(self.db, page.id)
        if finding in (None, retailers.AGAIN):
            return page
        if new and (way not in ways or (capture and self.is_far(page, capture.timestamp))):
            retailers.settle(self.db, page.id, page.policy_id, None, retailers.AGAIN)
            return page
        return None

    def is_far(self, page: Page, timestamp: str) -> bool:
        """Whether a moment is more than a year from every capture of a page that is held."""
        moment = times.moment(timestamp)
        looked = [
            times.moment(c.timestamp) for c in captures.of_page(self.db, page.id) if c.state == "fetched"
        ]
        return moment is not None and all(abs((moment - at).total_seconds()) > A_YEAR for at in looked if at)

    def enter_capture(self, page: Page, row: IndexRow) -> Capture:
        """Enter a row of the index as a capture of a page. To be called inside a transaction."""
        self.spider.counts["listed"] += captures.record_rows(self.db, page.id, self.archive, [row])
        capture = captures.find(self.db, page.id, row)
        if capture is None:
            raise LookupError(row.original)
        return capture


def is_fresh(search: searches.Search) -> bool:
    """Whether a search was made so lately that its answer still holds."""
    return times.clock() - times.seconds(search.asked_at) < RELIST_DAYS * 24 * 3600
