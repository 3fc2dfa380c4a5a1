from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.bisecting.bisection import CHANGED, LEAST, NO_END, NO_PAGE, uncertain_spans
from crawler.crawl.bisecting.change_likelihood import CaptureState

LENGTHS = [1000 + 20 * day for day in range(12)]
KINDS: dict[str, Literal["open", "useless", "good"]] = {"?": "open", "x": "useless", "=": "good", "!": "good"}


def page(row: str, lengths: Sequence[int | None] = (), digests: str = "") -> list[CaptureState]:
    """Return captures a day apart.

    `?` is open, `x` useless, `=` good and like the good one before, `!` good and changed.
    """
    return [
        CaptureState(
            float(day),
            digests[day] if digests else None,
            lengths[day] if lengths else 1000,
            KINDS[sign],
            sign == "!",
        )
        for day, sign in enumerate(row)
    ]


def asked(row: str, lengths: Sequence[int | None] = (), digests: str = "", least: float = LEAST) -> list[int]:
    return [doubt.capture for doubt in uncertain_spans(page(row, lengths, digests), least)]


def test_a_page_of_which_nothing_is_known_is_asked_at_its_ends() -> None:
    assert [(d.uncertainty, d.capture, d.span) for d in uncertain_spans(page("?????"))] == [
        (NO_PAGE, 4, range(5)),
        (NO_END, 0, range(5)),
    ]
    assert asked("?") == [0]
    assert asked("") == []


@pytest.mark.parametrize("row", ["=", "x", "=!=", "xxx", "=xx!"])
def test_a_page_without_open_captures_leaves_no_doubt(row: str) -> None:
    assert uncertain_spans(page(row), 0) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("=???????!", [4]),  # the middle of a span in which something changed
        ("=?!", [1]),
        ("=???=??????????!", [10]),  # few captures between equal ones are as good as settled
        ("?????????=", [0]), ("=?????????", [9]),  # an end that nothing is known of
        ("x???????=", [4]),  # a bad first capture: the middle of the rest
        ("=???x???!", [2, 6]),  # a bad capture in the middle: its neighbours, on both sides
        ("=?x?x?x?x?!", [1, 3, 5, 7, 9]),
        ("=?x?x?x?x?x?x?!", [1, 13]),  # where captures are no policy, those between them are none
        ("x???x", [2]),
        ("x?x?x?x?x?x?x?x?x", []),
    ],
)  # fmt: skip
def test_what_is_asked_next(row: str, expected: list[int]) -> None:
    assert asked(row) == expected


def test_a_change_is_looked_for_where_the_length_jumps() -> None:
    assert asked("=?????????!", [1000] * 8 + [2000] * 3) == [7]
    assert asked("=???????=?!", [1000] * 8 + [2000] * 3)[-1:] == [9]
    assert asked("=?????????!", [None] * 11) == [5]


def test_no_change_lies_between_captures_of_one_digest() -> None:
    assert asked("=????????!", digests="abcccccccc") == [1]


def test_the_doubt_about_a_span_of_one_wording_grows_with_the_changes_of_the_page() -> None:
    calm, restless = (
        uncertain_spans(page("=" + "?" * 29 + "="), 0),
        uncertain_spans(page("=" + "?" * 29 + "=" + "!" * 9), 0),
    )
    assert [doubt.capture for doubt in calm] == [doubt.capture for doubt in restless] == [15]
    assert calm[0].uncertainty == pytest.approx(0.0198, abs=0.0001)
    assert LEAST < restless[0].uncertainty < CHANGED


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("=!????=!", [3]),  # of a wording between two changes, nothing but the ends is known
        ("=!????=!???=", [3, 9]),  # and for the last one
        ("=!??=??=!=", []),  # one capture inside is known
        ("=?!????=!", [1]),  # the wording can begin earlier: first that
        ("=!????=?!", [7]),
        ("=!????x!", [3]),  # a change: not the same wording
        ("=!=====!", []),
    ],
)  # fmt: skip
def test_of_each_wording_one_capture_inside_is_known(row: str, expected: list[int]) -> None:
    # Many years around, so that few changes are expected in the span itself.
    far = [CaptureState(-10_000.0 + day, "same", 1000, "good") for day in range(2)]
    spans = uncertain_spans([*far, *page(row, LENGTHS)])
    assert [span.capture - len(far) for span in spans] == expected
    doubtful = [span for span in uncertain_spans([*far, *page(row)]) if span.uncertainty < CHANGED]
    assert doubtful == []  # equal lengths: a wording that was away would show in two places


