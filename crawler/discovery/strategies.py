"""The ways to find addresses, from the cheapest to the dearest, tried under one budget."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from crawler.discovery import from_common_paths, from_home_pages, from_index, from_known
from crawler.discovery.candidates import look_at_all
from crawler.discovery.from_successors import follow
from crawler.discovery.session import Hunt, is_fresh
from crawler.errors import CdxError
from crawler.throttling.request_budget import BudgetSpentError
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.failures import STOPPED
from db.database import transaction
from db.store import searches

CHAINS = 6  # steps from a page to its successor, and on to its successor


class Way(NamedTuple):
    """A way: its name in `searches`, what it costs (in words), and what does it."""

    name: str
    cost: str
    search: Callable[[Hunt], Awaitable[None]]


WAYS = (
    Way("known", "none for what is held, up to 4 for an address of which nothing is held", from_known.search),
    Way(
        "index",
        "1, up to 12 where the index must be asked in parts; then up to 4 for each candidate",
        from_index.search,
    ),
    Way(
        "home",
        "1, and 1 for each home page, up to 8; then up to 4 for each candidate",
        from_home_pages.search,
    ),
    Way("path", "1 for each path that the index has not answered for", from_common_paths.search),
)
SUCCESSOR = "successor"  # after each of them: where the pages that it brought lead


async def try_way(hunt: Hunt, way: Way) -> None:
    """Try a way for a retailer, look at what it brings, and write down what came of it. Raises STOPPED, but for the budget."""
    hunt.way = way.name
    try:
        if not _is_done(hunt, way):
            await way.search(hunt)
        await look_at_all(hunt)
        if SUCCESSOR in hunt.spider.plan.ways:
            await _follow(hunt)
    except BudgetSpentError:
        _stopped(hunt, "the budget is spent")
    except ExcludedError as error:
        hunt.excluded = str(error)
        with transaction(hunt.db):
            hunt.record("excluded", str(error))
    except CdxError as error:
        hunt.troubles.append(f"{way.name}: {error}")
        _stopped(hunt, str(error), state="failed")
    except STOPPED:
        _stopped(hunt, "the run was stopped")
        raise
    finally:
        write_costs(hunt)


async def _follow(hunt: Hunt) -> None:
    """Go from each page to its successor, and on to that one's."""
    hunt.way = SUCCESSOR
    for _ in range(CHAINS):
        if not await follow(hunt):
            break
        await look_at_all(hunt)
    with transaction(hunt.db):
        hunt.record("complete")


def _is_done(hunt: Hunt, way: Way) -> bool:
    """Whether an earlier run has asked all of it, not long ago; what costs nothing is always done anew."""
    before = hunt.search(way.name)
    return way.name != "known" and before is not None and before.state == "complete" and is_fresh(before)


def _stopped(hunt: Hunt, reason: str, state: str = "part") -> None:
    """Note why a way was not tried to its end; where it goes on stays."""
    before = hunt.search(hunt.way)
    if before is None or before.state != "complete":
        with transaction(hunt.db):
            hunt.record(state, reason, before.cursor if before else None)


def write_costs(hunt: Hunt) -> None:
    """Write down what the ways cost and found since this was done last."""
    with transaction(hunt.db):
        for name in {*hunt.requests, *hunt.found}:
            written, found = hunt.written[name]
            spent = hunt.requests[name] - written, hunt.found[name] - found
            if any(spent):
                searches.spend(hunt.db, hunt.domain, hunt.archive, name, *spent)
            hunt.written[name] = hunt.requests[name], hunt.found[name]
