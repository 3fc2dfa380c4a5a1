"""The strategy `index`: find addresses of the domain that contain words such as "privacy".

It needs one index request, or up to `cdx_survey.MAX_REQUESTS` if the query must be split.
"""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from crawler.discovery.candidates import MAX_CANDIDATES
from crawler.discovery.classify import link_ranking, vocabulary
from crawler.discovery.classify.link_ranking import Candidate
from crawler.discovery.session import NOT_ANSWERED, DiscoverySession, SearchState
from crawler.webarchive.cdx_survey import NO_ERRORS, Survey
from db.database import transaction
from db.store.captures import IndexRow

NO_MEDIA = "!mimetype:(?:image|video|audio|font|text/css).*"
# The maximum number of addresses with one path and different queries (`?…`): most queries are campaign or
# session ids.
MAX_SPELLINGS = 2


def urlkey_pattern() -> str:
    """Return a regular expression for urlkeys that contain a word for privacy.

    See `vocabulary.index_patterns`.
    """
    return f"(?:{'|'.join(vocabulary.index_patterns())})"


async def search(session: DiscoverySession) -> SearchState:
    """Store the addresses in the index that most clearly name a policy.

    Raises CdxError, ExcludedError, STOPPED.
    """
    before = session.stored_search("index")
    filters = (f"urlkey:{urlkey_pattern()}", NO_ERRORS, NO_MEDIA)
    survey = Survey.of(session.source, session.domain, "domain", "urlkey", filters)
    survey.resume(before.cursor if before else None)
    while survey.address:
        rows = await session.query(survey)
        ranked = await session.judge(rank_rows, rows, session.domain, session.language)
        with transaction(session.db):
            for candidate, row in (ranked or ())[:MAX_CANDIDATES]:
                if page := session.add_candidate(candidate.url, "index"):
                    session.add_capture(page, row)
            session.store_search("part", "the run was stopped", survey.cursor)
    reason = f"{NOT_ANSWERED}{survey.missing}" if survey.missing else None
    return SearchState("part" if survey.windows else "complete", reason, survey.cursor)


def rank_rows(
    rows: Iterable[IndexRow], domain: str, home_language: str | None = None
) -> list[tuple[Candidate, IndexRow]]:
    """Return the candidates among index rows, each with its row, the strongest first.

    Only the strongest MAX_SPELLINGS addresses with the same path are returned.
    """
    by_url = {urldefrag(row.original).url: row for row in rows}
    spellings = Counter[str]()
    found = []
    for candidate in link_ranking.rank_links(by_url, domain=domain, home_language=home_language):
        path = urlsplit(candidate.url)._replace(scheme="", query="", fragment="").geturl().lower()
        spellings[path] += 1
        if spellings[path] <= MAX_SPELLINGS:
            found.append((candidate, by_url[candidate.url]))
    return found
