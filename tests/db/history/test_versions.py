from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.database import open_archive, transaction
from db.history import explain
from db.history import versions as history
from db.schema.ids import IDS_PER_POLICY
from extract.html.source_text import source_text
from tests.support.shop import Shop


def derived(shelf: Shop) -> tuple[list[tuple[Any, ...]], ...]:
    tables = "versions", "changes", "variants"
    return tuple(shelf.db.execute(f"select * from {table} order by id").fetchall() for table in tables)


def derive_whole(shelf: Shop) -> None:
    """Derive a history as `policytrail rebuild` does: every row is written again."""
    rows = history.derived(shelf.db, shelf.policy_id, source_text)
    with transaction(shelf.db):
        history.replace(shelf.db, shelf.policy_id, rows)


def test_a_history_is_stored_with_numbers_that_stay(shelf: Shop) -> None:
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "We never sell data.")
    shelf.derive()
    first = shelf.policy_id * IDS_PER_POLICY
    versions, changes, _ = derived(shelf)
    assert [row[:3] for row in versions] == [(first + 1, shelf.policy_id, 1), (first + 2, shelf.policy_id, 2)]
    bracket = "2014-01-01T00:00:00Z", "2015-01-01T00:00:00Z"
    texts = tuple(row[3] for row in versions)
    ids = (first + 1, shelf.policy_id, first + 1, first + 2)
    marks = (None, None, "undated", None)
    assert changes == [(*ids, "wording", *bracket, 1, 0, 0.8571, 0, *texts, *marks)]


def test_the_differences_of_a_change_are_stored_with_it(shelf: Shop) -> None:
    policy = "# {}\n\n## Selling\n\n{} sell data.\n\n{}\n\nWrite to us."
    shelf.observe(YEARS[0], policy.format("Privacy", "We", "YOUR MANY CHOICES"))
    shelf.observe(YEARS[1], policy.format("Your privacy", "We never", "Your many choices"))
    shelf.observe(YEARS[2], policy.format("Your privacy", "We never", "Your many CHOICES"))
    shelf.derive()
    columns = "change_id % 1000000, place, reason, section, removed, added, old_start, old_end, new_start"
    assert shelf.db.execute(f"select {columns} from differences order by 1, 2").fetchall() == [
        (1, 0, "title", "", "Privacy", "Your privacy", 0, 0, 0),
        (1, 1, "wording", "Selling", "", "never", 2, 2, 2),
        (1, 2, "capitals", "Selling", "YOUR MANY CHOICES", "Your many choices", 4, 7, 5),
        (2, 1, "capitals", "Selling", "choices", "CHOICES", 7, 8, 7),
    ]
    assert shelf.db.execute(
        "select kind, words_added, words_removed, set_aside from change_log order by first_new"
    ).fetchall() == [("wording", 1, 0, 1), ("presentation", 0, 0, 0)]
    whys = [(d.reason, d.removed, d.added) for d in explain.explain(shelf.db, shelf.policy_id, source_text)]
    stored = "select reason, removed, added from differences order by change_id, place"
    assert whys == shelf.db.execute(stored).fetchall()


def test_a_history_is_behind_what_was_judged_since_or_waits_for_it(shelf: Shop, neighbour: Shop) -> None:
    assert history.outdated(shelf.db) == []
    shelf.observe("20140101000000", "We sell data.")
    neighbour.fetch(neighbour.list("20140101000000"), b"<p>")
    assert history.outdated(shelf.db) == [shelf.policy_id, neighbour.policy_id]
    shelf.derive()
    assert history.outdated(shelf.db) == [neighbour.policy_id]
    shelf.observe("20140102000000", "We sell data.")
    shelf.observe("20140103000000", "Not found.", verdict="soft-404")
    assert history.outdated(shelf.db) == [shelf.policy_id, neighbour.policy_id]
    shelf.derive()
    assert history.outdated(shelf.db) == [neighbour.policy_id]
    shelf.db.execute("update policies set kind = 'candidate'")
    assert history.outdated(shelf.db) == []


