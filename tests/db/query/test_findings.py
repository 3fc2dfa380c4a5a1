"""Findings of changes, as people and programs read them."""

import pytest

from db.query import changes, findings
from db.query.changes import ChangeFilter
from db.query.findings import Meaning, StoredFinding
from tests.support.meaning import derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
SOLD = StoredFinding("sale", "removed", "sale", SALE, "", "Privacy", "sale/x", 5, "stated", None, 9)


@pytest.fixture
def filled(shelf: Shop) -> Shop:
    shelf.observe("20140101000000", BEGIN + SALE)
    shelf.observe("20150101000000", f"{BEGIN}The shop has a new door which is green.")
    shelf.observe("20160101000000", f"{BEGIN}The shop has a new door which is red, and a window.")
    shelf.derive()
    derive_findings(shelf.db, shelf.policy_id)
    return shelf


def test_each_change_has_its_meaning(filled: Shop) -> None:
    found = changes.find(filled.db, ChangeFilter(), "oldest")
    meanings = findings.of_changes(filled.db, [change.id for change in found])
    first, second = (meanings[change.id] for change in found)
    assert [(one.kind, one.move, one.before) for one in first.findings] == [("sale", "removed", SALE)]
    assert (first.unquoted, first.rest) == (9, "9 changed words without a recognised statement")
    assert (second.findings, second.rest) == ((), "no statement recognised in 5 changed words")
    assert findings.of_change(filled.db, 999) == Meaning()
    assert findings.kinds(filled.db) == ["sale"]


@pytest.mark.parametrize(
    ("finding", "move", "number"),
    [
        ("sale", "", 1),
        ("sale", "removed", 1),
        ("", "removed", 1),
        ("sale", "added", 0),
        ("law", "", 0),
        ("", "", 2),
        ("'; drop table findings", "", 0),
    ],
)
def test_changes_are_chosen_by_kind_and_move(filled: Shop, finding: str, move: str, number: int) -> None:
    wanted = ChangeFilter(finding=finding, move=move)
    assert len(changes.find(filled.db, wanted)) == number == changes.count(filled.db, wanted)[0]


@pytest.mark.parametrize(
    ("move", "before", "after", "sentence"),
    [
        ("added", "", "B.", "the text now says “B.”"),
        ("removed", "A.", "", "the text no longer says “A.”"),
        ("changed", "A.", "B.", "the text says “B.” instead of “A.”"),
    ],
)
def test_a_sentence_is_about_the_text(move: str, before: str, after: str, sentence: str) -> None:
    one = StoredFinding("law", move, "", before, after, "", "law/x", 2, "stated", 1, 0)
    assert one.sentence == sentence


@pytest.mark.parametrize(
    ("certainty", "lasting", "head"),
    [
        ("stated", 1, "sale"),
        ("possible", None, "sale (possible)"),
        ("possible", 0, "sale (possible, one capture only)"),
    ],
)
def test_a_head_says_how_certain_a_finding_is(certainty: str, lasting: int | None, head: str) -> None:
    assert StoredFinding("sale", "added", "", "", "", "", "", 4, certainty, lasting, 0).head == head


@pytest.mark.parametrize(
    ("meaning", "rest"),
    [
        (Meaning((), None), ""),
        (Meaning((SOLD,), None), ""),
        (Meaning((SOLD,), 0), ""),
        (Meaning((), 1), "no statement recognised in 1 changed word"),
    ],
)
def test_the_rest_is_what_no_finding_quotes(meaning: Meaning, rest: str) -> None:
    assert meaning.rest == rest
