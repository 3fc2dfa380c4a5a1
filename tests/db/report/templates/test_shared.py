"""Which shops share sentences, and who had them first as far as captures say it."""

from sqlite_utils import Database

from db.report.templates import shared
from tests.support.shop import Shop

RETURNS = "You can send everything back within {} days of delivery."
PARTNERS = "We share your address with our delivery partners only."
OWN = "Nobody else has this sentence of ours at all."


def shop(db: Database, domain: str, *captures: tuple[str, str]) -> None:
    made = Shop(db, domain)
    for moment, text in captures:
        made.observe(f"{moment}000000", f"# Privacy\n\n{text}")
    made.derive()


def test_sentences_of_other_shops_with_who_was_first(db: Database) -> None:
    shop(
        db,
        "a.example",
        ("20110101", OWN),
        ("20120301", RETURNS.format(30)),
        ("20130201", RETURNS.format(30)),
        ("20140101", f"{RETURNS.format(30)} {PARTNERS}"),
    )
    shop(db, "b.example", ("20130101", PARTNERS), ("20130601", f"{PARTNERS} {RETURNS.format(14)} {OWN}"))
    shop(db, "c.example", ("20130101", "Something else is written in here."))
    (found,) = shared.sharing(db, "b.example", shared.latest_texts(db))
    assert (found.domain, found.likeness) == ("a.example", shared.HALF_OF_IT)
    by_text = {one.text: one for one in found.sentences}
    returns = by_text["you can send everything back within 0 days of delivery"]
    assert returns.other_was_first is True
    assert (returns.other.after[:10], returns.other.until[:10]) == ("2011-01-01", "2012-03-01")
    assert (returns.own.after[:10], returns.own.until[:10]) == ("2013-01-01", "2013-06-01")
    assert by_text["we share your address with our delivery partners only"].other_was_first is False
    assert [found.count(kind) for kind in (True, False, None)] == [1, 1, 0]
    assert found.examples[0] in found.sentences


def test_equal_texts_and_those_but_for_names(db: Database) -> None:
    shop(db, "mill.example", ("20130101", "At Mill we keep what you order."))
    shop(db, "oven.example", ("20130101", "At Oven we keep what you order."))
    shop(db, "other.example", ("20130101", "At Mill we keep what you order."))
    latest = shared.latest_texts(db)
    likeness = {one.domain: one.likeness for one in shared.sharing(db, "mill.example", latest)}
    assert likeness["oven.example"] == shared.MASKED
    assert shared.sharing(db, "other.example", latest) == []  # it names another shop
    assert shared.sharing(db, "none.example", latest) == []


def test_an_empty_archive_has_no_texts(db: Database) -> None:
    assert shared.latest_texts(db) == []