def test_a_policy_is_followed_across_its_pages(shelf: Shop) -> None:
    moved = shelf.add_page("http://shop.example/legal")
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "We sell data.", page=moved)
    shelf.observe("20160101000000", "We never sell data.", page=moved)
    shelf.derive()
    versions, changes, _ = derived(shelf)
    assert [(row[4], row[5], row[6]) for row in versions] == [
        ("2014-01-01T00:00:00Z", "2015-01-01T00:00:00Z", 2),
        ("2016-01-01T00:00:00Z", "2016-01-01T00:00:00Z", 1),
    ]
    assert len(changes) == 1


@pytest.mark.parametrize("verdict", ["not-found", "blocked", "empty", "unreadable"])
def test_only_good_captures_bear_witness(shelf: Shop, verdict: str) -> None:
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "Page not found", verdict=verdict)
    shelf.observe("20160101000000", "We sell data.")
    shelf.derive()
    versions, changes, _ = derived(shelf)
    assert ([row[6] for row in versions], changes) == ([2], [])


def test_a_refresh_that_finds_nothing_new_writes_nothing(shelf: Shop) -> None:
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "We never sell data.")
    shelf.derive()
    before = derived(shelf), shelf.db.conn.total_changes
    shelf.derive()
    assert (derived(shelf), shelf.db.conn.total_changes) == before


def test_a_history_leaves_that_of_others_alone(shelf: Shop, neighbour: Shop) -> None:
    neighbour.observe("20140101000000", "We sell data.")
    neighbour.derive()
    before = derived(neighbour)
    shelf.derive()
    derive_whole(shelf)
    assert derived(neighbour) == before


def test_search_follows_the_versions(shelf: Shop) -> None:
    only = shelf.observe("20140101000000", "We sell telegrams.")
    shelf.derive()
    matches = "select rowid from versions_fts where versions_fts match 'telegrams'"
    assert shelf.db.execute(matches).fetchall() == [(shelf.policy_id * IDS_PER_POLICY + 1,)]
    shelf.db.execute("update captures set verdict = 'blocked' where id = ?", [only])
    shelf.derive()
    assert shelf.db.execute(matches).fetchall() == []
    shelf.db.execute("insert into versions_fts(versions_fts) values ('integrity-check')")


@settings(max_examples=25)
@given(st.data())
def test_a_history_is_the_same_in_whatever_order_captures_came(data: st.DataObject) -> None:
    years = st.lists(
        st.tuples(st.integers(2000, 2009), st.sampled_from("abc")), unique_by=lambda step: step[0], max_size=8
    )
    steps = data.draw(years)
    found = []
    for order in (sorted(steps), data.draw(st.permutations(steps))):
        shelf = Shop(open_archive(":memory:", create=True))
        for year, word in order:
            shelf.observe(f"{year}0101000000", f"We {word}.")
            shelf.derive()
        refreshed = derived(shelf)
        derive_whole(shelf)
        assert derived(shelf) == refreshed
        found.append(refreshed)
    assert found[0] == found[1]


POLICY = (
    "We collect your name and your address when you order.\n\nYou may ask us to delete your data at any time."
)
NEWER = POLICY.replace("name", "phone")
YEARS = "20140101000000", "20150101000000", "20160101000000"


def test_each_difference_is_explained(shelf: Shop) -> None:
    shelf.observe(YEARS[0], f"Home › Help\n\n{POLICY}")
    shelf.observe(YEARS[1], POLICY)
    shelf.observe(YEARS[2], NEWER)
    assert [
        (d.last_old[:4], d.first_new[:4], d.reason, d.removed, d.added, d.after)
        for d in explain.explain(shelf.db, shelf.policy_id, source_text)
    ] == [
        ("2014", "2015", "outside", "Home › Help", "", ""),
        ("2015", "2016", "wording", "name", "phone", "We collect your"),
    ]
    assert {d.page for d in explain.explain(shelf.db, shelf.policy_id, source_text)} == {
        "http://shop.example/privacy"
    }


