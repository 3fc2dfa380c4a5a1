"""Adoption of a claim: from the versions that have it; versions that were not read widen the bracket."""

import math
import random
from collections.abc import Sequence

import pytest
from sqlite_utils import Database

from db import times
from db.errors import ReportError
from db.report import compute
from db.report.adoption import claims
from db.report.adoption.questions import intervals
from db.report.adoption.turnbull import AdoptionInterval, bounds
from db.report.histories import histories
from db.report.options import ReportOptions
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

SOLD, KEPT = "We do not sell your personal information", "We keep what you order"
QUESTION = "claim:sale"


def shop(db: Database, domain: str, *texts: str) -> None:
    """Plant a shop that shows each text in one capture, the first in 2011, one a year."""
    made = Shop(db, domain)
    for at, text in enumerate(texts):
        made.observe(f"{2011 + at}0101000000", f"# Privacy\n\n{text} for {at} years. This is {domain}.")
    made.derive()
    derive_claims(db, made.policy_id)


def unread(db: Database, domain: str, *numbers: int) -> None:
    """Make versions such that their texts went over a limit."""
    for number in numbers:
        (text_id,) = db.execute(
            "select text_id from versions v join policies p on p.id = v.policy_id"
            " where p.retailer = ? and number = ?",
            [domain, number],
        ).fetchone()
        db.conn.execute("delete from clause_places where text_id = ?", [text_id])
        db.conn.execute("update claim_readings set claims = null where text_id = ?", [text_id])


def brackets(db: Database) -> dict[str, AdoptionInterval]:
    policies = histories(db, ReportOptions())
    found = intervals(db, QUESTION, policies, {})
    return {policy.domain: found[policy.policy_id] for policy in policies}


def year(number: int) -> float:
    return times.seconds(f"{number}-01-01T00:00:00Z")


def test_the_first_version_with_a_claim_is_asked(db: Database) -> None:
    shop(db, "always.example", SOLD, SOLD, KEPT)
    shop(db, "later.example", KEPT, SOLD, SOLD)
    shop(db, "never.example", KEPT, KEPT)
    assert brackets(db) == {
        "always.example": (-math.inf, year(2011)),
        "later.example": (year(2011), year(2012)),
        "never.example": (year(2012), math.inf),
    }


def test_a_version_that_was_not_read_widens_the_bracket(db: Database) -> None:
    for domain, numbers in {"first": (1,), "between": (2,), "after": (3,), "all": (1, 2, 3)}.items():
        shop(db, f"{domain}.example", KEPT, KEPT, SOLD)
        unread(db, f"{domain}.example", *numbers)
    shop(db, "end.example", KEPT, KEPT)
    unread(db, "end.example", 2)
    assert brackets(db) == {
        "first.example": (-math.inf, year(2013)),
        "between.example": (year(2011), year(2013)),
        "after.example": (year(2012), math.inf),
        "all.example": (-math.inf, math.inf),
        "end.example": (year(2011), math.inf),
    }


def test_a_suspect_version_widens_the_bracket(db: Database) -> None:
    shop(db, "without.example", KEPT, KEPT, SOLD)
    shop(db, "with.example", KEPT, SOLD, KEPT)
    shop(db, "later.example", KEPT, SOLD, SOLD)
    assert brackets(db) == {
        "without.example": (year(2012), year(2013)),
        "with.example": (year(2011), year(2012)),
        "later.example": (year(2011), year(2012)),
    }
    db.conn.execute("update versions set suspect = 'one capture lost 90% of the words' where number = 2")
    assert brackets(db) == {
        "without.example": (year(2011), year(2013)),
        "with.example": (year(2011), math.inf),
        "later.example": (year(2011), year(2013)),
    }


def test_a_language_without_such_a_claim_is_unknown(db: Database) -> None:
    shop(db, "later.example", KEPT, SOLD)
    shop(db, "other.example", "Vi behåller", "Vi säljer aldrig")
    db.conn.execute("update texts set language = 'sv' where markdown like '%Vi %'")
    shop(db, "older.example", KEPT, KEPT)
    db.conn.execute("delete from claim_readings where text_id in (select text_id from versions where id in"
                    " (select max(id) from versions))")  # fmt: skip
    found = brackets(db)
    assert found["other.example"] == (-math.inf, math.inf)
    assert found["older.example"] == (year(2011), math.inf)
    assert found["later.example"] == (year(2011), year(2012))


def test_where_nothing_is_known_there_is_no_value(db: Database) -> None:
    shop(db, "a.example", SOLD, KEPT)
    shop(db, "b.example", KEPT, KEPT)
    unread(db, "b.example", 1, 2)
    unread(db, "a.example", 1, 2)
    (table,) = compute.report(db, ["ADOPTION"], ReportOptions("year", adoptions=(QUESTION,)))
    assert {(cell.n, cell.value, cell.low, cell.high) for cell in table.cells} == {(2, None, 0.0, 100.0)}


@pytest.mark.parametrize("seed", range(3))
def test_the_true_curve_is_between_the_bounds(db: Database, seed: int) -> None:
    rng = random.Random(seed)
    truths = []
    for number in range(12):
        texts: Sequence[str] = rng.choices((SOLD, KEPT), (1, 3), k=rng.randrange(1, 5))
        shop(db, f"shop{number}.example", *texts)
        truths.append(year(2011 + texts.index(SOLD)) if SOLD in texts else math.inf)
        hidden = [at for at in range(1, len(texts) + 1) if rng.random() < 0.2]
        if number:  # one stays, so that the kind is known
            unread(db, f"shop{number}.example", *hidden)
    shop(db, "known.example", SOLD)
    truths.append(year(2011))
    found = list(brackets(db).values())
    for moment in map(year, range(2010, 2016)):
        low, high = bounds(found, moment + 1)
        assert low <= sum(truth <= moment for truth in truths) / len(truths) <= high


def test_kinds_are_those_of_the_archive_file(db: Database) -> None:
    assert claims.kinds(db) == []
    shop(db, "a.example", SOLD)
    assert "sale" in claims.kinds(db)


def test_a_kind_is_taken_in_any_case_and_another_one_is_refused_with_the_kinds(db: Database) -> None:
    shop(db, "a.example", SOLD)
    policies = histories(db, ReportOptions())
    assert intervals(db, "Claim:SALE", policies, {}) == intervals(db, QUESTION, policies, {})
    with pytest.raises(ReportError, match=f"this archive file has: {', '.join(claims.kinds(db))}$"):
        intervals(db, "claim:sales", policies, {})
