"""The strategy `path`: request paths where many shops have their policy, such as `/privacy`.

It needs one index request for each path, except for paths whose answer another strategy already knows.
"""

import json
import re

from crawler.discovery.from_index import urlkey_pattern
from crawler.discovery.session import NOT_ANSWERED, DiscoverySession, SearchState
from crawler.webarchive.cdx import DamagedAnswerError, ExcludedError
from crawler.webarchive.cdx_survey import MAX_TIMEOUTS, NO_ERRORS, Survey
from db.database import transaction
from db.query import lineage
from db.store import retailers
from db.urlkey import urlkey

PATHS = (
    "privacy",
    "privacy-policy",
    "legal/privacy",
    "privacypolicy",
    "privacy.html",
    "privacy.asp",
    "privacy.jsp",
    "help/privacy",
    "about/privacy",
    "policies/privacy-policy",
    "info/privacy",
    "content/privacy-policy",
    "privacy-notice",
)
# These paths are requested only if no address of the policy is known.
WEAK_PATHS = ("legal", "security", "policies", "customer-service/policies")
NEVER_ARCHIVED = "the index had nothing of the domain"
NEVER_ARCHIVED_REASONS = (
    NEVER_ARCHIVED,
    "the archive has nothing of the domain, at any time",
)  # old archives


async def search(session: DiscoverySession) -> SearchState:
    """Store the common paths for which the index has captures.

    The search is complete when the index has answered for each of them. Raises CdxError, ExcludedError,
    STOPPED.
    """
    if not retailers.has_captures(session.db, session.domain) and not await _has_captures(session):
        return SearchState(reason=NEVER_ARCHIVED)
    before = session.stored_search("path")
    done: list[str] = json.loads(before.cursor) if before and before.cursor else []
    unanswered: list[str] = []
    is_known = bool(lineage.covered(session.db, session.policies["privacy"]))
    for path in PATHS if is_known else (*PATHS, *WEAK_PATHS):
        url = f"http://{session.domain}/{path}"
        if path in done or _is_answered(session, url):
            continue
        survey = Survey.of(session.source, url, "exact", "urlkey", (NO_ERRORS,), limit=1)
        try:
            rows = await session.query(survey, narrows=False)
        except ExcludedError:  # this address is excluded; the retailer's other addresses may not be
            rows = []
        except DamagedAnswerError as error:
            if error.page is None:
                raise
            rows = []  # its only row is damaged
        if survey.timeouts:
            unanswered.append(path)
            if len(unanswered) == MAX_TIMEOUTS:
                break
            continue
        done.append(path)
        with transaction(session.db):
            for row in rows:
                if page := session.add_candidate(row.original, "path"):
                    session.add_capture(page, row)
            session.store_search("part", "the run was stopped", json.dumps(done))
    if unanswered:
        return SearchState("part", f"{NOT_ANSWERED}{', '.join(unanswered)}", json.dumps(done))
    return SearchState()


async def _has_captures(session: DiscoverySession) -> bool:
    """Return whether the index has captures of the domain.

    Return True also if the index did not answer completely.
    """
    survey = Survey.of(session.source, session.domain, "domain", "urlkey", limit=1)
    try:
        return bool(await session.query(survey)) or bool(survey.windows)
    except DamagedAnswerError as error:
        if error.page is None:
            raise
        return True


def _is_answered(session: DiscoverySession, url: str) -> bool:
    """Return whether another strategy has found the address, or certainly would have found it."""
    index = session.stored_search("index")
    is_complete = index is not None and index.state == "complete" and not index.reason
    found = retailers.find_anywhere(session.db, session.domain, url)
    return bool(found) or (is_complete and bool(re.match(urlkey_pattern(), urlkey(url))))
