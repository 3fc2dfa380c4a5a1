"""The promises that were removed last: those of the ledger, in policies that findings choose."""

import pytest
from sqlite_utils import Database

from db.promises import removed_last as module
from db.promises.of_policies import Ledger, ledger
from db.promises.removed_last import removed_last
from tests.support.meaning import derive_claims, derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
NEVER = "We never sell your personal information to anyone."
SELLS = "We may sell your personal information to anyone."
SHARED = "We do not share your address with other shops."
CHILDREN = "We do not knowingly collect personal information from children under 13."
OLDER = "We do not knowingly collect personal information from children under 16."
SAFE = "We do not store your card number on our servers without encryption."
CARPETS = "Green carpets are made here by hand."
NEWS = "The shop has a new door which is green."


def shop(db: Database, domain: str, *texts: str, first: int = 2014) -> None:
    """Plant a shop that shows each text in one capture, one a year."""
    made = Shop(db, domain)
    for year, text in enumerate(texts, first):
        made.observe(f"{year}0101000000", f"{BEGIN}{text}\n\nThis is {domain}.\n")
    made.derive()
    derive_claims(db, made.policy_id)
    derive_findings(db, made.policy_id)


def found(db: Database) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (one.domain, one.promise.last.quote, one.promise.first_without, one.promise.ending)
        for one in removed_last(db)
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((SALE, NEWS, NEWS), [(SALE, "2015", "removed")]),
        ((SALE, f"{NEVER}\n\n{NEWS}", SELLS, SELLS), [(NEVER, "2016", "reversed")]),  # the ledger's words
        ((SALE, f"{NEVER}\n\n{NEWS}", NEVER), []),  # it stands in other words
        ((SALE, NEWS, NEWS, NEVER), []),  # it came back
        (
            (SALE, NEWS, NEWS, f"{SALE}\n\nA red bell.", CARPETS, CARPETS),
            [(SALE, "2018", "removed")],
        ),  # and was removed again
        ((SALE, NEWS), []),  # one capture only: nobody knows whether it lasts
        ((CHILDREN, OLDER, OLDER), []),  # it has another number
        ((SELLS, NEWS, NEWS), []),  # it denied nothing
        ((f"{SALE}\n\n{SAFE}", SALE, SALE), []),  # of another kind
        ((f"{SALE}\n\n{SHARED}", NEWS, NEWS), [(SALE, "2015", "removed"), (SHARED, "2015", "removed")]),
        ((NEWS,), []),
    ],
)
def test_promises_of_the_ledger_that_surely_ended(
    db: Database, texts: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    shop(db, "a.example", *texts)
    assert [(quote, (end or "")[:4], ending) for _, quote, end, ending in found(db)] == expected


@pytest.mark.parametrize(
    ("suspect", "ends"),
    [
        ("changes set suspect = 'undoes the change before' where first_new = '2015-01-01T00:00:00Z'", []),
        (
            "changes set suspect = 'undoes the change before' where first_new = '2016-01-01T00:00:00Z'",
            ["2015"],
        ),
        ("versions set suspect = 'one capture lost 90% of the words' where number = 2", ["2016"]),
        ("versions set suspect = 'one capture lost 90% of the words' where number > 1", []),
    ],
)
def test_what_is_suspect_removes_nothing(db: Database, suspect: str, ends: list[str]) -> None:
    shop(db, "a.example", SALE, NEWS, f"{NEWS} A bell.", f"{NEWS} A lamp.")
    db.execute(f"update {suspect}")
    assert [(end or "")[:4] for _, _, end, _ in found(db)] == ends


def test_the_newest_are_first_and_few(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, domain in (
        (2011, "old"),
        (2015, "new"),
        (2013, "b"),
        (2013, "a"),
        (2010, "older"),
        (2009, "oldest"),
    ):
        shop(db, f"{domain}.example", SALE, NEWS, NEWS, first=year)
    order = ["new.example", "a.example", "b.example", "old.example", "older.example"]
    assert [domain for domain, *_ in found(db)] == order
    monkeypatch.setattr(module, "POLICIES", 2)
    assert [domain for domain, *_ in found(db)] == order[:2]


def test_no_more_ledgers_are_read_than_are_needed(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for year, domain in ((2015, "a"), (2013, "b"), (2011, "c")):
        shop(db, f"{domain}.example", SALE, NEWS, NEWS, first=year)
    read: list[int] = []

    def counted(db: Database, policy_id: int) -> Ledger:
        read.append(policy_id)
        return ledger(db, policy_id)

    monkeypatch.setattr(module, "ledger", counted)
    monkeypatch.setattr(module, "MOST", 2)
    assert [domain for domain, *_ in found(db)] == ["a.example", "b.example"]
    assert read == [1, 2]


def test_over_the_limit_of_time_nothing_more_is_read(db: Database) -> None:
    shop(db, "a.example", SALE, NEWS, NEWS)
    assert removed_last(db, seconds=-1) == []


def test_without_findings_there_is_none(db: Database) -> None:
    assert removed_last(db) == []
