import pytest

from db.history.comparison.beside_policy.pickers import is_in_list_of_versions
from db.history.comparison.hunks import Reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText

POLICY = ["We collect your name when you order.", "We share it with the carrier and with nobody else."]
VERSIONS = ["25 May 2018", "12 March 2016", "1 January 2014", "7 June 2011"]


def reasons(old: list[str], new: list[str], stated: str | None = "2019-02-03") -> list[Reason]:
    texts = (TokenizedText("\n\n".join(text), stated) for text in (old, new))
    return [hunk.reason for hunk in compare(*texts)]


@pytest.mark.parametrize("mark", ["", "* ", "## "])
@pytest.mark.parametrize("form", ["{}", "Version of {}", "{} (archived)", "Fassung vom {}", "Policy v3, {}"])
@pytest.mark.parametrize("before", [True, False])
def test_a_list_of_versions_is_outside(mark: str, form: str, before: bool) -> None:
    def page(versions: list[str]) -> list[str]:
        lines = [mark + form.format(version) for version in versions]
        return [*lines, *POLICY] if before else [*POLICY, *lines]

    assert set(reasons(page(VERSIONS[1:]), page(VERSIONS))) == {"outside"}
    assert set(reasons(page(VERSIONS), page(VERSIONS[:-1]))) == {"outside"}
    assert set(reasons(page(VERSIONS[:3]), page([VERSIONS[0], "3 March 2015", VERSIONS[2]]))) == {"outside"}


def test_all_versions_on_one_line_are_outside() -> None:
    old, new = (f"Choose a version: {' | '.join(versions)}" for versions in (VERSIONS[1:], VERSIONS))
    assert reasons([*POLICY, old], [*POLICY, new]) == ["outside"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["25 May 2018", "12 March 2016"], ["1 January 2020", "12 March 2016"]),  # too few
        (["Updated 25 May 2018", *VERSIONS[1:]], ["Updated 3 February 2019", *VERSIONS[1:]]),
        (["Effective 25 May 2018", *VERSIONS[1:]], ["Effective 3 February 2020", *VERSIONS[1:]]),
        (["In 2016 we sold it", "In 2017 we sold it", "In 2018 we sold it"],
         ["In 2016 we sold it", "In 2017 we sold it", "In 2018 we kept it"]),
        (["Sold in 2016.", "Sold in 2017.", "Sold 2018."], ["Sold in 2016.", "Kept in 2017.", "Sold 2018."]),
        (["Sold 2016, 2017, 2018 and 2019: your data"], ["Sold 2016, 2017 and 2018: your data"]),
    ],
)  # fmt: skip
def test_other_dates_are_changes(old: list[str], new: list[str]) -> None:
    assert reasons([*POLICY, *old], [*POLICY, *new]) == ["wording"]


def test_the_date_of_the_policy_is_a_change_in_a_list_too() -> None:
    old = TokenizedText("\n".join([*POLICY, *VERSIONS]), "2018-05-25")
    new = TokenizedText("\n".join([*POLICY, "3 February 2019", *VERSIONS[1:]]), "2019-02-03")
    assert [hunk.reason for hunk in compare(old, new)] == ["wording"]


def test_an_empty_range_is_in_no_list() -> None:
    assert not is_in_list_of_versions(TokenizedText("\n".join(VERSIONS)), 3, 3)
