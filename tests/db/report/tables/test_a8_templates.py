"""Table A8: shares of policies with a text of another shop, and its note."""

from sqlite_utils import Database

from db.report import compute
from db.report.options import ReportOptions
from tests.support.shop import Shop

BODY = "We keep what you order for {} days. You can ask us at any time. We share nothing with {}. {}"

TOPICS = ("names", "orders", "returns", "letters", "cookies", "prices", "parcels", "children")


def shop(db: Database, domain: str, *captures: tuple[str, str]) -> None:
    made = Shop(db, domain)
    for moment, text in captures:
        made.observe(f"{moment}120000", f"# Privacy at {domain.split('.', maxsplit=1)[0].title()}\n\n{text}")
    made.derive()


def test_texts_of_other_shops_are_found(db: Database) -> None:
    shop(
        db,
        "first.example",
        ("20150301", BODY.format(30, "others", "")),
        ("20160301", BODY.format(60, "others", "")),
    )
    shop(
        db,
        "second.example",
        ("20150401", "Nothing of this is here."),
        ("20160401", BODY.format(90, "others", "")),
    )
    shop(db, "third.example", ("20160501", "Something else is here, and nothing of theirs. It is short."))
    (table,) = compute.report(db, ["A8"])
    found = {(cell.period, cell.measure): (cell.n, cell.rounded().value) for cell in table.cells}
    assert found["2015-H1", "masked"] == (2, 0.0)
    assert found["2016-H1", "exact"] == (3, 0.0)
    assert found["2016-H1", "masked"] == found["2016-H1", "half of the sentences"] == (3, 66.67)
    assert found["all", "masked"] == (3, 66.67)
    assert table.notes == (
        "Families, in which each shop shared half of its sentences with another one: "
        "`first.example`, `second.example`.",
    )
    (origin,) = (cell for cell in table.cells if "sentences first" in cell.measure)
    assert (origin.n, origin.value, origin.low, origin.high) == (8, 37.5, 37.5, 37.5)


def test_a_chain_over_years_is_no_likeness_in_a_period(db: Database) -> None:
    """First and last share no sentence, and both share half with what stood between."""
    words = [f"This is the one sentence about {what}." for what in TOPICS]
    first, between, last = (" ".join(words[at : at + 4]) for at in (0, 2, 4))
    shop(db, "first.example", ("20150101", first), ("20150601", first), ("20170101", first))
    shop(db, "moving.example", ("20150201", between), ("20170201", last))
    shop(db, "last.example", ("20170301", last), ("20180101", last))
    (table,) = compute.report(db, ["A8"], ReportOptions("year"))
    found = {(cell.period, cell.measure): (cell.n, cell.rounded().value) for cell in table.cells}
    assert found["2015", "half of the sentences"] == (2, 100.0)
    assert found["2017", "half of the sentences"] == (3, 66.67)  # all three texts are in one family
    assert found["2018", "half of the sentences"] == (1, 0.0)
    assert found["all", "half of the sentences"] == (3, 100.0)
    assert "`first.example`, `last.example`, `moving.example`" in table.notes[0]


def test_equal_texts_are_exact(db: Database) -> None:
    text = "We keep what you order. You can ask us at any time."
    for domain in ("a.example", "b.example"):
        made = Shop(db, domain)
        made.observe("20150301120000", text)
        made.derive()
    (table,) = compute.report(db, ["A8"])
    found = {(cell.period, cell.measure): cell.rounded().value for cell in table.cells}
    assert [found["2015-H1", kind] for kind in ("exact", "masked", "near")] == [100.0] * 3
