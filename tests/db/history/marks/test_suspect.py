"""What is suspect about a version or a change."""

from collections.abc import Callable
from difflib import SequenceMatcher

import pytest

from db.history.comparison.tokenized import TokenizedText
from db.history.marks.suspect import ChangeSize, MarkedText, Suspects, suspects
from db.history.timeline import Change, Timeline, Version

LONG = " ".join(f"We keep item {number} for {number} days." for number in range(40))
LONGER = LONG + " We also keep your name."
STUB = "We keep item 1 for 1 days."
OTHER = " ".join(f"Shipping rule {number} applies." for number in range(40))
FRENCH = " ".join(f"Nous conservons votre objet {number} pendant {number} jours." for number in range(40))


def size(old: str, new: str) -> ChangeSize:
    before, after = old.split(), new.split()
    kept = sum(block.size for block in SequenceMatcher(None, before, after, False).get_matching_blocks())
    return ChangeSize(len(after) - kept, len(before) - kept, len(before))


Shown = str | tuple[str, str | None] | tuple[str, str | None, float | None]
"""A text, or a text with its language, or also its completeness."""


def history(*shown: Shown, captures: dict[int, int] | None = None) -> Suspects:
    """Return what is suspect in a history.

    `shown` are the texts in order; equal ones are one version. `captures` is the place of a text -> the
    number of captures that show it, if it is more than one.
    """
    texts: list[str] = []
    facts: list[MarkedText] = []
    versions: list[Version] = []
    changes: list[Change] = []
    seen: list[int] = []
    for place, one in enumerate(shown):
        text, language, completeness = (one, "en", 1.0) if isinstance(one, str) else (*one, 1.0)[:3]
        if text not in texts:
            texts.append(text)
            facts.append(MarkedText(language, completeness, None))
        number = texts.index(text) + 1
        first, last = f"20{10 + place}-01-01T00:00:00Z", f"20{10 + place}-06-01T00:00:00Z"
        until = first if (captures or {}).get(place, 1) == 1 else last
        if number > len(versions):
            versions.append(Version(number, number - 1, first, until, 1))
        else:
            versions[number - 1] = Version(number, number - 1, versions[number - 1].first_seen, until, 2)
        if seen:
            old = seen[-1]
            changes.append(Change("wording", old, number, old - 1, number - 1, first, first))
        seen.append(number)
    sizes = [size(texts[change.old_text], texts[change.new_text]) for change in changes]
    read: Callable[[int], TokenizedText] = lambda text_id: TokenizedText(texts[text_id])  # noqa: E731
    return suspects(Timeline(versions, changes, []), sizes, facts.__getitem__, read)


def test_nothing_is_suspect():
    assert history() == ({}, [])
    assert history(LONG) == ({}, [])
    assert history(LONG, LONGER, LONG + " We sell it.") == ({}, [None, None])


CAME_BACK = "one capture lost 97% of the words, and they came back"
BACK = "brings back what one capture had lost"


def test_one_capture_that_lost_most_words_which_then_come_back():
    undone = f"undoes the change before; {BACK}"
    assert history(LONG, STUB, LONG) == ({2: CAME_BACK}, [CAME_BACK, undone])
    assert history(LONG, STUB, LONGER) == ({2: CAME_BACK}, [CAME_BACK, BACK])
    assert history(LONG, STUB, LONGER, LONG) == ({2: CAME_BACK}, [CAME_BACK, BACK, None])


def test_another_document_for_one_capture_loses_the_words_too():
    versions, changes = history(LONG, OTHER, LONG)
    assert versions[2].startswith("one capture lost ")
    assert changes[0] == versions[2]


def test_the_newest_capture_that_lost_most_words_may_get_them_back():
    lost = "one capture lost 97% of the words, and no later one is known"
    assert history(LONG, STUB) == ({2: lost}, [lost])
    assert history(LONG, LONGER, STUB) == ({3: lost}, [None, lost])


def test_the_newest_capture_of_a_policy_that_was_written_anew_is_a_change():
    assert history(LONG, OTHER) == ({}, [None])


def test_two_captures_of_a_short_text_are_no_accident():
    assert history(LONG, STUB, LONG, captures={1: 2}) == ({}, [None, "undoes the change before"])
    assert history(LONG, STUB, captures={1: 2}) == ({}, [None])


