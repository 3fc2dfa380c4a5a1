"""Long output is shown in the user's pager, if the output is a terminal."""

import pytest

from crawler import pager
from tests.support.terminals import on_a_terminal


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PAGER": "tr a-z A-Z"}, ["tr", "a-z", "A-Z"]),
        ({"PAGER": ""}, None),
        ({"PAGER": "cat"}, None),
        ({"PAGER": "no-such-pager -x"}, None),
    ],
)
def test_the_command_of_the_pager(environment: dict[str, str], words: list[str] | None) -> None:
    assert pager.command(environment) == words


def with_pager(*arguments: str, pager: str) -> tuple[int, str]:
    """Run a command on a terminal with a pager; return its exit status and the output."""
    return on_a_terminal(*arguments, env={"PAGER": pager})[:2]


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_a_pager_gets_what_would_be_printed() -> None:
    plain = with_pager("--no-pager", "log", "a.db", pager="tr a-z A-Z")
    assert plain[1].splitlines()[0] == "shop.example"
    assert with_pager("log", "a.db", pager="tr a-z A-Z") == (0, plain[1].upper())
    assert with_pager("log", "a.db", pager="cat") == plain


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_a_pager_can_be_left_early() -> None:
    assert with_pager("show", "a.db", "shop.example", pager="true") == (0, "")
    long = "head -1", ("search", "a.db", "information", "--number", "9")
    assert with_pager(*long[1], pager=long[0])[1].startswith("shop.example")


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_errors_are_not_paged() -> None:
    assert with_pager("log", "none.db", pager="tr a-z A-Z") == (2, "")
