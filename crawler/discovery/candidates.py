"""Looking at candidates: a few captures of each, the fewest that decide, judged by what they show; nothing is believed."""

import re
from collections.abc import Iterable, Sequence

from crawler.discovery.classify.link_ranking import strength
from crawler.discovery.classify.page import Clue, Judgement, judge
from crawler.discovery.session import Hunt
from crawler.errors import CdxError
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.memento import is_redirect
from db import times
from db.database import transaction
from db.headers import header
from db.query import lineage
from db.store import captures, clues, extraction_queue, retailers, texts
from db.store.captures import Capture, IndexRow
from db.store.retailers import Page
from db.urlkey import urlkey
from extract.links import BODY, Link
from extract.verdict import POLICY

LOOKED_AT = 10  # candidates of one way, the strongest first: right ones are among the first few
LOOKS = 3  # captures of a candidate: near the clue, the last, the first. A page that shows no policy in three is none
NO_ERRORS = "!statuscode:[45].."


async def look_at_all(hunt: Hunt) -> None:
    """Look at the strongest candidates of which nobody has found out yet what they are. Raises what `Hunt.ask` raises."""
    found = retailers.open_candidates(hunt.db, hunt.policies["candidate"])
    open_ = sorted(found, key=lambda page: (-_points(hunt, page), page.id))
    for page in open_[:LOOKED_AT]:
        await look_at(hunt, page)
    if weaker := open_[LOOKED_AT:]:
        finding = f"not looked at: {LOOKED_AT} stronger addresses were"
        with transaction(hunt.db):
            for page in weaker:
                retailers.settle(hunt.db, page.id, page.policy_id, None, finding)


async def look_at(hunt: Hunt, page: Page) -> None:
    """Find out what a page is, and put it where it belongs."""
    look = _Look(hunt, page)
    try:
        await look.at_entered()
        if not look.accepted and look.is_worth_more:
            await look.at_sample()
        if look.accepted:
            await look.at_ends()
    except ExcludedError as error:  # this one address: another host's, or the whole domain
        look.why = str(error)
    except CdxError as error:
        look.trouble = str(error)
    look.settle()


async def look_at_ends(hunt: Hunt, page: Page) -> None:
    """Look at the first and the last capture of a page that was given, and of which nothing is held yet."""
    try:
        await _Look(hunt, page).at_ends()
    except CdxError as error:
        hunt.troubles.append(f"{page.url}: {error}")


def judged(hunt: Hunt, page: Page, capture: Capture, *, alone: bool = False) -> Judgement:
    """What a page is by one of its captures. `alone`: all has been looked at, and this is the only policy there is."""
    shown = texts.of_capture(hunt.db, capture.id)
    return judge(
        domain=hunt.domain, name=hunt.name, url=page.url, title=shown.title, text=shown.markdown, verdict=str(shown.verdict),
        language=shown.language, clues=[Clue(c.way, c.text, c.source_url) for c in clues.of_page(hunt.db, page.id)],
        home_language=hunt.language, alone=alone,
    )  # fmt: skip


def settle_given(hunt: Hunt, page: Page) -> None:
    """Write down whose document an address shows that a list names; where it is kept is the list's word."""
    good = lineage.goods(hunt.db, page.id)
    judgement = judged(hunt, page, captures.get(hunt.db, good[-1][0])) if good else None
    finding = f"a list names it; {judgement.finding if judgement else 'no good capture is known yet'}"
    with transaction(hunt.db):
        retailers.settle(hunt.db, page.id, page.policy_id, judgement.relation if judgement else None, finding)


def settle_alone(hunt: Hunt) -> None:
    """Make the policy of a region the main one where it is the only one that was found. No request is made."""
    regional = hunt.pages("regional")
    if hunt.pages() or len(regional) != 1:
        return
    (page,) = regional
    good = lineage.goods(hunt.db, page.id)
    if (
        good
        and (judgement := judged(hunt, page, captures.get(hunt.db, good[-1][0]), alone=True)).kind
        == "privacy"
    ):
        with transaction(hunt.db):
            retailers.settle(
                hunt.db, page.id, hunt.policies["privacy"], judgement.relation, judgement.finding
            )
        way = clues.of_page(hunt.db, page.id)[0].way
        hunt.found["successor" if way == "redirect" else way] += 1


