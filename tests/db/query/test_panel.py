"""The panel: its periods, versions and changes, and that it says nothing of times that nobody saw."""

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.query.panel import PERIODS, PanelRow, panel
from db.query.spans import Span

SEEN = ["2017-11-24T00:00:00Z", "2018-05-24T23:59:59Z", "2018-06-01T00:00:00Z", "2018-06-30T12:00:00Z"]
SPANS = [
    Span(1, SEEN[0], SEEN[1]),
    Span(2, SEEN[2], SEEN[2], changed_after=SEEN[1], old_version=1),
    Span(1, SEEN[3], SEEN[3], changed_after=SEEN[2], old_version=2),
]


def test_months_from_the_first_to_the_last_capture() -> None:
    rows = list(panel(SPANS, SEEN, "month"))
    assert [
        (row.period, row.version, row.captures, row.changes_within, row.changes_possible, row.in_gap)
        for row in rows
    ] == [
        ("2017-11", 1, 1, 0, 0, False),
        ("2017-12", 1, 0, 0, 0, True),
        ("2018-01", 1, 0, 0, 0, True),
        ("2018-02", 1, 0, 0, 0, True),
        ("2018-03", 1, 0, 0, 0, True),
        ("2018-04", 1, 0, 0, 0, True),
        ("2018-05", 1, 1, 0, 1, False),
        ("2018-06", 1, 2, 1, 1, False),
    ]
    assert rows[4] == PanelRow(
        "2018-03", "2018-03-01", "2018-03-31", 1, 0, 0, 0, SEEN[0], SEEN[1], in_gap=True
    )
    assert (rows[-1].seen_before, rows[-1].seen_after) == (SEEN[3], None)


@pytest.mark.parametrize(
    ("every", "periods"),
    [
        ("quarter", [("2017-Q4", 0, 0), ("2018-Q1", 0, 0), ("2018-Q2", 2, 0)]),
        ("half-year", [("2017-H2", 0, 0), ("2018-H1", 2, 0)]),
        ("year", [("2017", 0, 0), ("2018", 2, 0)]),
    ],
)
def test_longer_periods(every: str, periods: list[tuple[str, int, int]]) -> None:
    rows = panel(SPANS, SEEN, every)
    assert [(row.period, row.changes_within, row.changes_possible) for row in rows] == periods


def test_nothing_is_said_without_captures_or_versions() -> None:
    assert list(panel([], [], "month")) == list(panel([], SEEN, "month")) == []


SEEN_TIMES = st.lists(
    st.datetimes(min_value=datetime(1998, 1, 1), max_value=datetime(2027, 1, 1)), min_size=1, max_size=12
).map(lambda times: sorted({f"{time.replace(microsecond=0).isoformat()}Z" for time in times}))


@given(SEEN_TIMES, st.sampled_from(sorted(PERIODS)), st.data())
def test_periods_follow_one_another_and_count_everything_once(
    seen: list[str], every: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.sets(st.sampled_from(range(len(seen)))))
    starts = sorted({0, len(seen), *cuts})
    spans = [
        Span(number, seen[start], seen[end - 1], seen[start - 1] if start else None)
        for number, (start, end) in enumerate(pairwise(starts), 1)
    ]
    rows = list(panel(spans, seen, every))
    assert rows[0].start <= seen[0] and seen[-1][:10] <= rows[-1].end
    assert all(one.end < other.start for one, other in pairwise(rows))
    assert sum(row.captures for row in rows) == len(seen)
    assert all(row.seen_before in seen and row.seen_before[:10] <= row.end for row in rows)
    within = sum(row.changes_within for row in rows)
    assert within <= len(spans) - 1
    assert within + sum(row.changes_possible for row in rows) >= len(spans) - 1
    assert rows[-1].version == spans[-1].version
