"""The search for the addresses of one retailer: send requests, and store what they find."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import scrapy
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from sqlite_utils import Database

from crawler.crawl.states.provisional import ProvisionalFailures
from crawler.discovery.classify.page import Classification
from crawler.errors import CdxError, CutOffError, TooLargeError
from crawler.retailer_lists import Retailer
from crawler.webarchive import replay
from crawler.webarchive.cdx import RowCount
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.failures import NO_ANSWER, STOPPED, in_words
from crawler.webarchive.fetcher import Fetcher, decoded_body, index_request
from crawler.webarchive.memento import Kind
from crawler.webarchive.sources import Source
from crawler.workers.pool import T, WorkerPool
from db import lengths, times
from db.database import transaction
from db.store import attributes, captures, clues, extraction_queue, retailers, retry_dates, searches
from db.store.bodies import Bodies
from db.store.captures import Capture, IndexRow, Replayed
from db.store.retailers import KINDS, Page
from db.store.sharing import same_digest
from extract.links import Links

# The column `found_by` of a page, by the kind of evidence; "link" for all other kinds.
_FOUND_BY = {"index": "cdx", "path": "cdx"}
NOT_ANSWERED = "not answered: "  # begins the reason of a search; the rest are its parts
_YEAR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class DiscoveryContext:
    """The objects that the searches for all retailers of a run share."""

    db: Database
    bodies: Bodies
    source: Source
    fetcher: Fetcher
    extraction: WorkerPool
    provisional: ProvisionalFailures


class SearchState(NamedTuple):
    """How the search with one strategy ended.

    `state` is "complete" or "part". `reason` says which part of the search got no answer, or is None.
    `cursor` is where a later run continues, or None.
    """

    state: str = "complete"
    reason: str | None = None
    cursor: str | None = None


class DiscoverySession:
    """The search for the addresses of one retailer, in one run.

    - `strategy`: the present strategy. Requests and accepted pages are counted for it.
    - `policies`: the ids of the retailer's policies, by kind.
    - `language`: the language of the home page; None while unknown.
    - `excluded`: why the web archive does not show the retailer; None if it does.
    - `asks_again`: whether searches that found nothing are repeated, however young they are.
    """

    def __init__(self, context: DiscoveryContext, retailer: Retailer, *, again: bool = False) -> None:
        self._context = context
        self.db, self.source, self.domain = context.db, context.source, retailer.domain
        with transaction(self.db):
            self.policies = {
                kind: retailers.add_policy(self.db, retailer.domain, retailer.name, kind) for kind in KINDS
            }
            attributes.store(self.db, retailer.domain, dict(retailer.attributes))
            for address, found_by in retailer.pages:
                page = retailers.add_page(self.db, self.policies["privacy"], address, found_by)
                clues.note(self.db, page.id, found_by)
        self.name = retailers.name_of(self.db, self.domain)
        self.language: str | None = None
        self.strategy = "known"
        self.counts: Counter[str] = Counter()  # the counts of captures: listed, fetched, failed, excluded
        self.requests: Counter[str] = Counter()  # the count of requests, by strategy
        self.found: Counter[str] = Counter()  # the count of accepted pages, by strategy
        # The counts of requests and of accepted pages that are already stored, by strategy.
        self._stored_costs: dict[str, tuple[int, int]] = {}
        self.rejected: dict[str, str] = {}  # the findings of rejected candidates, by address
        self.index_rows = RowCount()  # the rows in all answers of the index
        self.failures: list[str] = []  # a line for each request without an answer
        self.unanswered: set[int] = set()  # the ids of candidates that only a later run can check
        self.followed: set[int] = set()  # the ids of captures whose links and redirects were read
        self.followed_addresses = 0  # the count of addresses to which these captures led
        earlier = searches.of_retailer(self.db, self.domain, self.archive)
        excluded = (search for search in earlier if search.state == "excluded" and is_fresh(search))
        self.asks_again = again
        self.had_no_address = not any(not page.waypoint for page in self.pages())
        self.excluded = None if again else next((search.reason for search in excluded), None)

    @property
    def archive(self) -> str:
        """The name of the web archive."""
        return self.source.name

    def pages(self, kind: str = "privacy") -> list[Page]:
        """Return the retailer's pages of one kind, such as "privacy"; an empty list without any."""
        return retailers.pages(self.db, self.policies[kind])

    # The state of the search

    def begin(self, strategy: str) -> None:
        """Begin a strategy: from now on, requests and accepted pages are counted for it."""
        self.strategy = strategy

    def stored_search(self, strategy: str) -> searches.Search | None:
        """Return the stored state of the search with a strategy; None if it never began."""
        return searches.find(self.db, self.domain, self.archive, strategy)

    def store_search(self, state: str, reason: str | None = None, cursor: str | None = None) -> None:
        """Store the state (complete, part, failed) of the present search. Needs a transaction."""
        searches.record(self.db, self.domain, self.archive, self.strategy, state, reason, cursor)

    def exclude(self, reason: str) -> None:
        """Store that the web archive does not show the retailer. No other strategy is tried."""
        self.excluded = reason
        with transaction(self.db):
            self.store_search("excluded", reason)

    def store_costs(self) -> None:
        """Add the counts of requests and accepted pages to the stored searches, each only once."""
        with transaction(self.db):
            for strategy in self.requests | self.found:
                requests, found = self.requests[strategy], self.found[strategy]
                stored_requests, stored_found = self._stored_costs.get(strategy, (0, 0))
                more = requests - stored_requests, found - stored_found
                if any(more):
                    searches.spend(self.db, self.domain, self.archive, strategy, *more)
                self._stored_costs[strategy] = requests, found

    # Requests

    async def query(self, survey: Survey, *, narrows: bool = True) -> list[IndexRow]:
        """Send the next query of a survey, and return its new rows.

        If the index times out, return no rows; the survey then continues with smaller queries. If it does not
        continue (not `narrows`), the query is sent again, and a timeout counts as a fault of the archive.
        Raises ExcludedError, DamagedAnswerError, STOPPED, and CdxError (for a wrong answer or no answer).
        """
        before = replace(survey.count)
        try:
            response = await self._send(index_request(str(survey.address), narrows=narrows))
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
        finally:
            self.index_rows += survey.count - before
        return []

    async def fetch(self, policy_id: int, capture: Capture) -> Capture:
        """Fetch a capture, extract its text, and return its stored state. Raises STOPPED.

        A capture that is already fetched is not requested. The text of a home page is not extracted, because
        only its links are needed.
        """
        if capture.state != "fetched" and capture.wanted:
            await self._replay(capture)
        if policy_id != self.policies["home"]:
            await self._context.extraction.extract_captures(extraction_queue.unjudged(self.db, policy_id))
        return captures.get(self.db, capture.id)

    async def _replay(self, capture: Capture) -> None:
        try:
            response = await self._send(replay.request(self.source, capture))
            answer = replay.read(self.source, capture, response)
        except STOPPED:
            raise
        except NO_ANSWER as error:
            answer = replay.no_answer(error)
        with transaction(self.db):
            answer = replay.checked(self.db, capture, answer)
            if answer.kind is Kind.MEMENTO:
                state = "fetched"
                replayed = Replayed(self.archive, answer.body, answer.headers, answer.status, times.now())
                captures.set_fetched(self.db, self._context.bodies, capture, replayed)
                proven = capture.digest in answer.digests
                sharing = same_digest.share(self.db, self._context.bodies, capture.id, proven=proven)
                state = "failed" if capture.id in sharing.refuted else state
            else:
                state = "excluded" if answer.kind is Kind.EXCLUDED else "failed"
                # The target of a redirect has no digest, because no index lists it. It may not exist, so it
                # is not tried again.
                may_pass = answer.kind in (Kind.FAULT, Kind.FORBIDDEN)
                final = (capture.digest is None and not may_pass) or answer.kind is Kind.LONG_URL
                before = captures.get(self.db, capture.id)
                captures.set_failed(self.db, capture.id, answer.reason, state=state, final=final)
                if may_pass:
                    forbidden = answer.kind is Kind.FORBIDDEN
                    self._context.provisional.add(before, answer.reason, forbidden=forbidden)
        if answer.kind is Kind.MEMENTO:
            self._context.provisional.confirm(self.db)
        self.counts[state] += 1

    async def _send(self, request: scrapy.Request) -> Response:
        strategy = self.strategy

        def count() -> None:
            self.requests[strategy] += 1

        return await self._context.fetcher.fetch(request, count)

    async def read_links(self, capture_id: int) -> Links:
        """Return the links of a capture; none if its page is unreadable. Raises StoreError."""
        return await self._context.extraction.links(capture_id)

    async def judge(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T | None:
        """Call a function with texts of strangers, in a worker process. Return None if it goes over a limit.

        Raises WorkersError.
        """
        return await self._context.extraction.judge(partial(function, *arguments, **named))

    async def read_home_page(self, capture_id: int) -> Links:
        """Return the links of a home page, and remember its language. Raises StoreError."""
        links = await self.read_links(capture_id)
        self.language = links.language or self.language
        return links

    # Pages and captures

    def add_candidate(
        self, url: str, evidence: str, text: str = "", capture: Capture | None = None
    ) -> Page | None:
        """Store an address with its evidence. Return its page if the page must be checked.

        `evidence` is one of `clues.EVIDENCE_KINDS`. `text` has the words of the link, and `capture` is the
        capture with the link. Return None for a page that is already accepted or rejected. A rejected page is
        checked again if the evidence is of a new kind, or more than a year away from all its fetched
        captures. An address that is too long to store is ignored. The caller has begun a transaction.
        """
        if not lengths.is_address(url):
            return None
        known = retailers.find_anywhere(self.db, self.domain, url)
        if known:
            page, kind = known
        else:
            found_by = _FOUND_BY.get(evidence, "link")
            page, kind = retailers.add_page(self.db, self.policies["candidate"], url, found_by), "candidate"
        kinds = {clue.way for clue in clues.of_page(self.db, page.id)}
        is_new = clues.note(self.db, page.id, evidence, capture.id if capture else None, text)
        if kind != "candidate":
            return None
        if retailers.finding(self.db, page.id) in (None, retailers.AGAIN):
            return page
        if is_new and (evidence not in kinds or (capture and self.is_far(page, capture.timestamp))):
            retailers.settle(self.db, page.id, page.policy_id, None, retailers.AGAIN)
            return page
        return None

    def is_far(self, page: Page, timestamp: str) -> bool:
        """Return whether a timestamp is over a year from every fetched capture of a page."""
        moment = times.moment(timestamp)
        fetched = [
            times.moment(c.timestamp) for c in captures.of_page(self.db, page.id) if c.state == "fetched"
        ]
        return moment is not None and all(abs((moment - at).total_seconds()) > _YEAR for at in fetched if at)

    def add_capture(self, page: Page, row: IndexRow) -> Capture:
        """Store an index row as a capture of a page, and return it. Needs a transaction."""
        self.counts["listed"] += captures.record_rows(self.db, page.id, self.archive, [row])
        capture = captures.find(self.db, page.id, row)
        if capture is None:
            raise LookupError(row.original)
        return capture

    def accept(self, page: Page, classification: Classification, strategy: str = "") -> None:
        """Accept a candidate: make it a page of the policy that it shows.

        A page of the privacy policy is counted for `strategy`, or else for the present strategy.
        """
        policy_id = self.policies[classification.kind]
        with transaction(self.db):
            retailers.settle(self.db, page.id, policy_id, classification.relation, classification.finding)
        self.rejected.pop(page.url, None)
        if classification.kind == "privacy":
            self.found[strategy or self.strategy] += 1

    def reject(self, page: Page, finding: str) -> None:
        """Reject a page: it stays a candidate, with a finding that says why."""
        with transaction(self.db):
            retailers.settle(self.db, page.id, page.policy_id, None, finding)
        self.rejected[page.url] = finding

    def promote(self, page: Page) -> None:
        """Make a redirect-only page a full page of the policy, and count it as found."""
        with transaction(self.db):
            retailers.become_page(self.db, page.id)
        self.found[self.strategy] += 1

    def add_failure(self, failure: str) -> None:
        """Remember a line about a request without an answer. The next run sends it again."""
        self.failures.append(failure)

    def add_followed(self, capture_ids: Iterable[int], addresses: int) -> None:
        """Remember captures whose links were read, and add to the count of their addresses."""
        self.followed.update(capture_ids)
        self.followed_addresses += addresses


def is_fresh(search: searches.Search) -> bool:
    """Return whether a search is so new that it is not repeated.

    That is BELIEVED_DAYS days, or RETRY_DAYS days where the index did not answer for a part of it.
    """
    is_whole = not (search.reason or "").startswith(NOT_ANSWERED)
    return not retry_dates.is_over(
        search.asked_at, retry_dates.BELIEVED_DAYS if is_whole else retry_dates.RETRY_DAYS
    )
