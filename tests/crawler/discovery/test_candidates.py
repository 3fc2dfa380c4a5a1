"""Which captures of a candidate are checked first."""

from crawler.discovery.candidates import decisive_captures
from db.store.captures import IndexRow


def rows(*years: int) -> list[IndexRow]:
    return [IndexRow("example,shop)/p", f"{year}0601000000", "http://shop.example/p") for year in years]


def years(found: list[IndexRow]) -> list[int]:
    return [int(row.timestamp[:4]) for row in found]


def test_without_captures_there_are_none_to_check():
    assert decisive_captures([], ["2010-06-01T00:00:00Z"]) == []


def test_without_evidence_the_last_the_first_and_the_middle_capture_are_checked():
    assert years(decisive_captures(rows(2001, 2003, 2005, 2007, 2009), [])) == [2009, 2001, 2005]


def test_the_capture_nearest_to_the_first_evidence_comes_first_and_those_of_other_evidence_last():
    moments = ["2003-01-01T00:00:00Z", "2007-07-01T00:00:00Z"]
    assert years(decisive_captures(rows(2001, 2003, 2005, 2007, 2009), moments)) == [
        2003,
        2009,
        2001,
        2005,
        2007,
    ]


def test_each_capture_is_checked_once():
    assert years(decisive_captures(rows(2001), ["2003-01-01T00:00:00Z"])) == [2001]
