"""Every reason for which a difference is set aside has a sentence for people."""

from typing import get_args

from db.history.comparison.hunks import Reason
from db.history.explain import WHY, explain
from db.history.versions import outdated
from db.query import reports
from extract.html.source_text import source_text
from tests.support.shop import Shop


def literals(kind: object) -> set[str]:
    """Return the values of a union of Literals."""
    return set().union(*({part} if isinstance(part, str) else literals(part) for part in get_args(kind)))


def test_every_reason_has_its_sentence_and_no_sentence_is_left_over():
    assert set(WHY) == literals(Reason)


def test_only_differences_of_changes_are_called_wording(shelf: Shop):
    """A wording in one capture, and one that another address still shows, are variants."""
    policy = "We keep your name and your address for the orders that you make.\n\n{}"
    old, new, other = (policy.format(f"We {verb} it.") for verb in ("store", "sell", "lend"))
    page = shelf.add_page("http://shop.example/other")
    for moment, text, where in (
        ("20140101000000", old, shelf.page),
        ("20140102000000", other, shelf.page),
        ("20140103000000", old, shelf.page),
        ("20150101000000", old, page),
        ("20160101000000", new, shelf.page),
        ("20160201000000", old, page),
        ("20160301000000", new, page),
    ):
        shelf.observe(moment, text, page=where)
    shelf.derive()
    found = [
        (one.last_old[:10], one.first_new[:10], one.reason)
        for one in explain(shelf.db, shelf.policy_id, source_text)
    ]
    assert found == [
        ("2014-01-01", "2014-01-02", "variant"),
        ("2014-01-02", "2014-01-03", "variant"),
        ("2014-01-03", "2016-01-01", "variant"),
        ("2015-01-01", "2016-01-01", "wording"),
        ("2016-02-01", "2016-03-01", "variant"),
    ]
    changes = [one for one in reports.log(shelf.db) if one["event"] == "wording"]
    assert [(one["last_old"][:10], one["first_new"][:10]) for one in changes] == [
        one[:2] for one in found if one[2] == "wording"
    ]
    assert reports.set_aside(shelf.db) == {}


def test_what_is_set_aside_within_versions_is_counted(shelf: Shop):
    policy = "We keep your {} and your address for the orders that you make.\n\nWe store it.\n\n{}"
    for moment, word, end in (
        ("20140101000000", "name", ""),
        ("20150101000000", "name", "© 2015 Shop Inc of Leeds"),
        ("20160101000000", "photo", "© 2015 Shop Inc of Leeds"),  # a change of wording
        ("20170101000000", "photo", "© 2017 Shop Inc of Leeds"),  # one word
        ("20180101000000", "photo", ""),
        ("20190101000000", "photo", "© 2017 SHOP INC OF LEEDS"),
        ("20200101000000", "photo", "© 2017 Shop Inc of Leeds"),  # an event of its own
    ):
        shelf.observe(moment, policy.format(word, end))
    shelf.derive()
    counts = "select number, set_aside from versions order by number"
    assert shelf.db.execute(counts).fetchall() == [(1, 1), (2, 3)]
    assert reports.set_aside(shelf.db) == {"shop.example": 4}
    assert reports.set_aside(shelf.db, presentation=True) == {"shop.example": 3}
    shelf.db.execute("update versions set set_aside = null where number = 1")
    assert outdated(shelf.db) == [shelf.policy_id]
