import pytest

from db.query.spans import Span
from db.web.pages.retailer.version_rows import VersionSummary, row_groups

YEARS = [f"{year}-01-01T00:00:00Z" for year in range(2000, 2020)]


def history(sizes: list[int], *, back: int = 0, suspect: int = 0, title: int = 0) -> list[list[int]]:
    """Return the versions in each group; a folded group is negative. `sizes` are words of the changes."""
    spans = [Span(1, YEARS[0], YEARS[0])]
    versions = {}
    for number, size in enumerate(sizes, 2):
        shown, old = (1 if number == back else number), spans[-1].version
        reason = "odd" if number == suspect else None
        moment = YEARS[number]
        spans.append(Span(shown, moment, moment, YEARS[number - 1], old, size, 0, suspect=reason))
    for number in range(1, len(sizes) + 2):
        name = "New" if title and number >= title else "Privacy"
        versions[number] = VersionSummary(number, name, 100, 1, None, None, YEARS[number], YEARS[number], 0)
    groups = row_groups(spans, versions, [])
    return [[(-1 if group.folded else 1) * row.span.version for row in group.rows] for group in groups]


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([], [[1]]),
        ([5], [[2, 1]]),
        ([5, 5, 5], [[4], [-3, -2], [1]]),
        ([5, 50, 5, 50], [[5, 4, 3, 2, 1]]),
        ([19, 19, 20, 19, 19, 50], [[7], [-6, -5], [4], [-3, -2], [1]]),
    ],
)
def test_small_changes_in_a_row_are_folded(sizes: list[int], groups: list[list[int]]) -> None:
    assert history(sizes) == groups


def test_what_needs_a_look_is_never_folded() -> None:
    small = [5] * 5
    assert history(small) == [[6], [-5, -4, -3, -2], [1]]
    assert history(small, back=4) == [[6, 5, 1], [-3, -2], [1]]
    assert history(small, suspect=3) == [[6], [-5, -4], [3, 2, 1]]
    assert history(small, title=3) == [[6], [-5, -4], [3, 2, 1]]


def test_no_spans() -> None:
    assert row_groups([], {}, []) == []


def test_titles_only_where_they_changed_and_variants_of_the_time() -> None:
    spans = [Span(1, YEARS[0], YEARS[1]), Span(2, YEARS[2], YEARS[3], YEARS[1], 1, 50)]
    versions = {
        number: VersionSummary(number, "Privacy", 9, 1, None, None, YEARS[0], YEARS[1], 0)
        for number in (1, 2)
    }
    others = [{"version": 2, "first_seen": YEARS[at]} for at in (2, 4)]
    (group,) = row_groups(spans, versions, others)
    assert [(row.title, row.others) for row in group.rows] == [("", others[:1]), ("Privacy", [])]
