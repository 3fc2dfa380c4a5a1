"""The border to waybackpy: it checks queries in the Wayback dialect, and reads the rows of the answers.

Requests are sent by Scrapy, never by waybackpy: pace, retries and errors are ours
(docs/decisions/0005-waybackpy-at-the-border.md).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus

from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import check_collapses, check_filters, check_match_type, check_sort

from db import times


def check_query(query: Sequence[tuple[str, object]]) -> None:
    """Check match type, filters, collapses and sort of an index query, given as pairs of parameter and value.

    Raises waybackpy's WaybackError for a value that the index does not know: an error of our code, not of the
    archive.
    """
    one = dict(query)
    # The address is sent encoded and with a match type, so a "*" in it is no wildcard.
    check_match_type(_text(one.get("matchType")), quote_plus(str(one["url"])))
    check_filters([str(value) for name, value in query if name == "filter"])
    check_collapses([str(value) for name, value in query if name == "collapse"])
    check_sort(_text(one.get("sort")))


def snapshot_of(values: Mapping[str, str]) -> CDXSnapshot | None:
    """Return an index row, given by the names of its fields, as waybackpy's CDXSnapshot.

    A broken timestamp of about the year 2000 is repaired first (docs/wayback.md "Index rows"), because
    CDXSnapshot raises on it. None where even the repaired one names no moment.
    """
    moment = times.moment(values["timestamp"])
    return None if moment is None else CDXSnapshot({**values, "timestamp": times.key(moment)})


def _text(value: object) -> str | None:
    return None if value is None else str(value)
