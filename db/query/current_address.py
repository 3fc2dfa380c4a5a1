"""The current address of a policy, and why its other pages are not current."""

from dataclasses import dataclass

from sqlite_utils import Database

from db import times
from db.store.retailers import PAGE, Page, page_of

DEAD_DAYS = 365  # an address that had no good capture for more days is not current any more


@dataclass(frozen=True)
class PageState:
    """The newest captures of a page. Times are ISO 8601, or None if there is no such capture.

    `good_at` is the time of the newest good capture (verdict `policy`). `newest` is the time of the newest
    capture in the index. `judged_at`, `verdict` and `status` describe the newest capture that has a verdict.
    `listing` is the result of reading the page's index: `complete`, `excluded` and others, or None if it was
    never read.
    """

    page: Page
    listing: str | None
    newest: str | None
    good_at: str | None
    judged_at: str | None
    verdict: str | None
    status: int | None

    @property
    def redirects(self) -> bool:
        """True if the newest capture with a verdict is a redirect."""
        return self.verdict == "redirect-stub" or (self.status is not None and 300 <= self.status < 400)

    @property
    def dead(self) -> bool:
        """True if captures show that the page had no policy for more than `DEAD_DAYS` days."""
        good, judged = _seconds(self.good_at), _seconds(self.judged_at)
        return judged is not None and (good is None or judged - good > DEAD_DAYS * 24 * 3600)


def page_states(db: Database, policy_id: int) -> list[PageState]:
    """Return the states of all pages of a policy, the page found first is first."""
    rows = db.execute(
        f"""select {PAGE}, g.listing,
               (select max(captured_at) from captures where page_id = g.id),
               (select max(captured_at) from captures where page_id = g.id and verdict = 'policy'),
               c.captured_at, c.verdict, c.status
        from pages g left join captures c on c.id = (
            select id from captures where page_id = g.id and verdict is not null
            order by captured_at desc, id desc limit 1)
        where g.policy_id = ? order by g.id""",
        [policy_id],
    )
    return [PageState(page_of(row), *row[6:]) for row in rows.fetchall()]


def current_pages(found: list[PageState]) -> tuple[list[Page], list[tuple[Page, str]]]:
    """Return the current pages of a policy, and its other pages with reasons.

    The current page is the page with the newest good capture. If that page is a redirect-only page, the page
    with the newest redirect is current, because the web archive is asked for its captures. If there is no
    good capture, all pages without any capture in a complete index are current. Redirect-only pages are in
    neither list, and both lists can be empty.
    """
    listed = [state for state in found if not state.page.waypoint]
    open_ = [state for state in listed if state.listing != "excluded"]
    chosen = {state.page.id for state in _current(found, open_)}
    left = [(state.page, _why_not(state)) for state in listed if state.page.id not in chosen]
    return [state.page for state in open_ if state.page.id in chosen], left


def _current(found: list[PageState], listed: list[PageState]) -> list[PageState]:
    good = [state for state in found if state.good_at]
    if not good:
        return [state for state in listed if state.newest is None and state.listing == "complete"]
    best = max(good, key=lambda state: state.good_at or "")
    if best in listed:
        return [] if best.redirects or best.dead else [best]
    lead = [state for state in listed if state.redirects]
    return [max(lead, key=lambda state: state.judged_at or "")] if best.page.waypoint and lead else []


def _why_not(state: PageState) -> str:
    if state.listing == "excluded":
        return "the archive may not show it"
    if state.judged_at is None:
        return (
            "nothing is known of it yet: crawl first" if state.listing is None else "the policy is elsewhere"
        )
    if state.redirects:
        return f"it redirects since {state.judged_at[:10]} or before"
    if state.dead:
        return f"it has shown no policy for long ({state.verdict}, {state.judged_at[:10]})"
    return "the policy is at another address now"


def _seconds(moment: str | None) -> float | None:
    return times.seconds(moment) if moment else None
