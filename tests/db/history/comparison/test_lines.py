import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.history.comparison.lines import lines
from db.history.comparison.tokenized import TokenizedText


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", [""]),
        ("We share.\n\nWe sell.", ["We share.", "", "We sell."]),
        ("[the partners\nof our](/x) shop.\nWe sell.", ["[the partners\nof our](/x) shop.", "We sell."]),
        ("[one\ntwo\nthree](/x) and [four\nfive](/y)", ["[one\ntwo\nthree](/x) and [four\nfive](/y)"]),
        ("[open\n\nclosed](/x)", ["[open", "", "closed](/x)"]),
        ("[open\n[other](/y)\nclosed](/x)", ["[open", "[other](/y)", "closed](/x)"]),
        ("\\[open\nclosed](/x)", ["\\[open", "closed](/x)"]),
        ("[open\nnot a link]", ["[open", "not a link]"]),
        ("[" + "\nword" * 30 + "](/x)", ["[", *["word"] * 29, "word](/x)"]),
    ],
)
def test_a_link_over_several_lines_is_one_line(markdown: str, expected: list[str]) -> None:
    assert list(lines(markdown)) == expected


@given(st.text("ab[]()\\\n"))
def test_nothing_is_lost(markdown: str) -> None:
    assert "\n".join(lines(markdown)) == markdown


def test_the_address_of_a_broken_link_is_not_compared() -> None:
    texts = [TokenizedText(f"We share with\n[the partners\nof our]({to}) shop.") for to in ("/x", "/y?z=1")]
    assert texts[0].tokens == texts[1].tokens
    assert texts[0].blocks == ["We share with", "the partners of our shop."]
