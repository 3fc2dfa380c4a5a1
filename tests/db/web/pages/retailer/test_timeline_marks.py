from typing import Any

import pytest

from db.query.spans import Span
from db.web.pages.retailer import timeline_marks
from db.web.pages.timeline_svg import Scale


def day(text: str) -> str:
    return f"{text}T00:00:00Z"


@pytest.mark.parametrize(
    ("years", "names"),
    [((2010, 2017), []), ((2010, 2018), ["GDPR"]), ((2016, 2022), ["GDPR", "CCPA"]), ((2021, 2022), [])],
)
def test_the_laws_within_the_scale(years: tuple[int, int], names: list[str]) -> None:
    marks = timeline_marks.laws(Scale(*years))
    assert [mark.law.name for mark in marks] == names
    assert all(0 < mark.x < 1000 for mark in marks)


def test_the_height_of_a_change_is_how_much_of_the_text_changed() -> None:
    spans = [Span(1, day("2018-01-01"), day("2018-02-01"))]
    for number, similarity in enumerate((1.0, 0.99, 0.75, 0.36, 0.0), 2):
        since, until = day(f"2018-{number:02}-03"), day(f"2018-{number + 1:02}-01")
        spans.append(
            Span(number, since, until, day(f"2018-{number:02}-01"), number - 1, similarity=similarity)
        )
    found = timeline_marks.sizes(spans, Scale(2018, 2018))
    assert [bar.height for bar in found] == [3.0, 3.0, 14.0, 22.4, 28.0]
    assert [bar.span for bar in found] == [1, 2, 3, 4, 5]
    assert {bar.width for bar in found} <= {5.4, 5.5}


def test_a_change_within_a_day_has_a_width_and_stays_in_the_drawing() -> None:
    spans = [
        Span(1, day("2018-12-31"), day("2018-12-31")),
        Span(2, day("2018-12-31"), "", day("2018-12-31"), 1),
    ]
    (bar,) = timeline_marks.sizes(spans, Scale(2018, 2018))
    assert bar.width == 3.0 and bar.x + bar.width <= 1000


@pytest.mark.parametrize(
    ("gap", "found"),
    [
        ({"since": "2018", "until": "2024", "next_good": None}, "2024"),
        ({"since": "2018", "until": "2024", "next_good": "2024"}, None),
        ({"since": "2018", "until": "2019-05", "next_good": None}, None),
        ({"since": None, "until": "2024", "next_good": None}, None),
        ({"since": "2018", "until": None, "next_good": None}, None),
    ],
)
def test_until_when_nothing_more_was_found(gap: dict[str, Any], found: str | None) -> None:
    assert timeline_marks.searched_until([gap], ["2018", None, "2019-06"]) == found
