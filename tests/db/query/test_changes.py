import pytest

from db.database import transaction
from db.errors import UnknownRetailerError
from db.query import changes
from db.query.changes import ChangeFilter
from tests.support.shop import Shop

FIRST = "# Privacy\n\nWe never sell data. We keep it as long as we need it."
SECOND = "# Privacy\n\nWe may sell data to partners. We keep it as long as we need it."
THIRD = "# Privacy\n\nWe may sell data to our partners and friends. We keep it as long as we need it."
OTHER = "# Privacy\n\nWe ask before we share."


@pytest.fixture
def stocked(shelf: Shop, neighbour: Shop) -> Shop:
    """A shop whose text changed twice and came back once, and a neighbour with one change."""
    shelf.observe("20140101000000", FIRST)
    shelf.observe("20160101000000", SECOND)
    shelf.observe("20170101000000", FIRST)
    shelf.observe("20180501000000", SECOND)
    shelf.observe("20180601000000", SECOND.replace("partners", "[partners](/x)"))
    shelf.observe("20200601000000", THIRD)
    with transaction(shelf.db):
        for part, date in (("sell data", "2013-05-01"), ("friends", "2020-05-01")):
            shelf.db.execute("update texts set stated_date = ? where instr(markdown, ?)", [date, part])
    neighbour.observe("20180524000000", OTHER)
    neighbour.observe("20180526000000", OTHER.replace("before we", "you before we"))
    shelf.derive()
    neighbour.derive()
    return shelf


def found(shop: Shop, wanted: ChangeFilter, *args: str) -> list[tuple[str, str]]:
    return [(one.domain, one.first_new[:10]) for one in changes.find(shop.db, wanted, *args)]  # type: ignore[arg-type]


ALL = [
    ("shop.example", "2020-06-01"),
    ("neighbour.example", "2018-05-26"),
    ("shop.example", "2018-05-01"),
    ("shop.example", "2017-01-01"),
    ("shop.example", "2016-01-01"),
]


def test_all_changes_of_wording_in_each_order(stocked: Shop) -> None:
    assert found(stocked, ChangeFilter()) == ALL
    assert found(stocked, ChangeFilter(), "oldest") == ALL[::-1]
    assert found(stocked, ChangeFilter(), "retailer") == [ALL[1], ALL[4], ALL[3], ALL[2], ALL[0]]
    largest = changes.find(stocked.db, ChangeFilter(), "largest")
    sizes = [one.words_added + one.words_removed for one in largest]
    assert sizes == sorted(sizes, reverse=True)


def test_a_change_with_all_that_is_known_of_it(stocked: Shop) -> None:
    change = changes.find(stocked.db, ChangeFilter(("shop.example",)), limit=1)[0]
    assert (change.old_version, change.new_version, change.kind) == (2, 3, "wording")
    assert (change.last_old, change.first_new) == ("2018-06-01T00:00:00Z", "2020-06-01T00:00:00Z")
    assert (change.words_added, change.words_removed, change.captures) == (4, 1, 1)
    assert (change.stated_before, change.stated_date, change.announced) == (
        "2013-05-01",
        "2020-05-01",
        "announced",
    )
    assert change.announcement == "announced: the policy states 2020-05-01 (before: 2013-05-01)"
    old, new = changes.evidence(stocked.db, change)
    assert old and new and (old.timestamp, new.timestamp) == ("20180601000000", "20200601000000")


