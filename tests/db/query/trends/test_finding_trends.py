"""How many retailers changed what they say about a kind: exact numbers, with brackets and gaps."""

from collections.abc import Sequence

import pytest
from sqlite_utils import Database

from db.database import transaction
from db.errors import UnknownRetailerError
from db.findings.languages import languages
from db.query import changes, findings
from db.query.changes import ChangeFilter
from db.query.findings import FindingFilter
from db.query.trends.finding_trends import FindingTrend, KindTotals, known, totals, trend, unread
from extract.claims import rules
from tests.support.meaning import derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
AGAIN = f"{SALE} The shop has an old door which is red, and two windows."
PLAIN = "The shop has a new door which is green."
# alpha: the sale is removed within 2014-H1, comes back between 2014-H1 and 2016-H1, with a gap of 2015.
# beta: the sale is removed between 2013-H2 and 2014-H1. gamma never changes. delta has no good capture.
SHOPS = {
    "alpha.example": {
        "20140101000000": SALE,
        "20140501000000": PLAIN,
        "20140601000000": PLAIN,
        "20160201000000": AGAIN,
        "20160601000000": AGAIN,
    },
    "beta.example": {"20130801000000": SALE, "20140301000000": PLAIN, "20140901000000": PLAIN},
    "gamma.example": {"20140201000000": PLAIN, "20150301000000": PLAIN},
    "delta.example": {},
}


@pytest.fixture
def filled(db: Database) -> Database:
    for domain, texts in SHOPS.items():
        shop = Shop(db, domain)
        for timestamp, text in texts.items():
            shop.observe(timestamp, BEGIN + text)
        shop.derive()
        derive_findings(db, shop.policy_id)
    return db


def rows(found: Sequence[FindingTrend]) -> list[tuple[str, int, int, int, int]]:
    return [(one.period, one.certain, one.most, one.base, one.seen) for one in found]


REMOVED = FindingFilter("sale", "removed", lasting=True)


def test_a_retailer_counts_for_certain_and_at_most(filled: Database) -> None:
    of_time = known(filled, "half-year")
    assert rows(trend(filled, REMOVED, of_time)) == [
        ("2013-H2", 0, 1, 1, 1),  # beta's bracket reaches into it
        ("2014-H1", 1, 2, 3, 3),  # alpha's lies in it
        ("2014-H2", 0, 0, 3, 1),
        ("2015-H1", 0, 0, 2, 1),  # beta was not seen again; nobody saw alpha
        ("2015-H2", 0, 0, 1, 0),
        ("2016-H1", 0, 0, 1, 1),
    ]
    added = rows(trend(filled, FindingFilter("sale", "added"), of_time))
    assert [(period, most) for period, certain, most, *_ in added if most and not certain] == [
        (period, 1) for period in ("2014-H1", "2014-H2", "2015-H1", "2015-H2", "2016-H1")
    ]


def test_longer_periods_have_more_for_certain(filled: Database) -> None:
    years = rows(trend(filled, REMOVED, known(filled, "year")))
    assert years == [("2013", 0, 1, 1, 1), ("2014", 1, 2, 3, 3), ("2015", 0, 0, 2, 1), ("2016", 0, 0, 1, 1)]


def test_shares_refer_to_the_retailers_of_which_something_is_known(filled: Database) -> None:
    found = trend(filled, REMOVED, known(filled, "half-year"))[1]
    assert (found.start, found.end) == ("2014-01-01", "2014-06-30")
    assert (found.share, found.most_share) == (0.3333, 0.6667)


def test_some_retailers(filled: Database) -> None:
    of_time = known(filled, "half-year", ["gamma.example", "beta.example"])
    assert rows(trend(filled, REMOVED, of_time, ["gamma.example", "beta.example"])) == [
        ("2013-H2", 0, 1, 1, 1),
        ("2014-H1", 0, 1, 2, 2),
        ("2014-H2", 0, 0, 2, 1),
        ("2015-H1", 0, 0, 1, 1),
    ]
    assert trend(filled, REMOVED, known(filled, "year", ["delta.example"]), ["delta.example"]) == []
    with pytest.raises(UnknownRetailerError):
        known(filled, "year", ["nobody.example"])


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (FindingFilter("law"), 0),
        (FindingFilter(quote="not sell"), 2),
        (FindingFilter("sale", quote="x' or 1"), 0),
    ],
)
def test_findings_are_chosen(filled: Database, wanted: FindingFilter, number: int) -> None:
    assert max(one.most for one in trend(filled, wanted, known(filled, "half-year"))) == number


