import pytest

from db.history.comparison.beside_policy.menu_names import CONTROL, CONTROL_LINE, NAME, NEVER_A_MENU


def test_names_are_whole_words_in_any_case() -> None:
    assert NAME.findall("HOME | My Account | Warenkorb | Gift Cards") == [
        "HOME",
        "My Account",
        "Warenkorb",
        "Gift Cards",
    ]
    assert NAME.findall("homely accounting, personal information, cookies, Facebook") == []


@pytest.mark.parametrize(
    "text", ["Back to Top", "^ Return to top", "Skip navigation", "Back to top Back to top |"]
)
def test_controls(text: str) -> None:
    assert CONTROL.fullmatch(text)


@pytest.mark.parametrize("text", ["We go back to the top of the list", "Return", "share this with partners"])
def test_no_controls(text: str) -> None:
    assert not CONTROL.fullmatch(text)
    assert not CONTROL_LINE.fullmatch(text)


@pytest.mark.parametrize(
    "text",
    [
        "Do Not Sell My Info",
        "Opt Out",
        "Your Privacy Choices",
        "in 2018",
        "a@b",
        "Your Rights",
        "Widerrufsrecht",
    ],
)
def test_words_that_no_menu_has(text: str) -> None:
    assert NEVER_A_MENU.search(text)


def test_all_rights_reserved_is_no_right_of_the_visitor() -> None:
    assert not NEVER_A_MENU.search("All Rights Reserved")
