"""The result of a save run: exit status, outcome for the table `crawls`, and text for the user."""

from collections.abc import Iterable, Iterator, Sequence

from crawler.runs import Result, Stop, conclude
from crawler.save.plan import Choice
from crawler.save.workflow import Outcome
from db.store.retailers import Page


def summarise(choice: Choice, outcomes: Sequence[Outcome], requests: int, stop: Stop | None) -> Result:
    """Return the result of a save run.

    `choice` has the pages that the run had to request, and `outcomes` what happened to them. `requests` is
    the count of requests. `stop` is what stopped the run early, or None.
    """
    left = _left(choice, [outcome.state for outcome in outcomes])
    return conclude(
        "\n".join(_lines(choice, outcomes, requests)), stop, ("done in part", left) if left else None
    )


def left_out(pages: Iterable[tuple[Page, str]]) -> list[str]:
    """Return a line for each page that is not requested, with the reason."""
    return [f"{page.url}: left out: {reason}" for page, reason in pages]


def _lines(choice: Choice, outcomes: Sequence[Outcome], requests: int) -> Iterator[str]:
    yield from (f"{outcome.url}: {outcome.state}: {outcome.line}" for outcome in outcomes)
    yield from left_out(choice.left)
    states = [outcome.state for outcome in outcomes]
    yield ", ".join(
        [f"{requests} requests", *(f"{states.count(one)} {one}" for one in dict.fromkeys(states))]
    )


def _left(choice: Choice, states: Sequence[str]) -> str | None:
    """Return a line about what the next run will do; None if nothing remains."""
    ended = sum(state != "asked" for state in states)
    open_ = choice.waiting + len(choice.ask) + len(choice.resume) - ended
    if open_:
        return f"{open_} pages are still to be saved: run the same command again, best within the hour"
    if "failed" in states or "refused" in states:
        return "the next run requests again what failed, and what was refused when --if-older-than has passed"
    return None