@pytest.mark.parametrize("every", ["month", "quarter", "half-year", "year"])
@pytest.mark.parametrize("move", ["added", "removed"])
def test_each_number_is_that_of_the_list_of_changes(filled: Database, every: str, move: str) -> None:
    wanted = FindingFilter("sale", move, lasting=True)
    for one in trend(filled, wanted, known(filled, every)):
        for certain, number in ((True, one.certain), (False, one.most)):
            listed = ChangeFilter((), one.start, one.end, certain=certain, suspect=False, findings=wanted)
            assert changes.count(filled, listed)[1] == number <= one.base
        assert one.certain <= one.most and one.seen <= one.base


def test_suspect_changes_are_left_out_and_unread_ones_counted(filled: Database) -> None:
    assert totals(filled) == [KindTotals("sale", 1, 2, 0)]
    assert totals(filled, ["beta.example"]) == [KindTotals("sale", 0, 1, 0)]
    assert (unread(filled), findings.kinds(filled)) == ((0, 0, 0), ["sale"])
    with transaction(filled):
        filled.execute("update readings set unquoted = null where change_id = (select min(id) from changes)")
        filled.execute("delete from readings where change_id = (select max(id) from changes)")
    assert (unread(filled), unread(filled, ["gamma.example"])) == ((1, 1, 0), (0, 0, 0))
    with transaction(filled):
        filled.execute("update changes set suspect = 'one capture'")
    assert (totals(filled), unread(filled)) == ([], (0, 0, 0))
    assert not any(one.most for one in trend(filled, REMOVED, known(filled, "half-year")))


@pytest.mark.parametrize("loss", ["update readings set unquoted = null", "delete from readings"])
def test_changes_that_were_not_read_count_at_most_in_every_kind(filled: Database, loss: str) -> None:
    with transaction(filled):
        filled.execute("delete from findings")
        filled.execute(loss)
    found = trend(filled, FindingFilter("law", "added"), known(filled, "half-year"))
    assert rows(found) == [
        ("2013-H2", 0, 1, 1, 1),
        ("2014-H1", 0, 2, 3, 3),
        ("2014-H2", 0, 1, 3, 1),
        ("2015-H1", 0, 1, 2, 1),
        ("2015-H2", 0, 1, 1, 0),
        ("2016-H1", 0, 1, 1, 1),
    ]
    assert all(one.most <= one.base for one in found)


@pytest.mark.parametrize("language", ["nl", None])
def test_retailers_in_languages_without_rules_are_no_base(filled: Database, language: str | None) -> None:
    shop = Shop(filled, "zeta.example")
    for timestamp in ("20140201000000", "20150301000000"):
        shop.observe(timestamp, f"{BEGIN}Zeta on {timestamp}.")
    shop.derive()
    derive_findings(filled, shop.policy_id)
    base = known(filled, "year").base
    texts = "select text_id from versions where policy_id = ?"
    with transaction(filled):
        filled.execute("delete from readings")
        filled.execute(f"update texts set language = ? where id in ({texts})", [language, shop.policy_id])
    left = known(filled, "year")
    assert [one - other for one, other in zip(base, left.base, strict=True)] == [0, 1, 1, 0]
    assert known(filled, "year", ["zeta.example"]).periods == ()
    assert unread(filled, ["zeta.example"]) == (0, 0, 0)
    with transaction(filled):  # one text that rules can read
        filled.execute(f"update texts set language = 'fr' where id = ({texts} limit 1)", [shop.policy_id])
    assert known(filled, "year").base == base


def test_the_rules_and_the_comparison_know_the_same_languages() -> None:
    assert sorted(rules.languages()) == sorted(languages())


def test_an_empty_archive(db: Database) -> None:
    assert (known(db, "month").periods, trend(db, REMOVED, known(db, "month")), totals(db)) == ((), [], [])
