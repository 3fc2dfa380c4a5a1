from typing import Any

from db.history import judgement
from db.history.judgement import Bracket
from db.history.trace import page_reader, text_reader, trace, witnesses_of
from extract.html.source_text import source_text
from tests.support.shop import Shop

POLICY = "We collect your name and your address when you order.\n\nWe never sell any of it to anybody."
CHOSEN = POLICY.replace("name", "phone")


def judged(shelf: Shop) -> list[tuple[str, str, list[tuple[str, Any]]]]:
    """The years of each bracket, and the reason and new words of each hunk."""
    read, page_of = text_reader(shelf.db), page_reader(shelf.db, source_text)
    witnesses = witnesses_of(shelf.db, shelf.policy_id)
    found = judgement.of_changes(trace(witnesses, read, page_of), witnesses, read, page_of)
    return [
        (
            old[:4],
            new[:4],
            [(hunk.reason, read(text).readable(hunk.new_start, hunk.new_end)) for hunk in hunks],
        )
        for (old, _, new, text), hunks in found.items()
    ]


def test_a_change_is_judged_with_the_step_of_its_page(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20150101000000", CHOSEN)
    assert judged(shelf) == [("2014", "2015", [("wording", "phone")])]


def test_captures_of_two_addresses_are_judged_too(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20150101000000", CHOSEN, page=shelf.add_page("http://shop.example/legal"))
    assert judged(shelf) == [("2014", "2015", [("wording", "phone")])]


def test_two_texts_of_one_version_have_no_change_of_wording(shelf: Shop) -> None:
    shelf.import_text("20140101000000", f"Home and other words of a menu\n\n{POLICY}")
    shelf.observe("20150101000000", POLICY)
    assert {reason for _, _, hunks in judged(shelf) for reason, _ in hunks} <= {"extraction", "outside"}


def test_a_bracket_is_found_by_moments_and_texts(shelf: Shop) -> None:
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20150101000000", CHOSEN)
    witnesses = witnesses_of(shelf.db, shelf.policy_id)
    (change,) = trace(witnesses, text_reader(shelf.db), page_reader(shelf.db, source_text)).timeline.changes
    expected: Bracket = (
        witnesses[0].captured_at,
        witnesses[0].text_id,
        witnesses[1].captured_at,
        witnesses[1].text_id,
    )
    assert judgement.bracket(change) == expected
