"""Questions about adoption: the interval of each policy, and texts that are no question."""

import math

import pytest
from sqlite_utils import Database

from db import times
from db.errors import ReportError
from db.report import compute
from db.report.adoption.questions import intervals
from db.report.options import ReportOptions
from db.report.read import read
from tests.support.shop import Shop

DAYS = ("2015-03-01", "2015-09-01", "2017-09-01")


@pytest.fixture
def shops(db: Database) -> Database:
    texts = {
        "always.example": ("We never sell cookies.", "We never sell cookies.", "We never sell cookies, no."),
        "later.example": ("We ask you.", "We never sell cookies, yes.", "We ask nobody else."),
        "never.example": ("We ask you.", "We ask you.", "We ask you."),
    }
    for domain, own in texts.items():
        shop = Shop(db, domain)
        for day, text in zip(DAYS, own, strict=True):
            shop.observe(f"{day.replace('-', '')}000000", f"# Privacy\n\n{text}")
        shop.derive()
    return db


@pytest.mark.parametrize(
    "question", ["phrase:never sell", "term:Cookies", "TERM: cookies", "phrase: never  sell "]
)
def test_each_policy_has_an_interval(shops: Database, question: str) -> None:
    found = read(shops, frozenset(), ReportOptions(adoptions=(question,))).adoptions[question]
    first, second, last = (times.seconds(f"{day}T00:00:00Z") for day in DAYS)
    assert sorted(found.values()) == [(-math.inf, first), (first, second), (last, math.inf)]


def test_the_curve_stays_between_its_bounds(shops: Database) -> None:
    (table,) = compute.report(shops, ["ADOPTION"], ReportOptions(adoptions=("phrase:never sell",)))
    found = {cell.period: (cell.n, cell.low, cell.high) for cell in (cell.rounded() for cell in table.cells)}
    assert found["2015-H1"] == (3, 33.33, 66.67)
    assert found["2015-H2"] == found["2017-H1"] == (3, 66.67, 66.67)
    assert found["2017-H2"] == (3, 66.67, 100.0)
    assert all((cell.low or 0) <= (cell.value or 0) <= (cell.high or 0) for cell in table.cells)


def test_days_are_those_at_which_a_bound_moves(shops: Database) -> None:
    options = ReportOptions("day", adoptions=("phrase:never sell",))
    (table,) = compute.report(shops, ["ADOPTION"], options)
    assert [cell.period for cell in table.cells] == list(DAYS)


@pytest.mark.parametrize(
    "question",
    ["", "phrase:", "phrase:!!", "term:nothing", "claim:", "claim:nonsense", "finding:sale", "do not sell"],
)
def test_another_text_is_no_question(shops: Database, question: str) -> None:
    with pytest.raises(ReportError, match="no question about adoption"):
        intervals(shops, question, [], {})


def test_what_does_not_go_together_is_refused(db: Database) -> None:
    with pytest.raises(ReportError, match="needs a question"):
        compute.report(db, ["ADOPTION"])
    with pytest.raises(ReportError, match="only adoption has days"):
        compute.report(db, ["A1"], ReportOptions("day"))
    with pytest.raises(ReportError, match="at most 10 questions"):
        compute.report(db, ["ADOPTION"], ReportOptions(adoptions=tuple(f"phrase:{n}" for n in range(11))))
