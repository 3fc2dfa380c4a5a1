"""How a search for addresses went: for its row in the archive, as an exit status, and in lines for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.discovery.from_common_paths import NEVER
from crawler.runs import Result
from db.query import lineage
from db.store import searches

if TYPE_CHECKING:
    from crawler.discovery.session import Hunt
    from crawler.spiders.discover import DiscoverSpider

REJECTED = 5  # addresses of one retailer that were looked at in vain, and are told; the file has all


def outcome_of(spider: "DiscoverSpider") -> Result:
    """Say how a search that has ended went."""
    parts = [line for hunt in spider.hunts for line in _of_hunt(hunt)]
    found = sum(sum(hunt.found.values()) for hunt in spider.hunts)
    spent = spider.counts["requests"]
    new = _plural(found, "new address", "new addresses")
    parts.append(f"{_plural(spent, 'request')}, {new} of {_plural(len(spider.hunts), 'retailer')}")
    done = "\n".join(parts)
    if spider.refused:
        return Result(4, spider.refused, f"{done}\n{spider.refused}")
    if spider.problem:
        return Result(3, spider.problem, f"{done}\n{spider.problem}")
    if not spider.request_budget.left and _is_left(spider):
        left = f"the budget of {spider.request_budget.limit} requests is spent: run again to go on"
        return Result(3, left, f"{done}\n{left}")
    if _is_left(spider) or any(hunt.troubles for hunt in spider.hunts):
        return Result(3, "done in part", f"{done}\nnot all could be asked: run the same command again")
    return Result(0, "done", done)


def _is_left(spider: "DiscoverSpider") -> bool:
    return any(_is_open(hunt) for hunt in spider.hunts)


def _is_open(hunt: "Hunt") -> bool:
    """Whether the next run goes on for a retailer: a way was not tried to its end, or a candidate is to be looked at."""
    return searches.is_open(hunt.db, hunt.domain, hunt.archive, hunt.spider.plan.ways)


def _of_hunt(hunt: "Hunt") -> Iterator[str]:
    yield hunt.domain + (f" ({hunt.name})" if hunt.name else "")
    told = lineage.of_retailer(hunt.db, hunt.domain, ("privacy", "regional"))
    for address in told:
        yield f"  {lineage.line(address)}"
    by_way = {search.way: search for search in searches.of_retailer(hunt.db, hunt.domain, hunt.archive)}
    never = any(search.reason == NEVER for search in by_way.values())
    if hunt.excluded:
        yield f"  excluded: {hunt.excluded}"
    elif never:
        yield f"  never archived: {NEVER}"
    elif not told:
        yield "  no address of its policy was found" + (" yet" if _is_open(hunt) else "")
    for url, finding in list(hunt.rejected.items())[:REJECTED]:
        yield f"  not taken: {url}: {finding}"
    if len(hunt.rejected) > REJECTED:
        yield f"  not taken: {len(hunt.rejected) - REJECTED} more (see 'policytrail status {hunt.domain} --json')"
    if sum(hunt.requests.values()):
        yield f"  requests: {', '.join(f'{way} {number}' for way, number in hunt.requests.items() if number)}"
    for search in by_way.values():
        if search.reason and not never and search.state != "excluded":
            yield f"  {search.way}: {search.reason}"
    for trouble in hunt.troubles:
        yield f"  {trouble}"


def _plural(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
