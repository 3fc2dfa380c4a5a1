import pytest

from db.history.page_changes import PageChanges, StatedFacts
from extract.html.source_text import source_text
from tests.support.shop import Shop


def test_what_changed_is_told_by_capture(shelf: Shop) -> None:
    first = shelf.observe("20140101000000", "We sell data.")
    same = shelf.observe("20150101000000", "We **sell** data.")
    bad = shelf.observe("20150601000000", "Not found.", verdict="soft-404")
    other = shelf.observe("20160101000000", "We never sell data.")
    listed = shelf.list("20170101000000")
    assert PageChanges(shelf.db, source_text).of_page(shelf.page.id) == {
        first: False,
        same: False,
        other: True,
    }
    assert not {bad, listed.id} & set(PageChanges(shelf.db, source_text).of_page(shelf.page.id))


def test_pages_are_told_apart(shelf: Shop) -> None:
    elsewhere = shelf.add_page("http://shop.example/legal")
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "We never sell data.", page=elsewhere)
    wordings = PageChanges(shelf.db, source_text)
    assert set(wordings.of_page(shelf.page.id).values()) == {False}
    assert set(wordings.of_page(elsewhere.id).values()) == {False}
    assert wordings.of_page(elsewhere.id + 1) == {}


def test_what_differs_in_every_capture_is_no_change(shelf: Shop) -> None:
    policy = "\n\n".join(
        f"We use what you tell us about {what} to serve you." for what in ("orders", "parcels", "returns")
    )
    wordings = PageChanges(shelf.db, source_text)
    teasers = [
        f"Only today: item {number} of our {'abcdefgh'[number]} series costs less." for number in range(8)
    ]
    captures = [
        shelf.observe(f"201401{day:02}000000", f"{policy}\n\n{teasers[day - 1]}\n\nWrite to us.")
        for day in range(1, 5)
    ]
    assert list(wordings.of_page(shelf.page.id).values()) == [False, True, True, True]
    captures += [
        shelf.observe(f"201401{day:02}000000", f"{policy}\n\n{teasers[day - 1]}\n\nWrite to us.")
        for day in range(5, 9)
    ]
    assert wordings.of_page(shelf.page.id) == dict.fromkeys(captures, False)


def test_as_the_history_has_it(shelf: Shop) -> None:
    for year, words in enumerate(["We sell.", "We do not sell.", "We do not sell.", "We may sell a little."]):
        shelf.observe(f"{2010 + year}0101000000", words)
    shelf.derive()
    changed = [
        capture
        for capture, is_other in PageChanges(shelf.db, source_text).of_page(shelf.page.id).items()
        if is_other
    ]
    at = [shelf.row(capture, "captured_at")[0] for capture in changed]
    assert at == [
        row[0] for row in shelf.db.execute("select first_new from changes where kind = 'wording' order by 1")
    ]


def test_what_texts_state(shelf: Shop) -> None:
    first = shelf.observe("20140101000000", "We sell data.")
    bad = shelf.observe("20150101000000", "Not found.", verdict="soft-404")
    other = shelf.observe("20160101000000", "Last updated: March 5, 2015.\n\nWe never sell data.")
    shelf.db.execute("update texts set stated_date = '2015-03-05' where markdown like 'Last updated%'")
    found = PageChanges(shelf.db, source_text).texts(shelf.page.id)
    assert bad not in found
    assert found == {first: StatedFacts(None, 13), other: StatedFacts(16_499.0, 49)}
    assert PageChanges(shelf.db, source_text).texts(shelf.page.id + 1) == {}


@pytest.mark.parametrize(
    ("stated", "day"), [("2015-03-05", 16_499.0), ("2015-03", 16_495.0), ("2015", 16_436.0), (None, None)]
)
def test_a_month_or_a_year_counts_from_its_first_day(
    shelf: Shop, stated: str | None, day: float | None
) -> None:
    capture = shelf.observe("20160101000000", "We never sell data.")
    shelf.db.execute("update texts set stated_date = ?", [stated])
    assert PageChanges(shelf.db, source_text).texts(shelf.page.id)[capture].stated == day
