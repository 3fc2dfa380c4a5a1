"""Choose the responses of WARC files that can be a policy.

A file of policy pages is taken as it is, whatever its addresses are. A crawl of a whole site is recognised by
the number of documents at different addresses. Of such a crawl a response is taken if a list names its
address, if the archive has a page of it, or if its address has the words of a policy. A response that cannot
be a document (an image, a style, a script) is never taken.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from db.urlkey import urlkey
from extract.policy_terms import NAME

# Documents at different addresses of one retailer. In a corpus of 40 retailers over 20 years the policy of
# one retailer has at most 3 addresses; a whole site has hundreds.
WHOLE_SITE = 50
_NO_DOCUMENT = re.compile(
    r"(?:image|audio|video|font)/|.*(?:css|javascript|ecmascript|json|wasm|font|flash|protobuf)"
)
# Urlkeys of files for machines; wget requests the first.
_FOR_MACHINES = re.compile(r"[^)]*\)/(?:robots\.txt|favicon\.ico|sitemap[^/]*\.xml(?:\.gz)?)$")
NO_DOCUMENT, OTHER_ADDRESS = "are no documents", "are at other addresses"
UNLIKELY = "are at addresses that no list names and that do not look like a policy's"


@dataclass(frozen=True)
class RecordFilter:
    """Which responses an import takes.

    `known` holds the urlkeys that are taken in any case. `urls` holds the urlkeys of the only addresses to
    take; empty: no limit. With `every`, all documents are taken. `whole_site` says that the files are of a
    crawl of a whole site.
    """

    known: Container[str] = frozenset()
    urls: Collection[str] = frozenset()
    every: bool = False
    whole_site: bool = False

    @classmethod
    def of(
        cls, known: Container[str] = (), urls: Iterable[str] = (), *, every: bool = False
    ) -> "RecordFilter":
        """Make a filter from addresses (`urls`) and urlkeys (`known`)."""
        return cls(known, frozenset(map(urlkey, urls)), every)

    def for_files(self, files: Iterable[Path], retailer_of: Callable[[str], str]) -> "RecordFilter":
        """Return this filter with `whole_site` set for some files.

        `retailer_of(url)` returns the domain of the retailer to whom an address belongs.
        """
        if self.every or self.urls:
            return self
        return replace(self, whole_site=_has_whole_site(files, retailer_of))

    def reason_to_skip(self, record: Record, is_page: Callable[[str], bool]) -> str:
        """Return why a record is skipped: a constant of this module; "" for a record to take.

        `is_page(urlkey)` returns whether the archive has a page of that urlkey.
        """
        key = urlkey(record.original)
        if self.urls:
            return "" if key in self.urls else OTHER_ADDRESS
        if key in self.known or is_page(key):
            return ""
        if not _can_be_document(key, record.media_type):
            return NO_DOCUMENT
        if self.whole_site and not NAME.search(re.sub(r"[_+./]", " ", unquote(record.original))):
            return UNLIKELY
        return ""


def format_skipped(skipped: Counter[str]) -> str:
    """Return a line for people about skipped responses, counted by reason; "" for none."""
    if not skipped:
        return ""
    counted = "; ".join(f"{number:,} {reason}" for reason, number in sorted(skipped.items(), reverse=True))
    hint = " (--url takes the one that you name, --every takes all)" if UNLIKELY in skipped else ""
    return f"{skipped.total():,} responses skipped: {counted}{hint}"


def _has_whole_site(files: Iterable[Path], retailer_of: Callable[[str], str]) -> bool:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        for url, media_type in warc_reader.scan(file):
            if _can_be_document(urlkey(url), media_type):
                addresses = found[retailer_of(url)]
                addresses.add(urlkey(url))
                if len(addresses) > WHOLE_SITE:
                    return True
    return False


def _can_be_document(key: str, media_type: str | None) -> bool:
    return not (_NO_DOCUMENT.match(media_type or "") or _FOR_MACHINES.match(key))
