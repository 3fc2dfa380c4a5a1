"""The third way: where the shop's own home pages pointed, at a few moments of which no page is known yet.

Cost: one request for the moments of which there are captures, and one for each home page that is looked through.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from crawler.discovery.classify import link_ranking
from crawler.discovery.session import Hunt
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.memento import is_redirect
from db import times
from db.database import transaction
from db.query import lineage
from db.store import retailers
from db.store.captures import IndexRow

EVERY = 2  # years between two home pages: the addresses of the built-in list lived for about four
MOMENTS = 8  # home pages of one run at the most
LINKS = 3  # addresses that one home page may bring


async def search(hunt: Hunt) -> None:
    """Read the links of archived home pages, and enter the strongest. Raises what `Hunt.survey` and `Hunt.fetch` raise."""
    db = hunt.db
    url = f"http://{hunt.domain}/"
    filters = ("statuscode:200", "!mimetype:warc/revisit")
    survey = Survey.of(hunt.spider.source, url, "exact", "timestamp:6", filters)
    rows: list[IndexRow] = []
    while survey.address:
        rows += await hunt.survey(survey)
    chosen = spread(rows, lineage.covered(db, hunt.policies["privacy"]))
    with transaction(db):
        page = retailers.add_page(db, hunt.policies["home"], url, "cdx")
        entered = [hunt.enter_capture(page, row) for row in chosen]
    for capture in entered:
        held = await hunt.fetch(page.policy_id, capture)
        if held.state != "fetched" or is_redirect(held.status):
            continue
        links = await hunt.spider.extraction.links(held.id)
        hunt.language = links.language or hunt.language
        with transaction(db):
            for one in worth(
                link_ranking.ranked(links.links, domain=hunt.domain, home_language=hunt.language)
            ):
                hunt.enter(one.url, "home", one.text, held)
    with transaction(db):
        none = None if rows else "the archive has no home page of it"
        hunt.record("complete", f"not answered: {survey.unasked}" if survey.unasked else none)


def worth(found: Sequence[link_ranking.Candidate]) -> list[link_ranking.Candidate]:
    """The candidates of a home page that are worth a look: those that name the policy; where none does, the strongest."""
    likely = [one for one in found if one.strength.points >= link_ranking.LIKELY]
    return likely[:LINKS] or list(found[:1])


def spread(rows: Sequence[IndexRow], covered: Iterable[tuple[str, str]]) -> list[IndexRow]:
    """The home pages to look through: the nearest to a few moments, spread over the time that no known page covers.

    `covered` are spans (ISO 8601, both ends included). None of none; the last home page always, for what holds now counts most,
    unless it is covered.
    """
    known = [(times.seconds(first), times.seconds(last)) for first, last in covered]
    dated = sorted((moment.timestamp(), row) for row in rows if (moment := times.moment(row.timestamp)))
    open_ = [(at, row) for at, row in dated if not any(first <= at <= last for first, last in known)]
    if not open_:
        return []
    wanted = _grid(dated[0][0], dated[-1][0])
    free = [at for at in wanted if not any(first <= at <= last for first, last in known)]
    while len(free) > MOMENTS - 1:  # every second one stays, the ends too
        free = free[:1] + free[2:-1:2] + free[-1:]
    nearest = [min(open_, key=lambda dated: abs(dated[0] - at)) for at in free]
    last = [open_[-1]] if open_[-1] == dated[-1] else []
    return [row for _, row in sorted(dict.fromkeys(nearest + last))]


def _grid(first: float, last: float) -> list[float]:
    """The middles of every second year from a moment to another one."""
    years = range(datetime.fromtimestamp(first, UTC).year, datetime.fromtimestamp(last, UTC).year + 1, EVERY)
    return [min(max(datetime(year, 7, 1, tzinfo=UTC).timestamp(), first), last) for year in years]
