"""The only module that uses waybackpy: it checks index queries, and reads index rows.

Scrapy sends the requests, never waybackpy. Therefore rates, retries and errors follow policytrail's rules
(docs/decisions/0005-waybackpy-at-the-border.md).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus

from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import check_collapses, check_filters, check_match_type, check_sort

from db import times


def check_query(query: Sequence[tuple[str, object]]) -> None:
    """Check an index query, given as pairs of parameter name and value.

    The match type, filters, collapses and sort order are checked. Raises waybackpy's WaybackError for a value
    that the index does not support. This is an error in policytrail, not in the web archive.
    """
    one = dict(query)
    # The address is sent encoded and with a match type, so a "*" in it is no wildcard.
    check_match_type(_text(one.get("matchType")), quote_plus(str(one["url"])))
    check_filters([str(value) for name, value in query if name == "filter"])
    check_collapses([str(value) for name, value in query if name == "collapse"])
    check_sort(_text(one.get("sort")))


def snapshot_of(values: Mapping[str, str]) -> CDXSnapshot | None:
    """Return an index row as waybackpy's CDXSnapshot. `values` has the fields by name.

    A broken timestamp from about the year 2000 is repaired first (docs/wayback.md "Index rows"). Return None
    if the timestamp is still no valid moment.
    """
    moment = times.moment(values["timestamp"])
    return None if moment is None else CDXSnapshot({**values, "timestamp": times.key(moment)})


def _text(value: object) -> str | None:
    return None if value is None else str(value)
