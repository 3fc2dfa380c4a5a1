from hypothesis import given
from hypothesis import strategies as st

from db.promises.ledger import promises
from db.promises.statement import KINDS, Promise, ShownVersion, Stated


def says(quote: str, kind: str = "sale", polarity: str = "states", value: str | None = None) -> Stated:
    return Stated(kind, polarity, "", value, "months" if value else None, None, quote, "en")


NO_SALE = says("We do not sell your data", polarity="denies")
NEVER = says("We never sell any data of you", polarity="denies")
SALE = says("We may sell your data")
KEPT = says("We keep orders for two months", "retention", value="2")
LONGER = says("We keep orders for nine months", "retention", value="9")
ACCESS = says("You have the right to access your data", "right")
USE = says("We use your name and your address for parcels and letters", "purpose")


def steps(*versions: tuple[Stated, ...], once: tuple[int, ...] = ()) -> list[ShownVersion]:
    """Return versions that were shown from January to December of a year; those of `once` in January."""
    return [
        ShownVersion(
            number, f"{2010 + number}-01", f"{2010 + number}-{'01' if number in once else '12'}", stated
        )
        for number, stated in enumerate(versions, 1)
    ]


def lines(found: list[Promise]) -> list[tuple[object, ...]]:
    return [
        (one.last.quote, one.last_without, one.first_with, one.last_with, one.first_without, one.ending)
        for one in found
    ]


def test_no_versions_make_no_promises():
    assert promises([]) == []
    assert promises(steps(())) == []


def test_a_promise_of_the_first_version_stands():
    assert lines(promises(steps((NO_SALE,), (NO_SALE,)))) == [
        (NO_SALE.quote, None, "2011-01", "2012-12", None, None)
    ]


def test_a_promise_begins_and_ends_between_two_captures():
    assert lines(promises(steps((), (NO_SALE,), ()))) == [
        (NO_SALE.quote, "2011-12", "2012-01", "2012-12", "2013-01", "removed")
    ]


def test_a_promise_in_other_words_goes_on():
    (one,) = promises(steps((NO_SALE,), (NEVER, ACCESS), (NEVER,)))[:1]
    assert lines([one]) == [(NEVER.quote, None, "2011-01", "2013-12", None, None)]
    assert [(word.since, word.version, word.stated) for word in one.wordings] == [
        ("2011-01", 1, NO_SALE),
        ("2012-01", 2, NEVER),
    ]


def test_a_reversed_promise_ends_and_says_what_stands_there():
    first, second = promises(steps((NO_SALE,), (SALE,)))
    assert (first.ending, first.after, first.first_without) == ("reversed", SALE, "2012-01")
    assert (second.last, second.first_with, second.ending) == (SALE, "2012-01", None)


def test_another_number_ends_a_promise():
    first, second = promises(steps((KEPT,), (LONGER,)))
    assert (first.ending, first.after) == ("changed", LONGER)
    assert second.last == LONGER


def test_a_promise_that_returns_is_another_one():
    assert [one[1:] for one in lines(promises(steps((NO_SALE,), (), (NO_SALE,))))] == [
        (None, "2011-01", "2011-12", "2012-01", "removed"),
        ("2012-12", "2013-01", "2013-12", None, None),
    ]


def test_a_promise_that_one_capture_does_not_have_goes_on():
    assert [one[1:] for one in lines(promises(steps((NO_SALE,), (), (NEVER,), once=(2,))))] == [
        (None, "2011-01", "2013-12", None, None)
    ]


def test_the_last_words_are_those_that_stood_last():
    short = NO_SALE._replace(quote=f"In short: {NO_SALE.quote}")
    (one,) = promises(steps((NO_SALE,), (NO_SALE, short), (NO_SALE,)))
    assert (one.last, one.stands, one.last_with) == (NO_SALE, True, "2013-12")
    assert [word.stated for word in one.wordings] == [NO_SALE, short]
    (one,) = promises(steps((NO_SALE,), (NO_SALE, short), (NO_SALE, short)))
    assert one.last == short  # of words that stand together, those that began last


def test_two_promises_can_become_one_statement():
    rent = says("We do not rent out your data", polarity="denies")
    both = says("We do not sell or rent out your data", polarity="denies")
    assert [one.last for one in promises(steps((NO_SALE, rent), (both,)))] == [both]


def test_a_statement_of_another_kind_continues_a_promise_but_is_none():
    shared = USE._replace(kind="sharing")
    found = promises(steps((USE,), (shared,), (USE._replace(quote=f"{USE.quote} too"),), ()))
    assert [(one.last, one.first_with, one.first_without) for one in found] == [
        (shared, "2011-01", "2014-01")
    ]
    assert promises(steps((USE,))) == []


STATED = st.sampled_from([NO_SALE, NEVER, SALE, KEPT, LONGER, ACCESS, USE])
VERSIONS = st.lists(st.lists(STATED, max_size=4).map(tuple), max_size=6)


@given(VERSIONS, st.randoms())
def test_the_order_of_statements_does_not_matter(versions: list[tuple[Stated, ...]], random: object):
    shuffled = [tuple(sorted(one, key=lambda _: random.random())) for one in versions]  # type: ignore[attr-defined]
    assert promises(steps(*versions)) == promises(steps(*shuffled))


@given(VERSIONS)
def test_the_last_words_of_a_promise_are_in_the_last_text_that_has_it(versions: list[tuple[Stated, ...]]):
    shown = {step.until: step.stated for step in steps(*versions)}
    for one in promises(steps(*versions)):
        stated = shown[one.last_with]
        words = [word.stated for word in one.wordings if word.stated.kind in KINDS]
        assert one.last in stated or not set(words) & set(stated)


@given(VERSIONS)
def test_promises_cover_the_versions_that_state_them(versions: list[tuple[Stated, ...]]):
    shown = steps(*versions)
    found = promises(shown)
    for one in found:
        assert one.first_with <= one.last_with
        assert one.last_without is None or one.last_without < one.first_with
        assert one.first_without is None or one.last_with < one.first_without
        assert (one.ending is None) == (one.first_without is None)
        assert [word.since for word in one.wordings] == sorted(word.since for word in one.wordings)
    for step in shown:
        for stated in set(step.stated) - {USE}:
            having = [
                one
                for one in found
                if one.first_with <= step.since <= one.last_with
                and any(word.stated == stated for word in one.wordings)
            ]
            assert len(having) >= 1


@given(VERSIONS)
def test_words_at_a_time_are_of_one_promise(versions: list[tuple[Stated, ...]]):
    words = [(word.since, word.stated) for one in promises(steps(*versions)) for word in one.wordings]
    assert len(words) == len(set(words))
