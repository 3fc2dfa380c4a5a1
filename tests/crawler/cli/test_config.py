"""Options from `policytrail.toml`."""

from pathlib import Path

import pytest

from tests.support.commands import Run, error


def test_the_file_in_the_folder_sets_options(policytrail: Run, archive: str) -> None:
    Path("policytrail.toml").write_text("[log]\nnumber = 1\njson = true\n[show]\n")
    assert policytrail("log", archive).out.count('"new_version"') == 1
    assert policytrail("log", archive, "--number", "5").out.count('"new_version"') == 2


def test_another_file(policytrail: Run, archive: str) -> None:
    Path("policytrail.toml").write_text("[log]\nnumber = 1\n")
    Path("other.toml").write_text("[log]\njson = true\n")
    assert policytrail("--config", "other.toml", "log", archive).out.count('"new_version"') == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[log]\nnumbr = 1", "policytrail.toml: 'log' has no option 'numbr'; did you mean 'number'?"),
        ("[log]\ndb = 'a.db'", "policytrail.toml: 'log' has no option 'db'"),
        ("[lgo]", "policytrail.toml: [lgo] is no table of a command; did you mean 'log'?"),
        ("log = 1", "policytrail.toml: [log] is no table of a command; did you mean 'log'?"),
        ("[log", "policytrail.toml cannot be read: "),
        (
            "[log]\nnumber = 'x'",
            "Invalid value for '-n' / '--limit' / '--number': 'x' is not a valid integer range.",
        ),
    ],
)
def test_a_wrong_file(policytrail: Run, archive: str, text: str, message: str) -> None:
    Path("policytrail.toml").write_text(text)
    assert error(policytrail("log", archive)).startswith(message)


def test_a_file_that_is_not_there(policytrail: Run) -> None:
    assert error(policytrail("--config", "none.toml", "status", "a.db")).startswith(
        "none.toml cannot be read: "
    )
