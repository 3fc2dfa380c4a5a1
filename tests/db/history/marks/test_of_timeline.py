"""The marks that a derived history has, in its rows and in the views."""

from typing import Any

from db.database import transaction
from db.history import versions
from extract.html.source_text import source_text
from tests.support.shop import Shop

POLICY = "# Privacy\n\n" + "\n\n".join(f"We keep item {number} for {number} days." for number in range(30))


def observe(shelf: Shop, timestamp: str, markdown: str, **facts: Any) -> None:
    """Record a capture whose text has these facts: stated_date, language, completeness."""
    capture = shelf.observe(timestamp, markdown)
    with transaction(shelf.db):
        for name, value in facts.items():
            shelf.db.execute(
                f"update texts set {name} = ? where id = (select text_id from captures where id = ?)",
                [value, capture],
            )


def changes(shelf: Shop, columns: str) -> list[tuple[Any, ...]]:
    return shelf.db.execute(f"select {columns} from change_log order by change_id").fetchall()


def test_every_change_has_the_dates_of_its_two_texts_and_what_they_say(shelf: Shop) -> None:
    stated = [None, "2014-12-24", "2015-03", "2016-06-01", "2016-06-01", "2015-01-01"]
    for year, date in enumerate(stated, 2014):
        observe(shelf, f"{year}0601000000", f"{POLICY}\n\nVersion {year}.", stated_date=date)
    shelf.derive()
    assert changes(shelf, "new_version, stated_before, stated_date, announced") == [
        (2, None, "2014-12-24", "undated"),
        (3, "2014-12-24", "2015-03", "announced"),
        (4, "2015-03", "2016-06-01", "announced"),
        (5, "2016-06-01", "2016-06-01", "silent"),
        (6, "2016-06-01", "2015-01-01", "false"),
    ]
    assert shelf.db.execute("select stated_date from timeline order by version").fetchall() == [
        (date,) for date in stated
    ]


def test_the_dates_are_those_of_the_two_captures(shelf: Shop) -> None:
    """A version can have several texts, which differ in markup or in what was extracted."""
    observe(shelf, "20140601000000", POLICY, stated_date="2014-01-01")
    observe(shelf, "20150601000000", POLICY.replace("item 1 ", "[item 1](/x) "), stated_date="2014-02-02")
    observe(shelf, "20160601000000", POLICY + "\n\nWe sell them.", stated_date="2014-02-02")
    shelf.derive()
    assert changes(shelf, "kind, stated_before, stated_date, announced") == [
        ("presentation", "2014-01-01", "2014-02-02", "announced"),
        ("wording", "2014-02-02", "2014-02-02", "silent"),
    ]


def test_what_is_suspect_is_in_the_rows_and_the_views(shelf: Shop) -> None:
    observe(shelf, "20140601000000", POLICY)
    observe(shelf, "20150601000000", "# Privacy\n\nWe keep item 1.")
    observe(shelf, "20160601000000", POLICY)
    observe(shelf, "20170601000000", POLICY + "\n\nWe sell them.", completeness=0.85)
    shelf.derive()
    lost = "one capture lost 98% of the words, and they came back"
    cut = "the text may be incomplete (85%)"
    assert changes(shelf, "old_version, new_version, suspect") == [
        (1, 2, lost),
        (2, 1, "undoes the change before; brings back what one capture had lost"),
        (1, 3, cut),
    ]
    assert shelf.db.execute("select version, suspect from timeline order by version").fetchall() == [
        (1, None),
        (2, lost),
        (3, cut),
    ]


def test_a_text_without_its_page_has_no_completeness(shelf: Shop) -> None:
    shelf.import_text("20140601000000", POLICY)
    shelf.import_text("20150601000000", POLICY + "\n\nWe sell them.")
    shelf.db.execute("update texts set completeness = 0")
    shelf.derive()
    assert changes(shelf, "suspect") == [(None,)]


def test_later_captures_can_take_a_mark_away(shelf: Shop) -> None:
    observe(shelf, "20140601000000", POLICY)
    observe(shelf, "20150601000000", "# Privacy\n\nWe keep item 1.")
    shelf.derive()
    lost = "one capture lost 98% of the words, and no later one is known"
    assert changes(shelf, "suspect") == [(lost,)]
    observe(shelf, "20160601000000", "# Privacy\n\nWe keep item 1.")
    shelf.derive()
    assert changes(shelf, "suspect") == [(None,)]
    assert shelf.db.execute("select suspect from versions").fetchall() == [(None,), (None,)]


def test_a_rebuild_makes_the_same_marks(shelf: Shop) -> None:
    observe(shelf, "20140601000000", POLICY, stated_date="2014-01-01")
    observe(shelf, "20150601000000", "# Privacy\n\nWe keep item 1.", stated_date="2015-01-01")
    shelf.derive()
    before = versions.stored(shelf.db, shelf.policy_id)
    assert versions.derived(shelf.db, shelf.policy_id, source_text) == before
    shelf.db.execute("update changes set suspect = 'x', announced = 'false', stated_date = null")
    shelf.derive()
    assert versions.stored(shelf.db, shelf.policy_id) == before


def test_another_language_is_suspect_where_it_is_no_variant(shelf: Shop) -> None:
    french = "# Confidentialité\n\n" + "\n\n".join(
        f"Nous conservons votre objet {number} pendant {number} jours." for number in range(30)
    )
    for year in (2014, 2015, 2016):
        observe(shelf, f"{year}0601000000", POLICY, language="en")
    for year in (2017, 2018, 2019):
        observe(shelf, f"{year}0601000000", french, language="fr")
    shelf.derive()
    assert changes(shelf, "new_version, suspect") == [(2, "another language (fr) than before (en)")]
