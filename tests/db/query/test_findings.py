"""Findings of changes, as people and programs read them."""

from dataclasses import replace
from typing import Any

import pytest

from db.database import transaction
from db.query import changes, findings
from db.query.changes import ChangeFilter
from db.query.findings import FindingFilter, Meaning, StoredFinding
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
    assert first.is_known and second.is_known and not Meaning().is_known
    assert findings.kinds(filled.db) == ["sale"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (FindingFilter("sale"), 1),
        (FindingFilter("sale", "removed"), 1),
        (FindingFilter(move="removed"), 1),
        (FindingFilter("sale", "added"), 0),
        (FindingFilter("law"), 0),
        (FindingFilter(), 2),
        (FindingFilter("'; drop table findings"), 0),
        (FindingFilter(quote="SELL  your"), 1),
        (FindingFilter("sale", "removed", "do not"), 1),
        (FindingFilter(quote="%"), 0),
        (FindingFilter(quote="green"), 0),
        (FindingFilter(lasting=True), 1),
    ],
)
def test_changes_are_chosen_by_their_findings(filled: Shop, wanted: FindingFilter, number: int) -> None:
    found = changes.find(filled.db, ChangeFilter(findings=wanted))
    assert len(found) == number == changes.count(filled.db, ChangeFilter(findings=wanted))[0]
    meanings = findings.of_changes(filled.db, (change.id for change in found))
    assert all(any(map(wanted.takes, meanings[change.id].findings)) or not wanted for change in found)


@pytest.mark.parametrize(
    ("values", "wanted", "is_taken"),
    [
        ({}, FindingFilter(), True),
        ({"lasting": 0}, FindingFilter(lasting=True), False),
        ({"lasting": 0}, FindingFilter("sale"), True),
        ({"before": "", "after": "Über uns"}, FindingFilter(quote="ÜBER  UNS"), True),
        ({}, FindingFilter(quote="information. x"), False),
    ],
)
def test_a_finding_is_wanted_or_not(values: dict[str, Any], wanted: FindingFilter, is_taken: bool) -> None:
    assert wanted.takes(replace(SOLD, **values)) == is_taken


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
        (Meaning((), None, is_over_limit=True), "statements not read: the texts are too long"),
        (Meaning((SOLD,), None), ""),
        (Meaning((SOLD,), 0), ""),
        (Meaning((), 1), "no statement recognised in 1 changed word"),
    ],
)
def test_the_rest_is_what_no_finding_quotes(meaning: Meaning, rest: str) -> None:
    assert meaning.rest == rest


QUOTES = ("We do not sell.", "Über uns", "straße", "ſale 𝔖", "", "%_'", "a\u212a")


@pytest.mark.parametrize("words", ["SELL", "über", "STRASSE", "sale", "%", "_'", "k", "not\n sell", "x"])
def test_sql_and_python_find_the_same_words(filled: Shop, words: str) -> None:
    db, wanted = filled.db, FindingFilter(quote=words)
    with transaction(db):
        (change_id,) = db.execute("select min(id) from changes").fetchone()
        db.execute("delete from findings")
        for number, quote in enumerate(QUOTES):
            row = [number, change_id, "law", "added", "", "", quote, "", "x", 2, "stated", 1, 0]
            db.execute(f"insert into findings values ({', '.join('?' * len(row))})", row)
    condition, values = wanted.condition(db)
    found = {row[0] for row in db.execute(f"select f.after from findings f where {condition}", values)}
    meaning = findings.of_change(db, change_id)
    assert found == {one.after for one in meaning.findings if wanted.takes(one)}


def test_a_change_that_went_over_a_limit_says_so(filled: Shop) -> None:
    (change, *_) = changes.find(filled.db, ChangeFilter())
    with transaction(filled.db):
        filled.db.execute("update readings set unquoted = null where change_id = ?", [change.id])
        filled.db.execute("delete from findings where change_id = ?", [change.id])
    meaning = findings.of_change(filled.db, change.id)
    assert (meaning.is_over_limit, meaning.is_known) == (True, True)
    assert findings.of_policy(filled.db, filled.policy_id)[change.new_version, change.first_new] == meaning
