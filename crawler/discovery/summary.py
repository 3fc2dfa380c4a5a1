"""The result of a discovery run: exit status, outcome for the table `crawls`, and the printed summary."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.discovery.from_common_paths import NEVER_ARCHIVED, NEVER_ARCHIVED_REASONS
from crawler.discovery.session import DiscoverySession
from crawler.runs import Result, Stop, conclude
from crawler.terminal import counted
from db.idn import to_unicode
from db.query import lineage
from db.store import searches
from db.store.searches import Search

MAX_REJECTED = 5  # how many rejected addresses of a retailer the summary lists; the archive file has all


@dataclass(frozen=True)
class RetailerOutcome:
    """What a run found for one retailer.

    - `addresses`: rows of the view `lineage`.
    - `searches`: rows of the table `searches`.
    - `rejected`: the findings of rejected candidates, by address.
    - `requests`: the count of requests, by strategy.
    - `failures`: a line for each request without an answer.
    - `found`: the count of pages that this run accepted.
    - `excluded`: why the web archive does not show the retailer, or None.
    - `is_open`: whether the next run continues the search.
    - `damage`: how many rows of the index could not be read, or None.
    """

    domain: str
    name: str | None
    addresses: Sequence[dict[str, Any]]
    searches: Sequence[Search]
    rejected: Mapping[str, str]
    requests: Mapping[str, int]
    failures: Sequence[str]
    found: int
    excluded: str | None
    is_open: bool
    damage: str | None = None


def outcome_of(session: DiscoverySession, strategies: Sequence[str]) -> RetailerOutcome:
    """Return the outcome of a retailer's search with the given strategies.

    Raises StoreError.
    """
    db, domain, archive = session.db, session.domain, session.archive
    return RetailerOutcome(
        domain=domain,
        name=session.name,
        addresses=lineage.of_retailer(db, domain, ("privacy", "regional")),
        searches=searches.of_retailer(db, domain, archive),
        rejected=session.rejected,
        requests=session.requests,
        failures=session.failures,
        found=session.found.total(),
        excluded=session.excluded,
        damage=session.index_rows.note,
        is_open=searches.is_open(db, domain, archive, strategies),
    )


def summarise(
    outcomes: Sequence[RetailerOutcome],
    *,
    requests: int,
    stop: Stop | None,
    spent_budget: int | None,
    has_asked: bool = True,
) -> Result:
    """Return the result of a run from the outcomes of its retailers.

    `requests` is the count of requests in the run. `stop` is what stopped the run early, or None.
    `spent_budget` is the request budget if it is completely spent, otherwise None. `has_asked`: whether the
    index answered. If it did not, and the run was stopped, there is nothing else to say.
    """
    found = sum(outcome.found for outcome in outcomes)
    if stop and not has_asked and not found:
        return conclude("", stop)
    new = counted(found, "new address", "new addresses")
    total = f"{counted(requests, 'request')}, {new} of {counted(len(outcomes), 'retailer')}"
    lines = [line for outcome in outcomes for line in _format_outcome(outcome)]
    is_open, left = any(outcome.is_open for outcome in outcomes), None
    if is_open and spent_budget is not None:
        budget = f"the budget of {spent_budget} requests is spent: run again to go on"
        left = budget, budget
    elif is_open or any(outcome.failures for outcome in outcomes):
        left = "done in part", "not everything was answered: run the same command again"
    return conclude("\n".join([*lines, total]), stop, left)


def _format_outcome(outcome: RetailerOutcome) -> Iterator[str]:
    yield to_unicode(outcome.domain) + (f" ({outcome.name})" if outcome.name else "")
    for address in outcome.addresses:
        yield f"  {lineage.line(address)}"
    never = [search for search in outcome.searches if search.reason in NEVER_ARCHIVED_REASONS]
    if outcome.excluded:
        at = max((s.asked_at for s in outcome.searches if s.state == "excluded"), default="")
        yield f"  excluded on {at[:10]}: {outcome.excluded}" if at else f"  excluded: {outcome.excluded}"
    elif never:
        yield f"  nothing on {never[0].asked_at[:10]}: {NEVER_ARCHIVED}"
    elif not outcome.addresses:
        yield "  no address of its policy was found" + (" yet" if outcome.is_open else "")
    for url, finding in list(outcome.rejected.items())[:MAX_REJECTED]:
        yield f"  not taken: {url}: {finding}"
    if (more := len(outcome.rejected) - MAX_REJECTED) > 0:
        yield f"  not taken: {more} more (see 'policytrail status {outcome.domain} --json')"
    if any(outcome.requests.values()):
        numbers = (f"{strategy} {number}" for strategy, number in outcome.requests.items() if number)
        yield f"  requests: {', '.join(numbers)}"
    for search in outcome.searches:
        if search.reason and not never and search.state != "excluded":
            yield f"  {search.way}: {search.reason}"
    if outcome.damage:
        yield f"  index: {outcome.damage}"
    for failure in outcome.failures:
        yield f"  {failure}"