def test_a_change_between_addresses_is_explained_too(shelf: Shop) -> None:
    shelf.observe(YEARS[0], POLICY)
    shelf.observe(YEARS[1], NEWER, page=shelf.add_page("http://shop.example/legal"))
    (difference,) = explain.explain(shelf.db, shelf.policy_id, source_text)
    assert (difference.page, difference.reason, difference.why) == (
        "http://shop.example/legal", "wording", "other words of the policy",
    )  # fmt: skip


def test_what_an_address_still_shows_is_a_variant(shelf: Shop) -> None:
    legal = shelf.add_page("http://shop.example/legal")
    shelf.observe("20140101000000", POLICY)
    shelf.observe("20140201000000", NEWER, page=legal)
    shelf.observe("20140301000000", POLICY)
    shelf.observe("20140401000000", NEWER, page=legal)
    shelf.derive()
    versions, changes, variants = derived(shelf)
    assert ([row[2] for row in versions], len(changes)) == ([1, 2], 1)
    assert [(row[2] % IDS_PER_POLICY, row[4], *row[5:]) for row in variants] == [
        (2, shelf.page.id, "address", "2014-03-01T00:00:00Z", "2014-03-01T00:00:00Z", 1)
    ]
    counted = shelf.db.execute(
        "select version, flips, other_addresses from timeline order by version"
    ).fetchall()
    assert counted == [(1, 0, 0), (2, 0, 1)]


def test_texts_of_two_addresses_that_differ_in_no_word_of_the_policy_are_one_version(shelf: Shop) -> None:
    shelf.observe(YEARS[0], POLICY)
    shelf.observe(YEARS[1], f"Home › Legal\n\n{POLICY}", page=shelf.add_page("http://shop.example/legal"))
    shelf.derive()
    versions, changes, variants = derived(shelf)
    assert ([row[6] for row in versions], changes, variants) == ([2], [], [])


def test_noise_makes_neither_versions_nor_changes(shelf: Shop) -> None:
    for day in range(1, 15):
        text = (POLICY if day < 8 else NEWER).replace("\n\n", f"\n\nYour cart: {day * day} items\n\n")
        shelf.observe(f"201401{day:02d}000000", text)
    shelf.derive()
    versions, changes, _ = derived(shelf)
    assert [row[6] for row in versions] == [7, 7]
    assert [(row[4], row[5], row[6]) for row in changes] == [
        ("wording", "2014-01-07T00:00:00Z", "2014-01-08T00:00:00Z")
    ]


def test_the_date_that_a_version_states(shelf: Shop) -> None:
    first = shelf.observe(YEARS[0], f"Last updated: May 1, 2013\n\n{POLICY}")
    shelf.observe(YEARS[1], NEWER)
    stated = ["2013-05-01", *shelf.row(first, "text_id")]
    shelf.db.execute("update texts set stated_date = ? where id = ?", stated)
    shelf.derive()
    assert [row[7] for row in derived(shelf)[0]] == ["2013-05-01", None]


def test_the_version_of_a_moment(shelf: Shop) -> None:
    for timestamp, text in zip(YEARS, (POLICY, NEWER, NEWER), strict=True):
        shelf.observe(timestamp, text)
    shelf.derive()
    moments = (
        "2013-12-31T00:00:00Z",
        "2014-06-01T00:00:00Z",
        "2015-01-01T00:00:00Z",
        "2016-01-01T00:00:00Z",
        "2016-01-01T00:00:01Z",
    )
    assert [history.version_at(shelf.db, shelf.policy_id, moment) for moment in moments] == [
        None,
        1,
        2,
        2,
        None,
    ]
