"""The choice which responses of WARC files to import: those that can be a policy.

If the files contain few documents of a retailer, all of them are imported. If they contain more than
WHOLE_SITE different addresses of one retailer, they come from a crawl of a whole site. Then a response is
imported only if a list names its address, the archive file already has a page at its address, or its address
contains words such as "privacy". Responses that cannot be a document (images, styles, scripts) are never
imported.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from crawler.errors import WarcReadError
from crawler.importing import warc_reader
from crawler.importing.warc_reader import Record
from db.urlkey import urlkey
from extract.policy_terms import NAME

# Files with documents at more addresses of one retailer come from a crawl of a whole site. In a corpus of 40
# retailers over 20 years, the policy of a retailer has at most 3 addresses; a whole site has hundreds.
WHOLE_SITE = 50
_NO_DOCUMENT = re.compile(
    r"(?:image|audio|video|font)/|.*(?:css|javascript|ecmascript|json|wasm|font|flash|protobuf)"
)
# Urlkeys of files that only programs read. wget always requests robots.txt.
_FOR_MACHINES = re.compile(r"[^)]*\)/(?:robots\.txt|favicon\.ico|sitemap[^/]*\.xml(?:\.gz)?)$")
NO_DOCUMENT, OTHER_ADDRESS = "are no documents", "are at other addresses"
UNLIKELY = "are at addresses that no list names and that do not look like a policy's"


@dataclass(frozen=True)
class RecordFilter:
    """The rule that decides which responses to import.

    - `known`: urlkeys of addresses that are always imported.
    - `urls`: urlkeys of the only addresses to import; empty for no such limit.
    - `every`: whether to import all documents.
    - `whole_site`: whether the files come from a crawl of a whole site.
    """

    known: Container[str] = frozenset()
    urls: Collection[str] = frozenset()
    every: bool = False
    whole_site: bool = False

    @classmethod
    def of(
        cls, known: Container[str] = (), urls: Iterable[str] = (), *, every: bool = False
    ) -> "RecordFilter":
        """Make a filter. `known` has urlkeys, but `urls` has addresses."""
        return cls(known, frozenset(map(urlkey, urls)), every)

    def for_files(self, files: Iterable[Path], retailer_of: Callable[[str], str]) -> "RecordFilter":
        """Return this filter with the right value of `whole_site` for some files.

        `retailer_of` takes an address and returns the domain of its retailer.
        """
        if self.every or self.urls:
            return self
        return replace(self, whole_site=_has_whole_site(files, retailer_of))

    def reason_to_skip(self, record: Record, is_page: Callable[[str], bool]) -> str:
        """Return why a record is not imported; an empty string if it is imported.

        The reason is one of the constants of this module. `is_page` takes a urlkey and returns whether the
        archive file has a page with this urlkey.
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
    """Return a line for the user about skipped responses; an empty string if there are none.

    `skipped` has the count of skipped responses for each reason.
    """
    if not skipped:
        return ""
    counted = "; ".join(f"{number:,} {reason}" for reason, number in sorted(skipped.items(), reverse=True))
    hint = " (--url takes the one that you name, --every takes all)" if UNLIKELY in skipped else ""
    return f"{skipped.total():,} responses skipped: {counted}{hint}"


def _has_whole_site(files: Iterable[Path], retailer_of: Callable[[str], str]) -> bool:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        with suppress(WarcReadError):  # the import itself reports it
            for url in document_addresses(file):
                addresses = found[retailer_of(url)]
                addresses.add(urlkey(url))
                if len(addresses) > WHOLE_SITE:
                    return True
    return False


def document_addresses(file: Path) -> Iterator[str]:
    """Yield the addresses of the responses of a file that can be documents. Raises WarcReadError."""
    for url, media_type in warc_reader.scan(file):
        if _can_be_document(urlkey(url), media_type):
            yield url


def _can_be_document(key: str, media_type: str | None) -> bool:
    return not (_NO_DOCUMENT.match(media_type or "") or _FOR_MACHINES.match(key))