def test_a_short_text_that_is_replaced_by_another_long_one_is_a_change():
    assert history(LONG, STUB, OTHER) == ({}, [None, None])
    assert history(LONG, STUB, OTHER, captures={2: 2}) == ({}, [None, None])


def test_a_part_that_is_lost_and_comes_back_is_a_change():
    half = LONG[: len(LONG) // 4]
    assert history(LONG, half, LONGER) == ({}, [None, None])


def test_a_change_that_undoes_the_one_before():
    assert history(LONG, LONGER, LONG) == ({}, [None, "undoes the change before"])
    assert history(LONG, LONGER, LONG, LONGER) == (
        {},
        [None, "undoes the change before", "undoes the change before"],
    )
    other = LONG + " We sell it."
    assert history(LONG, LONGER, other, LONG) == ({}, [None, None, None])


def test_a_version_in_another_language():
    to_french, to_english = "another language (fr) than before (en)", "another language (en) than before (fr)"
    french = [(FRENCH, "fr"), (FRENCH + " Et votre nom.", "fr")]
    assert history(LONG, *french, captures={1: 2, 2: 2}) == ({2: to_french}, [to_french, None])
    assert history(LONG, french[0], LONGER, captures={1: 2}) == (
        {2: to_french, 3: to_english},
        [to_french, to_english],
    )


@pytest.mark.parametrize("language", [None, "en"])
def test_an_unknown_language_is_no_other_one(language: str | None):
    assert history(LONG, (FRENCH, language), captures={1: 2}) == ({}, [None])
    assert history((LONG, None), (FRENCH, "fr"), captures={1: 2}) == ({}, [None])


def test_a_language_is_not_another_one_if_the_words_are_the_same():
    assert history(LONG, (LONGER, "nl")) == ({}, [None])


def test_a_text_with_a_low_completeness():
    new, old = "the text may be incomplete (89%)", "the old text may be incomplete (89%)"
    assert history((LONG, "en", 0.8999), LONGER) == ({1: new}, [old])
    assert history(LONG, (LONGER, "en", 0.8999)) == ({2: new}, [new])
    assert history(LONG, (LONGER, "en", 0.9)) == ({}, [None])
    assert history((LONG, "en", 0.89), (LONGER, "en", 0.0)) == (
        {1: new, 2: "the text may be incomplete (0%)"},
        [f"the text may be incomplete (0%); {old}"],
    )


def test_an_unknown_completeness_is_not_low():
    assert history((LONG, "en", None), (LONGER, "en", None)) == ({}, [None])


def test_several_reasons_are_joined():
    assert history(LONG, (STUB, "en", 0.5), LONG) == (
        {2: f"{CAME_BACK}; the text may be incomplete (50%)"},
        [
            f"{CAME_BACK}; the text may be incomplete (50%)",
            f"undoes the change before; {BACK}; the old text may be incomplete (50%)",
        ],
    )


def test_changes_without_other_words_are_not_suspect():
    versions = [Version(1, 0, "2014-01-01T00:00:00Z", "2016-01-01T00:00:00Z", 2)]
    changes = [
        Change(kind, 1, 1, 0, 1, "2014-01-01T00:00:00Z", "2016-01-01T00:00:00Z")
        for kind in ("presentation", "extractor")
    ]
    facts = [MarkedText("en", 1.0, None), MarkedText("fr", 0.1, None)]
    read: Callable[[int], TokenizedText] = lambda text_id: TokenizedText(LONG)  # noqa: E731
    found = suspects(Timeline(versions, changes, []), [ChangeSize(0, 0, 280)] * 2, facts.__getitem__, read)
    assert found == ({}, [None, None])


@pytest.mark.parametrize(
    ("old", "new", "lost", "shrank"),
    [
        ("a b c d", "a b c d", 0, 0),
        ("a b c d", "a", 0.75, 0.75),
        ("a b", "c d e", 1, -0.5),
        ("a b c d", "a x y", 0.75, 0.25),
        ("a", "a b", 0, -1),
        ("", "a b", 0, 0),
        ("", "", 0, 0),
    ],
)
def test_the_share_of_words_that_a_change_removes(old: str, new: str, lost: float, shrank: float):
    found = size(old, new)
    assert (found.lost, found.shrank) == (lost, shrank)
