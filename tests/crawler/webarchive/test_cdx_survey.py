"""Surveys: queries in both dialects, resumption, and how a query that is too much for an index is split."""

import json
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CdxError
from crawler.webarchive.cdx import ExcludedError
from crawler.webarchive.cdx_rows import FIELDS
from crawler.webarchive.cdx_survey import MAX_REQUESTS, MAX_TIMEOUTS, Survey, SurveyWindow
from crawler.webarchive.sources import find
from db import times

WAYBACK, PYWB = find("http://127.0.0.1:8001"), find("pywb+http://127.0.0.1:8001/shops")
FILTERS = ("urlkey:.*privac.*", "!statuscode:[45]..")
THIS_YEAR = times.now()[:4]


def survey(source=WAYBACK, collapse="urlkey", match="domain") -> Survey:
    return Survey.of(source, "shop.example", match, collapse, FILTERS)


def asked(of: Survey) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(of.address)).query)


def row(path: str, timestamp: str = "20050101000000") -> list[str]:
    return [f"example,shop)/{path}", timestamp, f"http://shop.example/{path}", "text/html", "200", "D", "1"]


def answer(*rows: list[str], key: str | None = None) -> bytes:
    return json.dumps([list(FIELDS), *rows] + ([[], [key]] if key else [])).encode()


def objects(*rows: list[str]) -> bytes:
    names = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
    return "\n".join(json.dumps(dict(zip(names, each, strict=True))) for each in rows).encode()


def test_what_is_asked_of_the_wayback_machine():
    assert asked(survey()) == {
        "url": ["shop.example"],
        "matchType": ["domain"],
        "output": ["json"],
        "limit": ["5000"],
        "filter": list(FILTERS),
        "collapse": ["urlkey"],
        "showResumeKey": ["true"],
        "fl": [",".join(FIELDS)],
    }


def test_what_is_asked_of_pywb():
    assert asked(survey(PYWB)) == {
        "url": ["shop.example"],
        "matchType": ["domain"],
        "output": ["json"],
        "limit": ["5000"],
        "filter": ["~urlkey:.*privac.*", "!~status:[45].."],
    }


def test_pages_follow_their_keys_and_each_address_comes_once():
    of = survey()
    assert [r.original[20:] for r in of.take(200, answer(row("a"), row("b"), key="K1"))] == ["a", "b"]
    assert asked(of)["resumeKey"] == ["K1"]
    assert [r.original[20:] for r in of.take(200, answer(row("b", "20060101000000"), row("c")))] == ["c"]
    assert (of.address, of.missing, of.cursor, of.requests) == (None, "", None, 2)


def test_pywb_collapses_nothing_so_it_is_done_here():
    of = survey(PYWB, collapse="timestamp:6", match="exact")
    rows = of.take(
        200, objects(row("a", "20050101000000"), row("a", "20050131000000"), row("a", "20050201000000"))
    )
    assert [r.timestamp for r in rows] == ["20050101000000", "20050201000000"]
    assert of.address is None


def test_a_window_of_pywb_that_is_full_is_cut_for_there_is_no_key():
    of = survey(PYWB)
    of.limit = 2
    assert len(of.take(200, objects(row("a"), row("b")))) == 2
    assert len(of.windows) == 4
    assert (of.windows[0].first, of.windows[-1].last) == (None, None)
    assert all(int(str(b.first)) == int(str(a.last)) + 1 for a, b in pairwise(of.windows))


def test_no_captures_is_an_answer_in_both_dialects():
    assert survey().take(200, b"[]\n") == []
    of = survey(PYWB)
    assert of.take(404, b'{"message": "No Captures found for: shop.example"}') == []
    assert of.address is None


def test_a_question_that_takes_too_long_is_asked_in_parts_and_at_last_of_the_host_alone():
    of = survey()
    of.windows = [SurveyWindow("2004", "2005", "domain")]
    of.narrow()
    assert of.windows == [SurveyWindow("2004", "2004", "domain"), SurveyWindow("2005", "2005", "domain")]
    of.narrow()
    assert of.windows == [SurveyWindow("2004", "2004", "host"), SurveyWindow("2005", "2005", "domain")]
    of.take(200, answer(row("a")))
    assert asked(of)["from"] == asked(of)["to"] == ["2005"]
    of.narrow()
    of.narrow()
    assert of.address is None
    assert of.missing == "2004 to 2004 of its subdomains; 2005 to 2005 of its subdomains; 2005 to 2005"
    assert of.cursor is None  # what had no answer is not asked for again and again


def test_an_index_that_runs_out_of_time_again_and_again_is_left_alone():
    of = survey()
    for _ in range(MAX_TIMEOUTS):
        of.narrow()
    assert (of.address, of.cursor) == (None, None)
    assert of.missing.startswith("the first to ")
    again = survey()
    for number in range(MAX_TIMEOUTS):
        again.narrow()
        again.take(200, answer(row(str(number))))
    assert again.timeouts == 0
    assert again.windows


def test_only_so_many_requests_are_made_and_the_next_run_goes_on_where_this_one_ended():
    of = survey()
    for number in range(MAX_REQUESTS):
        of.take(200, answer(row(f"p{number}"), key=f"K{number}"))
    assert of.address is None
    assert of.missing == "all years of its subdomains"
    again = survey()
    again.resume(of.cursor)
    assert asked(again)["resumeKey"] == [f"K{MAX_REQUESTS - 1}"]
    again.resume(None)
    assert again.windows == [SurveyWindow(None, None, "domain")]


def test_a_key_that_comes_again_is_an_error_and_an_excluded_site_is_one_of_its_own():
    of = survey()
    of.take(200, answer(row("a"), key="K"))
    with pytest.raises(CdxError, match="the same resume key twice"):
        of.take(200, answer(row("b"), key="K"))
    with pytest.raises(ExcludedError):
        survey().take(
            403, b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
        )
    with pytest.raises(CdxError, match="an HTML page"):
        survey().take(200, b"<html>Temporarily offline</html>")


@given(st.lists(st.booleans(), max_size=40))
def test_whatever_times_out_all_years_are_answered_or_named(answers: list[bool]):
    of, answered = survey(), list[SurveyWindow]()
    for good in answers:
        if not of.address:
            break
        if good:
            answered.append(of.windows[0])
            assert of.windows[0] not in of.failed
            of.take(200, answer())
        else:
            of.narrow()
    years = [
        year
        for window in [*answered, *of.windows, *of.failed]
        for year in range(int(window.first or "1996"), int(window.last or THIS_YEAR) + 1)
    ]
    assert set(years) == set(range(1996, int(THIS_YEAR) + 1))
    assert of.requests <= MAX_REQUESTS
