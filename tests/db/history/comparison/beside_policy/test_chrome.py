import pytest

from db.history.comparison.beside_policy.chrome import is_chrome
from db.history.comparison.tokenized import TokenizedText

MENU = (
    "Shop Stores Gift Cards Careers Site Map Contact Us About Us FAQ Wish List Men Women Kids Shoes Bags"
    " Jewelry Home Sale"
)
PROSE = (
    "We store the orders and the returns of the products that you have of the stores, for the account and the"
    " use of the law."
)
POLICY = TokenizedText(
    "We tell you of the data that we have of you, and of the way in which we use it for you and the law. " * 9
)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (MENU, True),
        ("Top Tweet Site Map", True),
        ("|", True),  # nothing but signs
        ("Shop Stores Gift Workshop", False),  # other words than names, and few
        (PROSE, False),
        (f"We sell the data that we have of you.\n{MENU}", False),  # the next line is a sentence
        (f"{MENU}\nWe sell the data that we have of you.", True),  # one sentence beyond a menu
        (f"{MENU}\n" + "We sell the data that we have of you. " * 3, False),  # a section
    ],
)
def test_a_menu_is_recognised_by_its_names_and_few_of_the_words_of_sentences(
    block: str, expected: bool
) -> None:
    text = TokenizedText(f"{block}\nEnd")
    size = text.starts[-1]
    behind = TokenizedText(f"Start\n{block}")
    assert is_chrome(behind, POLICY, 1, len(behind.tokens)) is expected
    if "\n" not in block:
        assert is_chrome(text, POLICY, 0, size) is expected


def test_words_of_a_menu_are_foreign_to_a_policy() -> None:
    assert POLICY.is_foreign(TokenizedText(MENU).tokens)
    assert not POLICY.is_foreign(TokenizedText(PROSE).tokens)
