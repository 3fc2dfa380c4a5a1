"""The second way: which addresses of the domain the index lists whose own words name a privacy policy.

Cost: one request where the index can do it at once, up to `survey.ASKS` where it must be asked in parts.
"""

from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from crawler.discovery.candidates import LOOKED_AT, NO_ERRORS
from crawler.discovery.classify import link_ranking, vocabulary
from crawler.discovery.classify.link_ranking import Candidate
from crawler.discovery.session import Hunt
from crawler.webarchive.cdx_survey import Survey
from db.database import transaction
from db.store.captures import IndexRow

NO_PICTURES = "!mimetype:(?:image|video|audio|font|text/css).*"
SPELLINGS = 2  # of one path with different queries: campaigns and sessions, mostly


def pattern() -> str:
    """The expression for the urlkeys that are looked for; right for both readings of it."""
    return f"(?:{'|'.join(vocabulary.index_patterns())})"


async def search(hunt: Hunt) -> None:
    """Enter the strongest of the domain's addresses that name a policy. Raises what `Hunt.survey` raises."""
    before = hunt.search("index")
    filters = (f"urlkey:{pattern()}", NO_ERRORS, NO_PICTURES)
    survey = Survey.of(hunt.spider.source, hunt.domain, "domain", "urlkey", filters)
    survey.go_on(before.cursor if before else None)
    while survey.address:
        rows = await hunt.survey(survey)
        chosen = best(rows, hunt.domain, hunt.language)
        with transaction(hunt.db):
            for candidate, row in chosen[:LOOKED_AT]:
                page = hunt.enter(candidate.url, "index")
                if page:
                    hunt.enter_capture(page, row)
            hunt.record("part", "the run was stopped", survey.cursor)
    with transaction(hunt.db):
        state = "part" if survey.windows else "complete"
        hunt.record(state, f"not answered: {survey.unasked}" if survey.unasked else None, survey.cursor)


def best(
    rows: Iterable[IndexRow], domain: str, home_language: str | None = None
) -> list[tuple[Candidate, IndexRow]]:
    """The candidates among rows of an index, the strongest first, with their rows; of one path only a few spellings."""
    by_url = {urldefrag(row.original).url: row for row in rows}
    spellings: dict[str, int] = {}
    found = []
    for candidate in link_ranking.ranked(by_url, domain=domain, home_language=home_language):
        path = urlsplit(candidate.url)._replace(scheme="", query="", fragment="").geturl().lower()
        spellings[path] = spellings.get(path, 0) + 1
        if spellings[path] <= SPELLINGS:
            found.append((candidate, by_url[candidate.url]))
    return found
