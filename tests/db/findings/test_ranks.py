"""The list of ranks: what fits which, and the order of the list."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.findings.ranks import certainty, denies, rank, ranks
from db.findings.statement import Finding

SALE = "We do not sell your data."


def finding(kind: str, move: str, before: str = "", after: str = "") -> Finding:
    return Finding(kind, move, "", before, after, "", f"{kind}/rule", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "weight", "name"),
    [
        (finding("sale", "removed", SALE), 5, "promise removed or reversed"),
        (finding("sale", "changed", SALE, "We may sell your data."), 5, "promise removed or reversed"),
        (finding("sale", "changed", SALE, "We never sell your data."), 2, "another statement"),
        (finding("sale", "added", "", SALE), 3, "new promise"),
        (
            finding("sharing", "added", "", "We share data, including but not limited to your name."),
            4,
            "data go to more people, or serve more",
        ),
        (finding("recipient", "changed", "X sees it.", "Y sees it."), 4, "another recipient"),
        (finding("retention", "changed", "for 13 months", "for two years"), 4, "longer retention"),
        (finding("retention", "changed", "for 2 years", "for 90 days"), 3, "shorter retention"),
        (finding("retention", "changed", "for a while", "for 90 days"), 2, "another statement"),
        (finding("right", "removed", "You can delete your data."), 4, "right, choice or limit removed"),
        (finding("right", "added", "", "You can delete your data."), 3, "right, choice or limit added"),
        (finding("disputes", "added", "", "You waive your day in court."), 4, "way to a court limited"),
        (
            finding("sale", "removed", "Use the page Do Not Sell My Data."),
            3,
            "data go to fewer people, or serve less",
        ),
        (finding("date", "changed", "May 1", "May 2"), 1, "contact or date"),
        (finding("law", "added", "", "The GDPR applies."), 2, "another statement"),
    ],
)
def test_the_first_rank_that_fits_is_the_weight(one: Finding, weight: int, name: str) -> None:
    assert (rank(one).weight, rank(one).name) == (weight, name)


def test_a_claim_says_whether_a_text_denies() -> None:
    removed = finding("data-type", "removed", "If you do not use a page, we collect your name.")
    assert rank(removed).weight == 5  # without a claim, words say it
    assert rank(removed._replace(denied=(False, None))).weight == 3
    assert rank(finding("sale", "removed", "No sale.")._replace(denied=(True, None))).weight == 5
    changed = finding("sale", "changed", SALE, "We may sell your data.")
    assert rank(changed._replace(denied=(True, False))).weight == 5
    assert rank(changed._replace(denied=(True, True))).weight == 2
    assert rank(changed._replace(denied=(None, True))).weight == 5  # words say it of both


texts = st.text(max_size=40) | st.just(SALE)


@given(st.text(), st.sampled_from(["added", "removed", "changed"]), texts, texts)
def test_every_finding_has_a_rank(kind: str, move: str, before: str, after: str) -> None:
    assert rank(finding(kind, move, before, after)) in ranks()


def test_every_rank_says_why_and_has_a_weight_of_five() -> None:
    assert all(one.reason.endswith(".") and one.weight in range(1, 6) for one in ranks())
    assert len({one.name for one in ranks()}) == len(ranks())


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("We do not sell data.", True),
        ("including but not limited to sale", False),
        ("Wir verkaufen Ihre Daten nicht.", True),
        ("nicht nur an Händler", False),
        ("Keine Weitergabe", True),
        ("Nous ne vendons pas vos données.", True),
        ("Aucune donnée n’est vendue.", True),
        ("non seulement à des partenaires", False),
        ("Nous vendons plus de lampes.", False),
        ("sans limitation", False),
        ("", False),
    ],
)
def test_what_denies_in_each_language(quote: str, expected: bool) -> None:
    assert denies(quote) is expected


def test_a_kind_that_is_often_wrong_is_only_possible() -> None:
    assert certainty(finding("purpose", "added")) == "possible"
    assert certainty(finding("date", "added")) == "stated"


def test_only_kinds_that_were_measured_as_right_are_stated() -> None:
    """The numbers are in docs/meaning.md: 70 of 100 on all pairs and on those put aside, 20 findings."""
    page = Path(__file__).parents[3].joinpath("docs", "meaning.md").read_text(encoding="utf-8")
    cell = r"(?:([\d.]+) of (\d+)|–)"
    rows = re.findall(rf"^\| `([a-z-]+)` \| {cell} \| {cell} \| {cell} \|$", page, re.MULTILINE)
    assert len(rows) == 21
    for kind, share, number, put_aside, *_ in rows:
        is_right = int(number) >= 20 and float(share) >= 0.7 and float(put_aside or 0) >= 0.7
        assert certainty(finding(kind, "added")) == ("stated" if is_right else "possible"), kind
