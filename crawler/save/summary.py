"""How a run of `save` went: for its row in the archive, as an exit status, and in a line a page for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.runs import Result
from db.store.retailers import Page

if TYPE_CHECKING:
    from crawler.spiders.save import SaveSpider


def outcome_of(spider: "SaveSpider") -> Result:
    """Say how a run that has ended went."""
    outcome = (
        spider.wrong or spider.refused or spider.problem or ("done" if spider.is_done else "done in part")
    )
    return Result(_exit_status(spider), outcome, "\n".join(_lines(spider)))


def _exit_status(spider: "SaveSpider") -> int:
    if spider.wrong:
        return 2
    if spider.refused:
        return 4
    return 0 if spider.is_done and not spider.problem else 3


def _lines(spider: "SaveSpider") -> Iterator[str]:
    yield from (f"{outcome.url}: {outcome.state}: {outcome.line}" for outcome in spider.outcomes)
    yield from left_out(spider.choice.left)
    states = [outcome.state for outcome in spider.outcomes]
    counts = [f"{states.count(state)} {state}" for state in dict.fromkeys(states)]
    open_ = len(spider.choice.ask) + len(spider.choice.resume) - sum(state != "asked" for state in states)
    yield ", ".join([f"{spider.counts['requests']} requests", *counts])
    if spider.refused or spider.problem:
        yield str(spider.refused or spider.problem)
    elif open_ or spider.choice.waiting:
        yield f"{open_ + spider.choice.waiting} pages are still to be saved: run the same command again, best within the hour"
    elif "failed" in states or "refused" in states:
        yield "what failed is asked for again by the next run, what was refused when --if-older-than has gone by"


def left_out(pages: list[tuple[Page, str]]) -> list[str]:
    """A line for each page that is not asked for, with the reason."""
    return [f"{page.url}: left out: {reason}" for page, reason in pages]
