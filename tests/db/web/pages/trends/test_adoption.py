"""Adoption on the web: a curve in a band for phrases and statements, its data, and wrong values."""

import csv
import io

import pytest

from tests.db.web.conftest import Ask
from tests.support.web.read_page import document, words

ADOPTION = "/some+shops/-/trends/adoption"


def test_without_a_question_there_is_a_form(ask_told: Ask) -> None:
    shown = document(ask_told(ADOPTION))
    assert len(shown.xpath("//form[@class='ask']")) == 1
    assert not shown.xpath("//main//table")
    current = shown.xpath("//ul[@class='ways']//a[@aria-current]")
    assert [words(link) for link in current] == ["Since when, with bounds"]


def test_a_phrase_has_a_picture_with_a_band_and_numbers(ask_told: Ask) -> None:
    answer = ask_told(ADOPTION, params={"q": ["cookies", "we"], "every": "year"})
    shown = document(answer)
    header = [words(cell) for cell in shown.xpath("//main//thead//th")]
    assert header == ["period", "n", "phrase:cookies", "phrase:we"]
    (picture,) = shown.xpath("//main//img/@src")
    drawn = ask_told(picture)
    assert drawn.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert drawn.text.count('class="b"') == 2


def test_the_data_have_bounds(ask_told: Ask) -> None:
    answer = ask_told(f"{ADOPTION}.csv", params={"q": "we", "every": "day"})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert rows
    for row in rows:
        assert 0 <= float(row["low"]) <= float(row["value"]) <= float(row["high"]) <= 100


def test_a_term_of_the_report_is_a_question(ask_told: Ask) -> None:
    shown = document(ask_told(ADOPTION, params={"term": "Cookies", "every": "year"}))
    assert [words(cell) for cell in shown.xpath("//main//thead//th")] == ["period", "n", "term:Cookies"]
    assert [words(one) for one in shown.xpath("//select[@id='term']//option[@selected]")] == ["cookies"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "we", "every": "week"}, "Every must be one of half-year, quarter, year, day"),
        ({"q": list("abcdef")}, "At most 5 phrases can be shown at once."),
        ({"claim": ["sale", "law"]}, "Only one claim can be shown at once."),
        ({"q": "!!"}, "is no question about adoption"),
        ({"claim": "<b>nonsense"}, "is no question about adoption"),
        ({"term": "<b>nonsense"}, "is no question about adoption"),
    ],
)
def test_a_wrong_value_says_what_is_wrong(
    ask_told: Ask, query: dict[str, str | list[str]], said: str
) -> None:
    answer = ask_told(ADOPTION, params=query)
    assert answer.status_code == 400
    assert said in words(document(answer).xpath("//main")[0])
    assert "<b>nonsense" not in answer.text


@pytest.mark.parametrize("form", ["csv", "svg"])
def test_a_file_without_a_question_is_refused(ask_told: Ask, form: str) -> None:
    answer = ask_told(f"{ADOPTION}.{form}", params={"q": " ", "term": ""})
    assert answer.status_code == 400
    assert "Name a question: q=WORDS, term=NAME or claim=KIND." in answer.text


def test_a_phrase_of_strangers_is_escaped(ask_told: Ask) -> None:
    answer = ask_told(ADOPTION, params={"q": '<script>alert(1)</script>"&'})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    drawn = ask_told(f"{ADOPTION}.svg", params={"q": "<script>alert(1)</script>"})
    assert "<script" not in drawn.text
