"""Which responses of WARC files could be a policy: of a crawl of whole sites, a few in thousands.

A file of policy pages is taken as it is, whatever its addresses look like. A crawl of a whole shop is told by the number of
documents at different addresses; of one, those are taken that a list names, that the archive has a page of, or whose address
says what a policy is called. What can be no document (an image, a style, a script) is never one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from urllib.parse import unquote

from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from db.urlkey import urlkey
from extract.policy_terms import NAME

# The policy of a shop moves: the most addresses of one shop in a corpus of 40 over 20 years are 3. A shop's site has hundreds.
WHOLE_SITE = 50  # documents at different addresses of one retailer
_NO_DOCUMENT = re.compile(
    r"(?:image|audio|video|font)/|.*(?:css|javascript|ecmascript|json|wasm|font|flash|protobuf)"
)
_FOR_MACHINES = re.compile(
    r"[^)]*\)/(?:robots\.txt|favicon\.ico|sitemap[^/]*\.xml(?:\.gz)?)$"
)  # urlkeys; wget asks for the first
TYPE, OTHER = "are no documents", "are at other addresses"
ADDRESS = "are at addresses that neither a list nor their words tell to be a policy's"


class Sieve:
    """Takes what could be a policy out of files; `passed` counts the others, by the reason.

    `urls` are the only addresses to take, where there are any; `known` holds the urlkeys of addresses that are to be taken in
    any case. With `every`, all documents are taken.
    """

    def __init__(self, known: Container[str] = (), urls: Iterable[str] = (), *, every: bool = False) -> None:
        self._known, self._urls, self._every = known, {urlkey(url) for url in urls}, every
        self._is_whole_site = False
        self.passed: Counter[str] = Counter()

    def look(self, files: Iterable[Path], retailer_of: Callable[[str], str]) -> None:
        """Look through files for a whole site, before they are read."""
        if self._every or self._urls:
            return
        found: defaultdict[str, set[str]] = defaultdict(set)
        for file in files:
            for url, media_type in warc_reader.glance(file):
                if not _is_no_document(urlkey(url), media_type):
                    addresses = found[retailer_of(url)]
                    addresses.add(urlkey(url))
                    if len(addresses) > WHOLE_SITE:
                        self._is_whole_site = True
                        return

    def takes(self, record: Record, is_page: Callable[[str], bool]) -> bool:
        """Whether a record could be a policy; `is_page` says of a urlkey whether the archive has a page of it."""
        key = urlkey(record.original)
        if self._urls:
            reason = "" if key in self._urls else OTHER
        elif key in self._known or is_page(key):
            reason = ""
        elif _is_no_document(key, record.media_type):
            reason = TYPE
        elif self._is_whole_site and not NAME.search(re.sub(r"[_+./]", " ", unquote(record.original))):
            reason = ADDRESS
        else:
            reason = ""
        if reason:
            self.passed[reason] += 1
        return not reason

    def __str__(self) -> str:
        """What was passed over, in a line; "" for nothing."""
        if not self.passed:
            return ""
        counted = "; ".join(
            f"{number:,} {reason}" for reason, number in sorted(self.passed.items(), reverse=True)
        )
        hint = "" if ADDRESS not in self.passed else " (--url names one to take, --every takes them all)"
        return f"{self.passed.total():,} responses passed over: {counted}{hint}"


def _is_no_document(key: str, media_type: str | None) -> bool:
    return bool(_NO_DOCUMENT.match(media_type or "") or _FOR_MACHINES.match(key))