def test_of_a_page_with_one_wording_one_capture_inside_is_known() -> None:
    assert asked("=?????=", LENGTHS) == [3]
    assert asked("=??=??=", LENGTHS) == []
    assert asked("=?????=", [None] * 7) == [3]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([1000, 1000, 1015, 1015, 1000, 1000], [3]),  # away for two captures, and back
        ([1000, 1000, 1014, 1014, 1000, 1000], []),  # so little is noise
        (
            [1000, 1000, 1000, 1500, 1500, 1500],
            [],
        ),  # one step: another layout, or a change that both ends show
    ],
)
def test_a_wording_that_was_away_shows_in_two_steps_of_the_length(
    lengths: list[int], expected: list[int]
) -> None:
    assert asked("=????=", lengths) == expected


def test_the_longest_bracket_of_a_change_goes_first() -> None:
    short, long = uncertain_spans(page("=???!" + "?" * 50 + "!"))
    assert CHANGED < short.uncertainty < long.uncertainty < NO_END
    assert long.span == range(4, 56)


def fetch_all(
    wordings: Sequence[int], least: float = LEAST, *, useless: frozenset[int] = frozenset()
) -> list[int]:
    """Fetch what is chosen, of a page with these wordings, until nothing is; return the order."""
    order: list[int] = []
    while True:
        good = sorted(set(order) - useless)
        changed = {after for before, after in pairwise(good) if wordings[before] != wordings[after]}
        states = [
            "open" if i not in order else "useless" if i in useless else "good" for i in range(len(wordings))
        ]
        sights = [CaptureState(float(i), None, 1000, state, i in changed) for i, state in enumerate(states)]  # type: ignore[arg-type]
        asks = [doubt.capture for doubt in uncertain_spans(sights, least)]
        if not asks:
            return order
        assert not set(asks) & set(order), "asked twice"
        assert len(set(asks)) == len(asks)
        order += asks


RUNS = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@given(RUNS)
def test_every_change_is_found_where_no_wording_returns(runs: list[int]) -> None:
    wordings = [number for number, length in enumerate(runs) for _ in range(length)]
    held = set(fetch_all(wordings))
    changes = {at for at in range(1, len(wordings)) if wordings[at] != wordings[at - 1]}
    assert all({at - 1, at} <= held for at in changes)


@given(RUNS, st.data())
def test_without_a_least_doubt_everything_is_asked_for_once(runs: list[int], data: st.DataObject) -> None:
    wordings = [number % 3 for number, length in enumerate(runs) for _ in range(length)]
    useless = data.draw(st.frozensets(st.integers(0, len(wordings) - 1)))
    assert sorted(fetch_all(wordings, 0, useless=useless)) == list(range(len(wordings)))


@given(st.integers(2, 2000), st.data())
def test_one_change_costs_few_requests(captures: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, captures - 1))
    order = fetch_all([0] * at + [1] * (captures - at))
    assert {at - 1, at} <= set(order)
    assert len(order) <= 2 * captures.bit_length() + 6


def test_a_hundred_thousand_captures_take_a_moment() -> None:
    sights = page("=" + "?x!???=" * 14_285 + "?" * 4, [1000 + n % 97 for n in range(100_000)])
    assert len(uncertain_spans(sights, 0)) == 28_571
