import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.promises.likeness import ALIKE, are_almost_equal, has_other_number, is_opposite, likeness, stance
from db.promises.statement import KINDS, Stated


def says(quote: str, kind: str = "sale", polarity: str = "states", **values: str | None) -> Stated:
    found = {"value": None, "unit": None, "scope": None, "language": "en", **values}
    return Stated(
        kind, polarity, "", found["value"], found["unit"], found["scope"], quote, found["language"] or ""
    )


NO_SALE = says("We do not sell your data", polarity="denies")
SALE = says("We may sell your data")
MONTHS = says("We keep orders for thirteen months", "retention", value="13", unit="months")


def test_equal_words_are_alike_whatever_their_case_and_signs():
    assert likeness(NO_SALE, NO_SALE._replace(quote="we do NOT sell your data.")) == 1


def test_a_denial_is_not_like_the_reverse():
    assert likeness(NO_SALE, SALE) == 0
    assert is_opposite(NO_SALE, SALE)
    assert not is_opposite(NO_SALE, MONTHS)
    assert not is_opposite(SALE, SALE)


@pytest.mark.parametrize(
    ("value", "unit", "is_alike"),
    [
        ("13", "months", True),
        ("390", "days", True),
        ("14", "months", False),
        ("13", "years", False),
        ("13", "age", False),
        ("6-13", "months", False),
        (None, None, False),
    ],
)
def test_retention_of_another_time_is_another_promise(value: str | None, unit: str | None, is_alike: bool):
    other = MONTHS._replace(quote="Orders are kept for some months", value=value, unit=unit)
    assert (likeness(MONTHS, other) >= ALIKE) is is_alike
    assert has_other_number(MONTHS, other) is not is_alike


def test_a_year_is_twelve_months():
    year = says("We keep orders for a year", "retention", value="1", unit="years")
    assert likeness(year, MONTHS._replace(value="12")) >= ALIKE


def test_statements_about_other_things_are_not_alike():
    access = says("You have the right to access your personal data", "right")
    delete = says("You have the right to delete your personal data", "right")
    assert likeness(access, delete) == 0


def test_a_scope_and_an_exception_count_a_little():
    some = NO_SALE._replace(scope="California")
    assert ALIKE <= likeness(NO_SALE, some) < 1
    limited = says("We do not sell your data without your consent", polarity="denies")
    assert ALIKE <= likeness(NO_SALE, limited) < 1


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (NO_SALE, "denies"),
        (SALE, "states"),
        (says("We share data only with your consent", "sharing"), "limits"),
        (says("We do not share data without your consent", "sharing", "denies"), "limits"),
        (says("Without your permission we do not share it", "choice"), "limits"),
        (says("We may share data without your consent", "choice"), "states"),
        (says("You can choose not to get letters", "choice", "denies"), "states"),
        (says("You cannot unsubscribe", "choice", "denies"), "denies"),
        (says("We keep it only for a year", "retention"), "states"),
    ],
)
def test_stances(statement: Stated, expected: str):
    assert stance(statement) == expected


def test_statements_of_one_text_are_almost_equal_in_the_same_topics_and_similar_words():
    assert are_almost_equal(NO_SALE, NO_SALE._replace(quote="We do not sell any of your data"))
    assert not are_almost_equal(NO_SALE, SALE)
    assert not are_almost_equal(NO_SALE, NO_SALE._replace(kind="sharing"))
    shares = says("We share data with affiliates", "sharing")
    assert not are_almost_equal(shares, says("We share data with vendors", "sharing"))


def test_statements_of_two_kinds_need_words_in_common():
    seen = says("We may use third party firms to do surveys of our customers", "purpose")
    assert likeness(seen, seen._replace(kind="sharing", quote=f"{seen.quote} in towns")) >= ALIKE
    assert likeness(seen, says("Third party firms may help us", "sharing")) == 0


WORDS = "we do not sell share keep delete your data for 2 years only with consent"
STATED = st.builds(
    says,
    st.lists(
        st.sampled_from(WORDS.split()),
        min_size=1,
        max_size=12,
    ).map(" ".join),
    st.sampled_from([*KINDS, "purpose"]),
    st.sampled_from(["states", "denies"]),
)


@given(STATED, STATED)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: Stated, other: Stated):
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1
    assert not (is_opposite(one, other) and likeness(one, other))
