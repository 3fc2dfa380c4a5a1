import pytest

from db.web.common.errors import BadQueryError
from db.web.common.holdings import UrlkeyRange
from db.web.wayback import cdx_query, resume_key
from db.web.wayback.cdx_rows import FIELDS
from db.web.wayback.resume_key import ResumeKey
from db.web.wayback.scan import Position


def parse(**parameters: str | list[str]) -> cdx_query.CdxQuery:
    given = {
        name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in parameters.items()
    }
    return cdx_query.parse(given)


def test_the_url_alone_asks_for_everything_in_text():
    query = parse(url="http://www.Shop.example/Privacy")
    assert query == cdx_query.CdxQuery(
        urlkeys=UrlkeyRange("example,shop)/privacy", "example,shop)/privacy\0"),
        start="00000000000000",
        end="99999999999999",
        json=False,
        columns=(0, 1, 2, 3, 4, 5, 6),
        filters=(),
        collapses=(),
        limit=0,
        offset=0,
        sort="regular",
        closest="",
        show_resume_key=False,
        resume=None,
        page=None,
        page_rows=150_000,
        show_num_pages=False,
    )


@pytest.mark.parametrize(
    ("url", "match_type", "start", "end"),
    [
        ("shop.example/a", "", "example,shop)/a", "example,shop)/a\0"),
        ("shop.example/a*", "", "example,shop)/a", "example,shop)/b"),
        ("shop.example/a/*", "", "example,shop)/a/", "example,shop)/a0"),
        ("shop.example/*", "", "example,shop)/", "example,shop)0"),
        ("shop.example*", "", "example,shop)", "example,shop*"),
        ("shop.example/a?b=1*", "", "example,shop)/a?b=1", "example,shop)/a?b=2"),
        ("shop.example/a?*", "", "example,shop)/a?", "example,shop)/a@"),
        ("*.shop.example", "", "example,shop)", "example,shop-"),
        ("*.shop.example/*", "", "example,shop)", "example,shop-"),
        ("https://shop.example/a", "prefix", "example,shop)/a", "example,shop)/b"),
        ("https://shop.example/a", "host", "example,shop)", "example,shop*"),
        ("https://shop.example/a", "domain", "example,shop)", "example,shop-"),
        ("shop.example/a*", "exact", "example,shop)/a*", "example,shop)/a*\0"),
        ("shop.example/a", "nonsense", "example,shop)/a", "example,shop)/a\0"),
        ("http://192.0.2.1/a", "host", "192.0.2.1)", "192.0.2.1*"),
    ],
)
def test_spans(url: str, match_type: str, start: str, end: str):
    assert parse(url=url, matchType=match_type).urlkeys == (start, end)


def test_times_are_prefixes_and_both_ends_are_included():
    query = parse(url="a.example", from_="2004", to="200406")
    assert (query.start, query.end) == ("20040000000000", "20040699999999")


def test_output_and_fields():
    query = parse(url="a.example", output="json", fl="timestamp,original,status")
    assert query.json
    assert [FIELDS[n] for n in query.columns] == ["timestamp", "original", "statuscode"]
    assert cdx_query.parse({"url": ["a.example"]}, json=True).json


def test_paging():
    query = parse(url="a.example", page="2", pageSize="5", showNumPages="true")
    assert (query.page, query.page_rows, query.show_num_pages) == (2, 15_000, True)
    assert parse(url="a.example", pageSize="0").page_rows == 3_000
    assert parse(url="a.example", pageSize="99999").page_rows == 150_000


def test_closest_is_completed():
    query = parse(url="a.example", sort="closest", closest="2004", limit="1")
    assert (query.sort, query.closest, query.limit) == ("closest", "20041231235959", 1)


def test_resume_key():
    key = ResumeKey(Position("example,a)/", "20040101000000", 7), ())
    assert parse(url="a.example", resumeKey=resume_key.encode(key)).resume == key


def test_what_is_not_needed_is_passed_over():
    query = parse(
        url="a.example",
        gzip="false",
        resolveRevisits="true",
        showDupeCount="true",
        fastLatest="true",
        sort="default",
    )
    assert query == parse(url="a.example")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "url parameter is required"),
        ({"url": ""}, "url parameter is required"),
        ({"url": "a.example", "from": "2004-01"}, "from must be 1 to 14 digits: yyyyMMddhhmmss"),
        ({"url": "a.example", "to": "123456789012345"}, "to must be 1 to 14 digits: yyyyMMddhhmmss"),
        ({"url": "a.example", "to": "٢٠٠٤"}, "to must be 1 to 14 digits: yyyyMMddhhmmss"),
        ({"url": "a.example", "limit": "ten"}, "limit must be a number"),
        ({"url": "a.example", "offset": "-1"}, "offset must be a number"),
        ({"url": "a.example", "page": "-1"}, "page must be a number"),
        ({"url": "a.example", "pageSize": "x"}, "pageSize must be a number"),
        (
            {"url": "a.example", "fl": "timestamp,nonsense"},
            "there is no field 'nonsense'; the fields are"
            " urlkey,timestamp,original,mimetype,statuscode,digest,length",
        ),
        (
            {"url": "a.example", "collapse": "timestamp:x"},
            "collapse=timestamp:x: after the colon comes a number of characters",
        ),
        ({"url": "a.example", "sort": "closest"}, "sort=closest requires the parameter closest"),
        (
            {"url": "a.example/*", "sort": "closest", "closest": "2004"},
            "sort=closest works with an exact url only",
        ),
        (
            {"url": "mailto:a@a.example", "matchType": "domain"},
            "matchType=domain needs an address with a host",
        ),
        ({"url": "*"}, "a prefix needs an address with a host"),
        (
            {"url": "a.example", "resumeKey": "garbage"},
            "resumeKey: the resume key is damaged; "
            "send it as it was received, with the same other parameters",
        ),
    ],
)
def test_wrong_parameters_say_what_is_wrong(parameters: dict[str, str], message: str):
    with pytest.raises(BadQueryError) as caught:
        cdx_query.parse({name: [value] for name, value in parameters.items()})
    assert str(caught.value) == message


def test_a_key_of_another_query_is_refused():
    key = resume_key.encode(ResumeKey(Position("example,a)/", "20040101000000", 7), ("2004",)))
    with pytest.raises(BadQueryError, match="the key belongs to a query with another collapse"):
        parse(url="a.example", resumeKey=key)


def test_fifty_filters_are_enough():
    with pytest.raises(BadQueryError, match="at most 50 filter parameters"):
        parse(url="a.example", filter=["statuscode:200"] * 51)