class _Look:
    """What is found out about one page."""

    def __init__(self, hunt: Hunt, page: Page) -> None:
        self.hunt, self.page = hunt, page
        self.accepted: Judgement | None = None
        self.trouble: str | None = None  # with the index
        self.why = ""  # it is not accepted
        self._looks = 0
        self._is_others = False  # a capture shows a policy, and it is not the retailer's
        self._again = retailers.finding(hunt.db, page.id) == retailers.AGAIN
        self._sample: list[IndexRow] | None = None
        self._moments = [clue.captured_at for clue in clues.of_page(hunt.db, page.id) if clue.captured_at]
        self._unseen = any(hunt.is_far(page, re.sub(r"\D", "", moment)) for moment in self._moments)

    async def at_entered(self) -> None:
        """Look at the captures that are entered already: those that an index row or a redirect named."""
        entered = captures.of_page(self.hunt.db, self.page.id)
        for capture in sorted(entered, key=lambda c: (c.state != "fetched", c.timestamp)):
            if not self.accepted and (capture.state == "fetched" or (capture.wanted and not self._is_others)):
                await self._at(capture)

    @property
    def is_worth_more(self) -> bool:
        """Whether other captures may say something else: not of another party's policy, nor of what was looked at before."""
        return not self._is_others and (not self._again or self._unseen)

    async def at_sample(self) -> None:
        """Look at a few captures of those that the index lists, one a month."""
        rows = [row for row in await self._rows() if not is_redirect(row.status)]
        self._looks = min(self._looks, 1)  # whatever was looked at before
        for row in few(rows, self._moments):
            if not self.accepted and self._looks < LOOKS:
                await self._at(self._entered(row))
            if self._is_others:
                return
        if not rows and not self.accepted:
            await self._where_it_leads()

    async def at_ends(self) -> None:
        """Look at both ends of a page: since when and until when it shows the policy, and where it leads afterwards."""
        every = await self._rows()
        rows = [row for row in every if not is_redirect(row.status)]
        after = every[-1:] if every and is_redirect(every[-1].status) else []
        for row in dict.fromkeys(rows[:1] + rows[-1:] + after):
            await self.hunt.fetch(self.page.policy_id, self._entered(row))

    async def _at(self, capture: Capture) -> None:
        capture = await self.hunt.fetch(self.page.policy_id, capture)
        if capture.state != "fetched":
            return
        self._looks += 1
        if is_redirect(capture.status):
            self._leads_on(capture)
            return
        judgement = judged(self.hunt, self.page, capture)
        if judgement.kind == "candidate":
            self.why = judgement.finding
            self._is_others = texts.of_capture(self.hunt.db, capture.id).verdict == POLICY
        else:
            self.accepted = judgement

    async def _rows(self) -> list[IndexRow]:
        """The captures that the index lists, the first of each month, by time."""
        if self._sample is None:
            survey = Survey.of(self.hunt.spider.source, self.page.url, "exact", "timestamp:6", (NO_ERRORS,))
            rows: list[IndexRow] = []
            while survey.address:
                rows += await self.hunt.survey(survey)
            self._sample = sorted(
                (row for row in rows if times.moment(row.timestamp)), key=lambda row: row.timestamp
            )
        return self._sample

    async def _where_it_leads(self) -> None:
        """Follow the last redirect of a page that shows nothing else."""
        redirects = [row for row in await self._rows() if is_redirect(row.status)]
        if redirects and not self.why:
            await self._at(self._entered(redirects[-1]))

    def _leads_on(self, capture: Capture) -> None:
        location = location_of(self.hunt, capture)
        self.why = f"it redirects to {location}" if location else "it redirects to no address"
        if location:
            enter_target(self.hunt, capture, location)

    def _entered(self, row: IndexRow) -> Capture:
        with transaction(self.hunt.db):
            return self.hunt.enter_capture(self.page, row)

    def settle(self) -> None:
        """Write down what the page is."""
        db, hunt = self.hunt.db, self.hunt
        with transaction(db):
            if self.accepted:
                kind, relation, finding = self.accepted.kind, self.accepted.relation, self.accepted.finding
                retailers.settle(db, self.page.id, hunt.policies[kind], relation, finding)
            elif self.trouble and not self._looks:  # the next run looks again
                hunt.troubles.append(f"{self.page.url}: {self.trouble}")
            else:
                finding = self.why or (
                    "no capture of it can be had" if self._sample else "the archive has no good capture of it"
                )
                retailers.settle(db, self.page.id, self.page.policy_id, None, finding)
                hunt.rejected[self.page.url] = finding
        if self.accepted:
            hunt.rejected.pop(self.page.url, None)
            hunt.found[hunt.way] += self.accepted.kind == "privacy"


def few(rows: Sequence[IndexRow], moments: Iterable[str]) -> list[IndexRow]:
    """The few captures of a page that tell most: the nearest to a clue's moment (ISO 8601), the last, the first, the middle.

    `rows` by time; none of none. Those near other clues come behind.
    """
    if not rows:
        return []
    near = []
    for moment in moments:
        at = times.seconds(moment)
        near.append(min(rows, key=lambda row: abs(_seconds(row) - at)))
    chosen = [*near[:1], rows[-1], rows[0], rows[len(rows) // 2], *near[1:]]
    return list(dict.fromkeys(chosen))


def location_of(hunt: Hunt, capture: Capture) -> str | None:
    """Where a captured redirect leads; None where its headers do not say."""
    return header(extraction_queue.extraction_input(hunt.db, capture.id).headers, "location")


def enter_target(hunt: Hunt, capture: Capture, location: str) -> bool:
    """Enter the address to which a captured redirect leads, with its capture of that second; whether it is to be looked at.

    Many lead to the page itself, from http to https or to the host without `www.`: they are no clue.
    """
    if urlkey(location) == urlkey(capture.original):
        return False
    with transaction(hunt.db):
        page = hunt.enter(location, "redirect", capture=capture)
        if page and not captures.of_page(hunt.db, page.id):
            hunt.enter_capture(page, IndexRow(page.urlkey, capture.timestamp, location))
    return page is not None


def _points(hunt: Hunt, page: Page) -> int:
    """How strong a candidate is by the best of its clues."""
    said = [clue.text for clue in clues.of_page(hunt.db, page.id)] or [""]
    links = [Link(page.url, text, BODY) if text else page.url for text in said]
    return max(strength(link, domain=hunt.domain, home_language=hunt.language).points for link in links)


def _seconds(row: IndexRow) -> float:
    moment = times.moment(row.timestamp)
    return moment.timestamp() if moment else 0.0
