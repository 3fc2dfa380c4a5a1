"""Long output is shown in the user's pager, if the output is a terminal."""

import os
import subprocess

import pytest

from crawler import pager
from tests.support.processes import AT_MOST, POLICYTRAIL


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


def on_a_terminal(*arguments: str, pager: str) -> tuple[int, str]:
    """Run a command with a terminal as standard output; return its exit status and the output."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "PAGER": pager, "NO_COLOR": "1"}
    with subprocess.Popen(
        [*POLICYTRAIL, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(ours)
        return process.wait(AT_MOST), shown.decode().replace("\r\n", "\n")


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_a_pager_gets_what_would_be_printed() -> None:
    plain = on_a_terminal("--no-pager", "log", "a.db", pager="tr a-z A-Z")
    assert plain[1].splitlines()[0] == "shop.example"
    assert on_a_terminal("log", "a.db", pager="tr a-z A-Z") == (0, plain[1].upper())
    assert on_a_terminal("log", "a.db", pager="cat") == plain


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_a_pager_can_be_left_early() -> None:
    assert on_a_terminal("show", "a.db", "shop.example", pager="true") == (0, "")
    long = "head -1", ("search", "a.db", "information", "--number", "9")
    assert on_a_terminal(*long[1], pager=long[0])[1].startswith("shop.example version ")


@pytest.mark.e2e
@pytest.mark.usefixtures("archive")
def test_errors_are_not_paged() -> None:
    assert on_a_terminal("log", "none.db", pager="tr a-z A-Z") == (2, "")
