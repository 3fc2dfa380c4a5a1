"""The plan of a save run: which pages to request now, which not, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from crawler.errors import SaveOptionError
from crawler.retailer_lists import normal_domain
from crawler.webarchive import sources
from crawler.webarchive.credentials import Keys, check
from crawler.webarchive.sources import Source
from db import times
from db.query.current_address import PageState, current_pages, page_states
from db.store import retailers
from db.store.retailers import Page
from db.store.runs import save_requests
from db.store.runs.save_requests import SaveRequest

# Save Page Now keeps the result of a job for about an hour (docs/wayback.md "Save Page Now").
RESULT_SECONDS = 3600
A_DAY = 24 * 3600
CAPTURES_A_DAY = 5  # the maximum for one address (docs/wayback.md "Save Page Now")
_SPAN = re.compile(r"([0-9]{1,5})([smhdw])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": A_DAY, "w": 7 * A_DAY}


@dataclass(frozen=True)
class SavePlan:
    """The options of a save run, checked.

    - `domains`: the retailers; empty for all retailers in the archive file.
    - `keys`: the keys for Save Page Now; None if nothing will be sent.
    - `if_older_than`: a page is not requested if its last capture is younger than this, in seconds.
    - `limit`: the maximum number of pages to request.
    - `all_pages`: whether to request also former addresses of the policies.
    - `interval`: seconds until the status of a job is requested first. All other waits are multiples of it.
    - `command`: the command, in the form for the table `crawls`.
    - `wait`: whether to wait if another run is writing to the file.
    - `report`: the file for the report, or None.
    """

    db: Path
    domains: tuple[str, ...]
    source: Source
    keys: Keys | None
    if_older_than: int
    limit: int
    all_pages: bool
    interval: float
    command: str
    wait: bool = False
    report: Path | None = None

    @classmethod
    def make(  # noqa: PLR0913, PLR0917 - the options of `policytrail save`
        cls,
        db: Path | str,
        domains: Sequence[str] = (),
        source: str = "web.archive.org",
        environment: Mapping[str, str] | None = None,
        if_older_than: str = "7d",
        limit: int = 100,
        all_pages: bool = False,
        saves_per_minute: float | None = None,
        interval: float = 10,
        command: str = "save",
        *,
        wait: bool = False,
        report: Path | str | None = None,
    ) -> Self:
        """Make a plan from options as the user writes them.

        The keys are read from `environment`. Without `environment` there are no keys, and nothing can be
        sent. Raises PolicytrailError for the first option that is wrong.
        """
        known = sources.find(source)
        check(known)
        known = known.with_rates(save_per_minute=saves_per_minute)
        keys = None if environment is None else Keys.read(environment)
        chosen = tuple(normal_domain(domain) for domain in domains)
        return cls(
            Path(db),
            chosen,
            known,
            keys,
            parse_span(if_older_than),
            limit,
            all_pages,
            interval,
            command,
            wait,
            Path(report) if report else None,
        )


def parse_span(text: str) -> int:
    """Convert a length of time such as 45m, 12h, 7d or 2w to seconds. Raises SaveOptionError."""
    found = _SPAN.fullmatch(text.strip().lower())
    if not found and text.strip() != "0":
        raise SaveOptionError(f"{text!r} is no span of time such as 12h, 7d or 2w")
    return int(found[1]) * _UNITS[found[2]] if found else 0


@dataclass
class Choice:
    """What a save run does with each page.

    - `ask`: the pages to request.
    - `resume`: the pages with an unfinished request of an earlier run. Only the status of its job is
      requested.
    - `left`: the pages that are not requested, with the reason.
    - `elsewhere`: the addresses where the policy no longer is, with the reason.
    - `waiting`: how many pages of `left` a later run can request.
    """

    ask: list[Page] = field(default_factory=list)
    resume: list[tuple[Page, SaveRequest]] = field(default_factory=list)
    left: list[tuple[Page, str]] = field(default_factory=list)
    elsewhere: list[tuple[Page, str]] = field(default_factory=list)
    waiting: int = 0

    def leave_from(self, number: int, reason: str) -> None:
        """Keep only the first `number` pages of those to request; leave out the others."""
        late, self.ask = self.ask[number:], self.ask[:number]
        self.left += [(page, reason) for page in late]
        self.waiting += len(late)


def choose(db: Database, plan: SavePlan) -> Choice:
    """Choose the pages of the archive file to request. Raises UnknownRetailerError.

    Those come first that were requested longest ago, so that pages that always fail keep no other from it.
    """
    choice, chosen = Choice(), list[tuple[PageState, SaveRequest | None]]()
    for policy_id, _ in retailers.policies(db, plan.domains):
        found = page_states(db, policy_id)
        pages, others = current_pages(found)
        if plan.all_pages:
            pages += [page for page, _ in others if _of(page, found).listing != "excluded"]
            others = [(page, reason) for page, reason in others if page not in pages]
        choice.elsewhere += others
        states = [_of(page, found) for page in pages]
        chosen += [(one, save_requests.latest(db, one.page.id, plan.source.name)) for one in states]
    for state, last in sorted(chosen, key=lambda one: one[1].asked_at if one[1] else ""):
        _sort(db, plan, state, last, choice)
    return choice


def _of(page: Page, found: list[PageState]) -> PageState:
    return next(state for state in found if state.page == page)


def _sort(db: Database, plan: SavePlan, state: PageState, last: SaveRequest | None, choice: Choice) -> None:
    """Add a page to one list of the choice.

    The captures of the page and `last`, its last save request, decide which list.
    """
    page, archive = state.page, plan.source.name
    age = times.clock() - times.seconds(last.asked_at) if last else float("inf")
    if last and last.state == "pending" and age < RESULT_SECONDS:
        choice.resume.append((page, last))
    elif last and last.state == "asked" and age < RESULT_SECONDS:
        choice.left.append(
            (page, f"it was asked for at {last.asked_at} by a run that was stopped: wait an hour")
        )
        choice.waiting += 1
    elif last and last.state in ("saved", "held", "refused") and age < plan.if_older_than:
        choice.left.append((page, f"it was asked for at {last.asked_at}: {last.reason}"))
    elif state.newest and times.clock() - times.seconds(state.newest) < plan.if_older_than:
        choice.left.append((page, f"the archive has a capture of {state.newest}"))
    elif save_requests.count_since(db, page.id, archive, times.iso(times.after(-A_DAY))) >= CAPTURES_A_DAY:
        choice.left.append(
            (
                page,
                f"it was asked for {CAPTURES_A_DAY} times within a day, which is all that the archive allows",
            )
        )
        choice.waiting += 1
    elif len(choice.ask) >= plan.limit:
        choice.left.append((page, f"{plan.limit} pages are asked for already (--limit)"))
        choice.waiting += 1
    else:
        choice.ask.append(page)
