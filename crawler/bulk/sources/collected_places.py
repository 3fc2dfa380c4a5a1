"""Where the collected records of an index are really: what its rows say, kept small for millions of rows."""

import bisect
from array import array

from crawler.importing.warc_stream import RecordPlace


class CollectedPlaces:
    """The places of records by their first bytes in the file into which they were collected.

    A record takes 28 bytes, and each file name is stored once.
    """

    def __init__(self) -> None:
        self._firsts, self._offsets, self._lengths = array("q"), array("q"), array("q")
        self._files = array("I")  # a number for each name
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}

    def add(self, first: int, place: RecordPlace) -> None:
        """Add the place of the record that begins at the byte `first`, behind all that were added before."""
        if place.file not in self._numbers:
            self._numbers[place.file] = len(self._names)
            self._names.append(place.file)
        self._firsts.append(first)
        self._offsets.append(place.offset)
        self._lengths.append(place.length)
        self._files.append(self._numbers[place.file])

    def get(self, first: int) -> RecordPlace | None:
        """Return the place of the record that begins at the byte `first`; None if none was added there."""
        at = bisect.bisect_left(self._firsts, first)
        if at == len(self._firsts) or self._firsts[at] != first:
            return None
        return RecordPlace(self._names[self._files[at]], self._offsets[at], self._lengths[at])