def test_the_same_two_versions_again(stocked: Shop) -> None:
    again = changes.find(stocked.db, ChangeFilter(("shop.example",)), "oldest")
    assert [(one.old_version, one.new_version, one.occurrence) for one in again] == [
        (1, 2, 0),
        (2, 1, 0),
        (1, 2, 1),
        (2, 3, 0),
    ]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (ChangeFilter(since="2018"), [0, 1, 2]),
        (ChangeFilter(until="2018-04"), [2, 3, 4]),
        (ChangeFilter(since="2018-05-25", until="2018-05-25"), [1]),
        (ChangeFilter(since="2018-05-24", until="2018-05-26", certain=True), [1]),
        (ChangeFilter(since="2018-05-25", until="2018-05-26", certain=True), []),
        (ChangeFilter(since="2018", until="2018"), [0, 1, 2]),
        (ChangeFilter(since="2018", until="2018", certain=True), [1]),
        (ChangeFilter(since="2021"), []),
        (ChangeFilter(("neighbour.example",)), [1]),
        (ChangeFilter(("neighbour.example", "shop.example"), until="2017"), [2, 3, 4]),
        (ChangeFilter(min_words=5), [0]),
        (ChangeFilter(announced=("announced",)), [0]),
        (ChangeFilter(announced=("silent", "undated")), [1, 2, 3, 4]),
        (ChangeFilter(suspect=True), [2, 3]),
        (ChangeFilter(suspect=False), [0, 1, 4]),
    ],
)
def test_which_changes(stocked: Shop, wanted: ChangeFilter, numbers: list[int]) -> None:
    assert found(stocked, wanted) == [ALL[number] for number in numbers]
    assert changes.count(stocked.db, wanted) == (len(numbers), len({ALL[number][0] for number in numbers}))


def test_certainly_in_the_period_or_not(stocked: Shop) -> None:
    around = changes.find(stocked.db, ChangeFilter(since="2018-03", until="2018-09"))
    assert [(one.domain, one.certain) for one in around] == [
        ("shop.example", False),
        ("neighbour.example", True),
        ("shop.example", False),
    ]
    assert all(one.certain for one in changes.find(stocked.db, ChangeFilter()))


def test_changes_of_other_kinds(stocked: Shop) -> None:
    assert found(stocked, ChangeFilter(kinds=("presentation",))) == [("shop.example", "2018-06-01")]
    assert len(found(stocked, ChangeFilter(kinds=changes.KINDS))) == len(ALL) + 1


def test_a_part_of_the_list(stocked: Shop) -> None:
    parts = [changes.find(stocked.db, ChangeFilter(), limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [one.id for part in parts for one in part] == [
        one.id for one in changes.find(stocked.db, ChangeFilter())
    ]


def test_an_unknown_retailer(stocked: Shop) -> None:
    for read in (changes.find, changes.count):
        with pytest.raises(UnknownRetailerError):
            read(stocked.db, ChangeFilter(("nowhere.example",)))


def test_changes_that_became_known_since_a_moment(stocked: Shop) -> None:
    stocked.db.execute("update known_changes set known_at = '2026-01-01T00:00:00Z'")
    stocked.observe("20220601000000", THIRD + " We keep more.")
    stocked.observe("20140601000000", FIRST)
    stocked.derive()
    for since in ("2026-01-01T00:00:01Z", "2026-02"):
        assert found(stocked, ChangeFilter(known_since=since)) == [("shop.example", "2022-06-01")]
        assert changes.count(stocked.db, ChangeFilter(known_since=since)) == (1, 1)
    assert len(found(stocked, ChangeFilter(known_since="2026"))) == 6
    assert changes.find(stocked.db, ChangeFilter())[1].known_at == "2026-01-01T00:00:00Z"


def test_a_change_is_counted_among_those_of_its_versions_only(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan of SQLite: another index would read half of all changes for each change."""
    plans: list[str] = []

    def explain(sql: str, values: dict[str, object]) -> list[dict[str, object]]:
        plans.extend(str(row[3]) for row in stocked.db.execute(f"explain query plan {sql}", values))
        return []

    monkeypatch.setattr(stocked.db, "query", explain)
    changes.find(stocked.db, ChangeFilter())
    assert [plan for plan in plans if plan.startswith("SEARCH x")] == [
        "SEARCH x USING INDEX changes_new (new_version=?)"
    ]
