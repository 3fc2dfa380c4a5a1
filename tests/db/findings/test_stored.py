"""The findings of changes in the archive file."""

import pytest

from crawler.workers.rules import rules_of_findings
from crawler.workers.tasks import read_claims
from db.database import transaction
from db.findings import stored
from db.findings.ranks import weighed
from db.findings.reading import OVER_LIMIT, Reading, read_change
from db.findings.statement import Finding
from db.history import judgement, versions
from db.history.trace import text_reader
from tests.support.meaning import derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
SHARE = "We share your address with delivery companies."
NEWS = "The shop has a new door which is green."


def history(shop: Shop, *captures: tuple[str, str]) -> None:
    for year, text in captures:
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_findings(shop.db, shop.policy_id)


def rows(shop: Shop, columns: str, table: str = "findings") -> list[tuple[object, ...]]:
    return shop.db.execute(f"select {columns} from {table} order by 1").fetchall()


def test_a_change_has_its_findings_with_the_weightiest_first(shelf: Shop) -> None:
    history(shelf, ("2014", f"{SALE}\n\nNothing else."), ("2015", f"{SHARE}\n\nNothing else."))
    columns = "id % 1000, kind, move, what, before, after, weight, certainty, lasting"
    assert rows(shelf, columns) == [
        (1, "sale", "removed", "sale", SALE, "", 5, "possible", None),
        (2, "sharing", "added", "others", "", SHARE, 4, "possible", None),
    ]
    assert rows(shelf, "retailer, kind, old_version, new_version", "finding_log") == [
        ("shop.example", "sale", 1, 2),
        ("shop.example", "sharing", 1, 2),
    ]


def test_a_change_without_a_statement_counts_its_words(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", f"{SALE}\n\n{NEWS}"))
    assert rows(shelf, "*") == []
    assert rows(shelf, "rules, unquoted", "readings") == [(rules_of_findings(), len(NEWS.split()))]


def test_a_promise_that_was_gone_for_one_capture_did_not_last(shelf: Shop) -> None:
    gone = "Nothing else is here to read."
    history(
        shelf, ("2014", SALE), ("2015", gone), ("2016", f"{SALE}\n\n{NEWS}"), ("2017", f"{SALE}\n\n{NEWS}")
    )
    assert rows(shelf, "change_id % 1000000, kind, move, lasting") == [
        (1, "sale", "removed", 0),
        (2, "sale", "added", 1),
    ]


def test_the_newest_finding_lasts_once_a_second_capture_shows_it(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", NEWS))
    assert rows(shelf, "lasting") == [(None,)]
    history(shelf, ("2016", NEWS))
    assert rows(shelf, "lasting") == [(1,)]


def test_findings_go_with_their_change(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", NEWS))
    shelf.db.execute("delete from changes")
    assert rows(shelf, "*") == rows(shelf, "*", "readings") == []


def test_stored_readings_are_those_that_were_derived(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", SHARE), ("2016", f"{NEWS}\n\n{SALE}"))
    changes = stored.changes_of(versions.stored(shelf.db, shelf.policy_id))
    words = judgement.words_reader(text_reader(shelf.db))
    known = stored.known(shelf.db, shelf.policy_id, rules_of_findings())
    for change in changes.values():
        new, of_file = read_change(change, words, lambda _: "en", read_claims), known[change]
        assert (sorted(of_file.findings), of_file.unquoted) == (sorted(new.findings), new.unquoted)
    readings = {number: known[change] for number, change in changes.items()}
    again = stored.derived(versions.stored(shelf.db, shelf.policy_id), readings, rules_of_findings())
    assert again == stored.stored(shelf.db, shelf.policy_id)


def test_readings_of_other_rules_are_not_used(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", SHARE))
    assert stored.known(shelf.db, shelf.policy_id, "other") == {}


def test_a_change_that_nobody_read_is_outdated(shelf: Shop) -> None:
    shelf.observe("20140101000000", BEGIN + SALE)
    shelf.observe("20150101000000", BEGIN + SHARE)
    shelf.derive()
    assert stored.outdated(shelf.db) == [shelf.policy_id]
    derive_findings(shelf.db, shelf.policy_id)
    assert stored.outdated(shelf.db) == []


def test_a_change_over_a_limit_has_no_number(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", SHARE))
    (change,) = stored.changes_of(versions.stored(shelf.db, shelf.policy_id))
    due = stored.derived(versions.stored(shelf.db, shelf.policy_id), {change: OVER_LIMIT}, "1")
    with transaction(shelf.db):
        stored.store(shelf.db, shelf.policy_id, due)
    assert rows(shelf, "*") == []
    assert rows(shelf, "rules, unquoted", "readings") == [("1", None)]


def test_a_change_stores_999_findings_of_most_weight(shelf: Shop) -> None:
    history(shelf, ("2014", SALE), ("2015", SHARE))
    (change,) = stored.changes_of(versions.stored(shelf.db, shelf.policy_id))
    many = [weighed(Finding("date", "added", "", "", str(n), "", "date/rule", n)) for n in range(1200)]
    reading = Reading((*many, weighed(Finding("law", "added", "", "", "GDPR", "", "law/rule", 9000))), 0)
    due = stored.derived(versions.stored(shelf.db, shelf.policy_id), {change: reading}, "1")["findings"]
    assert (len(due), due[0][2], due[1][6], due[-1][6]) == (999, "law", "0", "997")
    assert [row[0] for row in due] == [change * 1000 + number for number in range(1, 1000)]


@pytest.mark.parametrize(("column", "wrong"), [("move", "moved"), ("certainty", "sure"), ("lasting", 2)])
def test_columns_have_a_few_values(shelf: Shop, column: str, wrong: object) -> None:
    history(shelf, ("2014", SALE), ("2015", SHARE))
    with pytest.raises(Exception, match="CHECK constraint failed"):
        shelf.db.execute(f"update findings set {column} = ?", [wrong])
