from typing import Any

from db.history import judgement
from db.history.comparison.hunks import with_reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.judgement import Bracket
from db.history.noise.steps import Step
from db.history.timeline import Change, Timeline, Witness
from db.history.trace import Trace, page_reader, text_reader, trace, witnesses_of
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


def test_what_another_tool_took_is_no_change_of_wording(shelf: Shop) -> None:
    """Only the last word of the policy changed."""
    shelf.import_text("20140101000000", f"We sell lamps, and their parts, in all of forty towns.\n\n{POLICY}")
    shelf.observe("20150101000000", POLICY.replace("anybody", "anyone"))
    assert judged(shelf) == [("2014", "2015", [("extraction", ""), ("wording", "anyone")])]


CART = "{}\n\nYour cart: {} items\n\nWrite to us."


def test_a_place_that_is_noise_on_its_page_is_noise_between_captures_that_do_not_follow() -> None:
    texts = [CART.format(POLICY, 1), CART.format(POLICY, 22), CART.format(CHOSEN, 333)]
    read = [TokenizedText(text) for text in texts].__getitem__
    first, second, third = (
        Witness(f"2014-01-0{day}T00:00:00Z", "1", day - 1, texts[day - 1]) for day in (1, 2, 3)
    )
    steps = [
        Step(number, old, new, [*compare(read(old.text_id), read(new.text_id))])
        for number, (old, new) in enumerate([(first, second), (second, third)])
    ]
    for step in steps:
        step.hunks[-1] = with_reason(step.hunks[-1], "volatile")
    ends = first.captured_at, third.captured_at
    for page in (steps, steps[:1]):
        traced = Trace(Timeline(changes=[Change("wording", 1, 2, 0, 2, *ends)]), {"1": page})
        ((_, hunks),) = judgement.of_changes(traced, [first, second, third], read, str).items()
        seen = [(hunk.reason, read(2).readable(hunk.new_start, hunk.new_end)) for hunk in hunks]
        assert seen == [("wording", "phone"), ("volatile" if page == steps else "wording", "333")]


def test_a_cart_that_comes_with_a_new_address_is_a_change(shelf: Shop) -> None:
    """One capture of each page shows no noise."""
    shelf.observe("20140101000000", CART.format(POLICY, 1))
    shelf.observe("20150101000000", CART.format(CHOSEN, 2), page=shelf.add_page("http://shop.example/legal"))
    assert judged(shelf) == [("2014", "2015", [("wording", "phone"), ("wording", "2")])]
