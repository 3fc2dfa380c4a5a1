"""The strategies that find addresses of policies, from the cheapest to the most expensive."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from crawler.discovery import from_common_paths, from_home_pages, from_index
from crawler.discovery.candidates import check_candidates, check_given
from crawler.discovery.from_successors import follow
from crawler.discovery.session import DiscoverySession, SearchState, is_fresh
from crawler.errors import CdxError
from crawler.throttling.request_budget import BudgetSpentError
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.failures import STOPPED
from db.database import transaction
from db.store import retailers

MAX_STEPS = 6  # the maximum number of steps from a page to its successor, to the next successor, and so on


class Strategy(NamedTuple):
    """A strategy: its name in the table `searches`, the count of its requests in words, and its function."""

    name: str
    cost: str
    search: Callable[[DiscoverySession], Awaitable[SearchState]]


async def search_known(session: DiscoverySession) -> SearchState:
    """Check the addresses that lists name and that no run has checked.

    Raises STOPPED, StoreError.
    """
    for page in session.pages():
        if not page.waypoint and retailers.finding(session.db, page.id) is None:
            await check_given(session, page)
    return SearchState()


STRATEGIES = (
    Strategy(
        "known",
        "none, or up to 4 for an address without captures in DB",
        search_known,
    ),
    Strategy(
        "index",
        "1, or up to 12 if the query must be split; then up to 4 for each candidate",
        from_index.search,
    ),
    Strategy(
        "home",
        "1, and 1 for each home page, up to 8; then up to 4 for each candidate",
        from_home_pages.search,
    ),
    Strategy("path", "1 for each path that the search of the index did not answer", from_common_paths.search),
)
SUCCESSOR = "successor"  # this strategy runs after each other one, and follows redirects and links
STRATEGY_NAMES = (*(strategy.name for strategy in STRATEGIES), SUCCESSOR)


async def try_strategy(session: DiscoverySession, strategy: Strategy, *, with_successors: bool) -> None:
    """Search with one strategy for a retailer, and check the candidates that it finds.

    If an earlier run completed this search not long ago, only the candidates are checked. With
    `with_successors`, redirects and links to successors are followed afterwards. Raises STOPPED, except if
    only the budget is spent.
    """
    session.begin(strategy.name)
    try:
        if not _is_done(session, strategy):
            state = await strategy.search(session)
            with transaction(session.db):
                session.store_search(*state)
        await check_candidates(session)
        if with_successors:
            await _follow_successors(session)
    except BudgetSpentError:
        _store_interrupted(session, "part", "the budget is spent")
    except ExcludedError as error:
        session.exclude(str(error))
    except CdxError as error:
        session.add_failure(f"{strategy.name}: {error}")
        _store_interrupted(session, "failed", str(error))
    except STOPPED:
        _store_interrupted(session, "part", "the run was stopped")
        raise
    finally:
        session.store_costs()


async def _follow_successors(session: DiscoverySession) -> None:
    session.begin(SUCCESSOR)
    for _ in range(MAX_STEPS):
        followed = await follow(session)
        session.add_followed(followed.captures, followed.addresses)
        if not followed.addresses:
            break
        await check_candidates(session)
    with transaction(session.db):
        session.store_search("complete")


def _is_done(session: DiscoverySession, strategy: Strategy) -> bool:
    """Return whether an earlier run completed the search not long ago.

    Always return False for `known`, which is cheap. A search of a retailer without any address is repeated if
    the user asks for it.
    """
    before = session.stored_search(strategy.name)
    if session.asks_again and session.had_no_address:
        return False
    return strategy.name != "known" and before is not None and before.state == "complete" and is_fresh(before)


def _store_interrupted(session: DiscoverySession, state: str, reason: str) -> None:
    """Store why the present search ended early, and keep the cursor to continue it.

    A search that is already complete stays complete.
    """
    before = session.stored_search(session.strategy)
    if before is None or before.state != "complete":
        with transaction(session.db):
            session.store_search(state, reason, before.cursor if before else None)
