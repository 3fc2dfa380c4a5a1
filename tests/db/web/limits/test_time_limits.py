"""How long a query may take: longer where nothing in it is a visitor's own expression."""

import pytest

from db.web.limits import time_limits
from db.web.limits.time_limits import PLAIN, VISITORS


@pytest.mark.parametrize(
    ("path", "query_string", "most"),
    [
        ("/archive/gaps", "", PLAIN),
        ("/archive/captures", "", PLAIN),
        ("/archive/gaps", "retailer=shop.example&kind__exact=no+capture", PLAIN),
        ("/archive/gaps.json", "retailer=a&_shape=array&_size=max&_sort_desc=days", PLAIN),
        ("/archive/capture_health.csv", "archive=x&_next=100", PLAIN),
        ("/archive/gaps", "retailer__contains=a", VISITORS),
        ("/archive/gaps", "_where=1", VISITORS),
        ("/archive/gaps", "_facet=kind", VISITORS),
        ("/archive/gaps", "retailer=a&_search=b", VISITORS),
        ("/archive/captures", "archive=x", VISITORS),
        ("/archive", "sql=select+1", VISITORS),
        ("/archive/first_mention", "term=a", VISITORS),
        ("/archive/-/gaps", "retailer=a", VISITORS),
    ],
)
def test_only_harmless_parameters_leave_the_longer_time(path: str, query_string: str, most: int) -> None:
    time_limits.begin(path, query_string)
    assert time_limits.most() == most
