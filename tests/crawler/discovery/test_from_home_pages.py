"""Which home pages are looked through, and which of their links."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.classify.link_ranking import LIKELY, Candidate, LinkScore
from crawler.discovery.from_home_pages import MAX_HOME_PAGES, choose_home_pages, strongest
from db.store.captures import IndexRow


def rows(*timestamps: str) -> list[IndexRow]:
    return [IndexRow("example,shop)/", timestamp, "http://shop.example/") for timestamp in timestamps]


def monthly(first: int, last: int) -> list[IndexRow]:
    return rows(*(f"{year}{month:02d}15000000" for year in range(first, last + 1) for month in range(1, 13)))


def years(found: list[IndexRow]) -> list[str]:
    return [row.timestamp[:6] for row in found]


def test_every_second_year_and_the_last_one():
    assert years(choose_home_pages(monthly(2001, 2006), [])) == ["200107", "200307", "200507", "200612"]


def test_a_long_time_is_looked_at_from_farther():
    found = choose_home_pages(monthly(1996, 2025), [])
    assert len(found) <= MAX_HOME_PAGES
    assert (years(found)[0], years(found)[-1]) == ("199607", "202512")


def test_nothing_is_asked_of_times_that_a_known_page_covers():
    known = [("2000-01-01T00:00:00Z", "2004-01-01T00:00:00Z")]
    assert years(choose_home_pages(monthly(2001, 2008), known)) == ["200507", "200707", "200812"]
    assert choose_home_pages(monthly(2001, 2003), known) == []
    assert choose_home_pages([], known) == []


def test_timestamps_that_name_no_moment_are_left_out():
    assert choose_home_pages(rows("20019901000000"), []) == []


@given(st.lists(st.datetimes(datetime(1996, 1, 1), datetime(2026, 1, 1)), max_size=60))
def test_there_are_never_many_and_they_are_of_those_there_are(moments: list[datetime]):
    there = rows(*(moment.replace(tzinfo=UTC).strftime("%Y%m%d%H%M%S") for moment in moments))
    found = choose_home_pages(there, [])
    assert len(found) <= MAX_HOME_PAGES
    assert set(found) <= set(there)
    assert bool(found) == bool(there)
    assert found == sorted(found, key=lambda row: row.timestamp)


def candidate(points: int) -> Candidate:
    return Candidate(f"http://shop.example/{points}", f"example,shop)/{points}", "", LinkScore(points, ""))


def test_links_that_name_the_policy_or_the_strongest_of_the_others():
    strong, fair, weak, weaker = candidate(90), candidate(LIKELY), candidate(LIKELY - 1), candidate(3)
    assert strongest([strong, fair, weak]) == [strong, fair]
    assert strongest([weak, weaker]) == [weak]
    assert strongest([]) == []
    assert strongest([candidate(90 - number) for number in range(9)]) == [
        candidate(90),
        candidate(89),
        candidate(88),
    ]
