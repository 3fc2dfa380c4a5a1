"""The search of the site: which words, and which pairs of words, are in which version.

The versions of a policy share most of their words, and have consecutive ids. So a list of versions is short,
such as `3-17 20`. The lists are divided into small files by a hash of the word, and a search loads only those
of its words. A phrase is looked up by its pairs of words. static/search.js divides and hashes words in the
same way. docs/decisions/0037-static-site.md says why this is no library.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex  # type: ignore[import-untyped]

from db.idn import to_unicode
from db.site.addresses import SiteRetailer

FOLDER = "search"
_WORD = regex.compile(r"[\p{L}\p{N}\p{Co}]+")
_MARK = regex.compile(r"\p{M}+")
_ENTRIES = 1_000  # words and pairs in a file, about
_MODULUS = 1_000_003  # a prime; the hash times 31 is an exact number in JavaScript


def words(text: str) -> list[str]:
    """Return the words of a text in order: letters and digits, in lower case and without accents."""
    plain = _MARK.sub("", unicodedata.normalize("NFKD", text.lower()))
    found: list[str] = _WORD.findall(plain)
    return found


def chunk_of(entry: str, chunks: int) -> int:
    """Return the number of the file that has the list of a word or of a pair of words, from 0."""
    value = 7
    for byte in entry.encode("utf-8", "replace"):
        value = (value * 31 + byte) % _MODULUS
    return value % chunks


class SearchIndex:
    """Collects the texts of the versions, in the order of `retailers`, and makes the files of the index."""

    def __init__(self) -> None:
        self._versions = 0
        self._lists: defaultdict[str, list[int]] = defaultdict(list)  # first, last, first, last …

    def add(self, text: str) -> None:
        """Add the text of the next version."""
        number, self._versions = self._versions, self._versions + 1
        found = words(text)
        for entry in {*found, *(f"{one} {other}" for one, other in pairwise(found))}:
            ranges = self._lists[entry]
            if ranges and ranges[-1] == number - 1:
                ranges[-1] = number
            else:
                ranges += (number, number)

    def files(self, retailers: Iterable[SiteRetailer]) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the content of each file of the index."""
        chunks = max(1, len(self._lists) // _ENTRIES)
        contents: list[dict[str, str]] = [{} for _ in range(chunks)]
        for entry in sorted(self._lists):
            contents[chunk_of(entry, chunks)][entry] = _written(self._lists[entry])
        yield (
            f"{FOLDER}/index.json",
            _json(
                {
                    "chunks": chunks,
                    "retailers": [
                        {
                            "name": retailer.name or to_unicode(retailer.domain),
                            "page": retailer.file,
                            "versions": [
                                [
                                    version.number,
                                    version.first_seen[:10],
                                    version.last_seen[:10],
                                    version.file,
                                ]
                                for version in retailer.versions
                            ],
                        }
                        for retailer in retailers
                    ],
                }
            ),
        )
        for number, content in enumerate(contents):
            yield f"{FOLDER}/words-{number}.json", _json(content)


def _written(ranges: list[int]) -> str:
    pairs = zip(ranges[::2], ranges[1::2], strict=True)
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in pairs)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
