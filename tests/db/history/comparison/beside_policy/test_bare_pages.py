import pytest

from db.history.comparison.beside_policy.bare_pages import without_cuts
from db.history.comparison.hunks import Reason
from db.history.comparison.token_diff import compare
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.tokens import letters
from tests.db.history.comparison.beside_policy.test_menus import HEAD, POLICY, TAIL

BARE = "\n".join(POLICY)
BEFORE, AFTER = f"{HEAD}\n", f"\n{TAIL} {HEAD}"


def reasons(old: str, new: str, old_page: str, new_page: str) -> list[Reason]:
    one, other = TokenizedText(old), TokenizedText(new)
    hunks = compare(one, other)
    return [hunk.reason for hunk in without_cuts(one, other, letters(old_page), letters(new_page), hunks)]


EDGES = [
    ("Section Navigation Price Policy New York Bill of Rights Clinic Pharmacy Wireless Service\n", ""),
    ("Privacy of our patrons and of the guests in the house\n", ""),
    (
        "",
        "\nWas this answer helpful? Yes No Cutover Pending Answer Rating Low Medium High Very High Excellent",
    ),
    (
        "Close Window X Print Secure Card Code Verified Guarantee Thank you! We will soon write.\n",
        "",
    ),
]


@pytest.mark.parametrize(("before", "after"), EDGES)
def test_a_label_that_the_bare_page_does_not_have_is_cut(before: str, after: str) -> None:
    text = f"{before}{BARE}{after}"
    page = f"{BEFORE}{text}{AFTER}"
    for found in (reasons(text, BARE, page, BARE), reasons(BARE, text, BARE, page)):
        assert found
        assert set(found) <= {"cut", "outside"}


@pytest.mark.parametrize(("before", "after"), EDGES[1:])
def test_two_whole_pages_or_two_bare_ones_prove_nothing(before: str, after: str) -> None:
    text = f"{before}{BARE}{after}"
    page, other = f"{BEFORE}{text}{AFTER}", f"{BEFORE}{BARE}{AFTER}"
    assert reasons(text, BARE, page, other) == [
        hunk.reason for hunk in compare(*map(TokenizedText, (text, BARE)))
    ]
    assert "cut" not in reasons(text, BARE, text, BARE)
    assert "cut" not in reasons(BARE, text, BARE, text)


@pytest.mark.parametrize(
    "sentence",
    [
        "We never sell your data.",
        "We sell your data to our partners, and they may use it for what they like.",
        "You can ask us not to do so at any time.",
    ],
)
def test_a_sentence_of_the_policy_is_never_cut(sentence: str) -> None:
    for text in (f"{BARE}\n{sentence}", f"{sentence}\n{BARE}"):
        page = f"{BEFORE}{text}{AFTER}"
        assert reasons(text, BARE, page, BARE) == ["wording"]
        assert reasons(BARE, text, BARE, page) == ["wording"]


def test_words_that_the_bare_page_has_more_of_are_a_change() -> None:
    text = f"{BARE}\nPrivacy of our patrons and of the guests in the house"
    assert reasons(BARE, text, f"{BEFORE}{BARE}{AFTER}", text) == ["wording"]


def test_words_within_the_text_are_a_change() -> None:
    text = BARE.replace("with nobody else", "with our partners")
    assert reasons(BARE, text, f"{BEFORE}{BARE}{AFTER}", text) == ["wording"]


def test_an_end_beside_which_the_bare_page_has_more_is_not_bare() -> None:
    text = f"{BARE}\nPrivacy of our patrons and of the guests in the house"
    assert reasons(text, BARE, f"{BEFORE}{text}{AFTER}", f"{BARE}\nOak and brass lamps") == ["wording"]


def test_a_page_without_letters_proves_nothing() -> None:
    text = f"{BARE}\nPrivacy of our patrons and of the guests in the house"
    assert reasons(text, BARE, "", "") == ["wording"]
