"""Table A8: shares of policies with a text of another shop, and its note."""

from sqlite_utils import Database

from db.report import compute
from tests.support.shop import Shop

BODY = "We keep what you order for {} days. You can ask us at any time. We share nothing with {}. {}"


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
    found = {(cell.period, cell.measure): (cell.n, cell.value) for cell in table.cells}
    assert found["2015-H1", "masked"] == (2, 0.0)
    assert found["2016-H1", "exact"] == (3, 0.0)
    assert found["2016-H1", "masked"] == found["2016-H1", "half of the sentences"] == (3, 66.67)
    assert found["all", "masked"] == (3, 66.67)
    assert table.notes == ("Shops that share half of their sentences: `first.example`, `second.example`.",)
    (origin,) = (cell for cell in table.cells if "sentences first" in cell.measure)
    assert (origin.n, origin.value, origin.low, origin.high) == (8, 37.5, 37.5, 37.5)


def test_equal_texts_are_exact(db: Database) -> None:
    text = "We keep what you order. You can ask us at any time."
    for domain in ("a.example", "b.example"):
        made = Shop(db, domain)
        made.observe("20150301120000", text)
        made.derive()
    (table,) = compute.report(db, ["A8"])
    found = {(cell.period, cell.measure): cell.value for cell in table.cells}
    assert [found["2015-H1", kind] for kind in ("exact", "masked", "near")] == [100.0] * 3
