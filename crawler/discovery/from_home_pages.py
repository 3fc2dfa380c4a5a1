"""The strategy `home`: read the links of a few archived home pages.

The home pages come from times for which no page of the policy is known. The strategy needs one request for
the list of home pages, and one for each home page.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from crawler.discovery.classify import link_ranking
from crawler.discovery.session import NOT_ANSWERED, DiscoverySession, SearchState
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.cdx_survey import Survey
from crawler.webarchive.memento import is_redirect
from db import times
from db.database import transaction
from db.query import lineage
from db.store import retailers
from db.store.captures import IndexRow

# The time between two home pages. The addresses in the built-in list were in use for about four years.
YEARS_BETWEEN = 2
MAX_HOME_PAGES = 8  # the maximum number of home pages that one run reads
MAX_LINKS = 3  # the maximum number of candidates from one home page


async def search(session: DiscoverySession) -> SearchState:
    """Store the strongest links of archived home pages as candidates.

    Raises CdxError, STOPPED.
    """
    db, url = session.db, f"http://{session.domain}/"
    filters = ("statuscode:200", "!mimetype:warc/revisit")
    survey = Survey.of(session.source, url, "exact", "timestamp:6", filters)
    rows: list[IndexRow] = []
    try:
        while survey.address:
            rows += await session.query(survey)
    except ExcludedError as error:  # the retailer's other addresses may not be excluded
        return SearchState(reason=str(error))
    chosen = choose_home_pages(rows, lineage.covered(db, session.policies["privacy"]))
    with transaction(db):
        page = retailers.add_page(db, session.policies["home"], url, "cdx")
        stored = [session.add_capture(page, row) for row in chosen]
    unread = []
    for unfetched in stored:
        capture = await session.fetch(page.policy_id, unfetched)
        if capture.state == "failed" and capture.wanted:
            unread.append(f"the home page of {capture.timestamp[:4]}")
        if capture.state != "fetched" or is_redirect(capture.status):
            continue
        links = await session.read_home_page(capture.id)
        ranked = await session.judge(
            link_ranking.rank_links, links.links, domain=session.domain, home_language=session.language
        )
        with transaction(db):
            for link in strongest(ranked or ()):
                session.add_candidate(link.url, "home", link.text, capture)
    if survey.missing or unread:
        unanswered = filter(None, [survey.missing, *unread])
        return SearchState(
            "part" if survey.windows or unread else "complete", NOT_ANSWERED + "; ".join(unanswered)
        )
    return SearchState(reason=None if rows else "the archive has no home page of it")


def strongest(ranked: Sequence[link_ranking.Candidate]) -> list[link_ranking.Candidate]:
    """Return up to MAX_LINKS links that name the policy, or else the strongest link.

    Return an empty list without links.
    """
    likely = [link for link in ranked if link.score.points >= link_ranking.LIKELY]
    return likely[:MAX_LINKS] or list(ranked[:1])


def choose_home_pages(rows: Sequence[IndexRow], covered: Iterable[tuple[str, str]]) -> list[IndexRow]:
    """Return the home pages to read, sorted by time.

    They are spread over the years for which no page of the policy is known. `covered` has the periods of the
    known pages, as pairs of first and last moment (ISO 8601, both included). The last home page is always
    chosen, unless a known page covers its time, because the present policy is the most important. Without
    rows, return an empty list.
    """
    known = [(times.seconds(first), times.seconds(last)) for first, last in covered]

    def is_covered(at: float) -> bool:
        return any(first <= at <= last for first, last in known)

    dated = sorted((moment.timestamp(), row) for row in rows if (moment := times.moment(row.timestamp)))
    uncovered = [(at, row) for at, row in dated if not is_covered(at)]
    if not uncovered:
        return []
    moments = [at for at in _mid_years(dated[0][0], dated[-1][0]) if not is_covered(at)]
    while len(moments) > MAX_HOME_PAGES - 1:  # remove every second moment, but never the first and the last
        moments = moments[:1] + moments[2:-1:2] + moments[-1:]
    nearest = [min(uncovered, key=lambda dated: abs(dated[0] - at)) for at in moments]
    last = [uncovered[-1]] if uncovered[-1] == dated[-1] else []
    return [row for _, row in sorted(dict.fromkeys(nearest + last))]


def _mid_years(first: float, last: float) -> list[float]:
    """Return the middle of every second year between two moments, all in seconds since 1970."""
    first_year, last_year = (datetime.fromtimestamp(at, UTC).year for at in (first, last))
    middles = (
        datetime(year, 7, 1, tzinfo=UTC).timestamp()
        for year in range(first_year, last_year + 1, YEARS_BETWEEN)
    )
    return [min(max(middle, first), last) for middle in middles]
