"""The last way: paths at which shops have their policy, asked of the index one by one; never of the shop, never of the replay.

Cost: one request for each path of which no other way has told whether it is there. After a survey of the whole domain these are
few: those whose own words do not name a policy.
"""

import json
import re

from crawler.discovery.candidates import NO_ERRORS
from crawler.discovery.from_index import pattern
from crawler.discovery.session import Hunt
from crawler.webarchive.cdx_survey import Survey
from db.database import transaction
from db.query import lineage
from db.store import retailers
from db.urlkey import urlkey

PATHS = (
    *(
        "privacy",
        "privacy-policy",
        "legal/privacy",
        "privacypolicy",
        "privacy.html",
        "privacy.asp",
        "privacy.jsp",
    ),
    *(
        "help/privacy",
        "about/privacy",
        "policies/privacy-policy",
        "info/privacy",
        "content/privacy-policy",
        "privacy-notice",
    ),
)
WEAK = (
    "legal",
    "security",
    "policies",
    "customer-service/policies",
)  # asked for only where no address is known at all

NEVER = "the archive has nothing of the domain, at any time"


async def search(hunt: Hunt) -> None:
    """Ask the index for the common paths, and enter those that it has. Raises what `Hunt.survey` raises."""
    if not retailers.has_captures(hunt.db, hunt.domain) and not await _has_anything(hunt):
        with transaction(hunt.db):
            hunt.record("complete", NEVER)
        return
    before = hunt.search("path")
    asked: list[str] = json.loads(before.cursor) if before and before.cursor else []
    found = bool(lineage.covered(hunt.db, hunt.policies["privacy"]))
    for path in (*PATHS, *WEAK):
        url = f"http://{hunt.domain}/{path}"
        if path in asked or _is_answered(hunt, url) or (path in WEAK and found):
            continue
        survey = Survey.of(hunt.spider.source, url, "exact", "urlkey", (NO_ERRORS,))
        survey.limit = 1
        rows = await hunt.survey(survey) if survey.address else []
        asked.append(path)
        with transaction(hunt.db):
            for row in rows:
                if page := hunt.enter(row.original, "path"):
                    hunt.enter_capture(page, row)
            hunt.record("part", "the run was stopped", json.dumps(asked))
    with transaction(hunt.db):
        hunt.record("complete")


async def _has_anything(hunt: Hunt) -> bool:
    """Whether the archive has anything at all of the domain; asked only where no other way has found a capture."""
    survey = Survey.of(hunt.spider.source, hunt.domain, "domain", "urlkey")
    survey.limit = 1
    return bool(await hunt.survey(survey)) or bool(survey.windows)


def _is_answered(hunt: Hunt, url: str) -> bool:
    """Whether another way has found the address, or would have found it if it were there."""
    surveyed = hunt.search("index")
    complete = surveyed is not None and surveyed.state == "complete" and not surveyed.reason
    found = retailers.find_anywhere(hunt.db, hunt.domain, url)
    return bool(found) or (complete and bool(re.match(pattern(), urlkey(url))))
