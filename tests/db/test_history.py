import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shop

from db import history
from db.archive import open_archive
from db.history import IDS_PER_POLICY, measure


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("", "", (0, 0, 1.0)), ("a b c", "a b c", (0, 0, 1.0)), ("", "a b", (2, 0, 0.0)), ("a b", "", (0, 2, 0.0)),
     ("a b c", "a x c", (1, 1, 0.6667)), ("a b c d", "c d a b", (2, 2, 0.5))],
)  # fmt: skip
def test_a_measure_counts_words(before: str, after: str, expected: tuple[int, int, float]) -> None:
    assert measure(before.split(), after.split()) == expected


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_a_measure_is_the_same_backwards(before: list[str], after: list[str]) -> None:
    added, removed, similarity = measure(before, after)
    assert measure(after, before) == (removed, added, similarity)
    assert len(before) + added - removed == len(after)
    assert 0 <= similarity <= 1


def derived(shelf: Shop) -> tuple[list[tuple[object, ...]], ...]:
    tables = "versions", "changes", "variants"
    return tuple(shelf.db.execute(f"select * from {table} order by id").fetchall() for table in tables)


def test_a_history_is_stored_with_numbers_that_stay(shelf: Shop) -> None:
    shelf.observe("20140101000000", "We sell data.")
    shelf.observe("20150101000000", "We never sell data.")
    shelf.derive()
    first = shelf.policy_id * IDS_PER_POLICY
    versions, changes, _ = derived(shelf)
    assert [row[:3] for row in versions] == [(first + 1, shelf.policy_id, 1), (first + 2, shelf.policy_id, 2)]
    bracket = "2014-01-01T00:00:00Z", "2015-01-01T00:00:00Z"
    assert changes == [(first + 1, shelf.policy_id, first + 1, first + 2, "wording", *bracket, 1, 0, 0.8571)]


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
    history.rebuild(shelf.db, shelf.policy_id)
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
    years = st.lists(st.tuples(st.integers(2000, 2009), st.sampled_from("abc")), unique_by=lambda step: step[0], max_size=8)
    steps = data.draw(years)
    found = []
    for order in (sorted(steps), data.draw(st.permutations(steps))):
        shelf = Shop(open_archive(":memory:", create=True))
        for year, word in order:
            shelf.observe(f"{year}0101000000", f"We {word}.")
            shelf.derive()
        refreshed = derived(shelf)
        history.rebuild(shelf.db, shelf.policy_id)
        assert derived(shelf) == refreshed
        found.append(refreshed)
    assert found[0] == found[1]
