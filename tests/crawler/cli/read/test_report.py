"""The command `report`: printed, as JSON, as files, and wrong use."""

import json
from pathlib import Path

import pytest

from tests.support.commands import Run, error


def test_without_a_folder_it_prints_markdown(policytrail: Run, archive: str) -> None:
    result = policytrail("report", archive, "--table", "A4", "--by", "year")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(
        "# Report\n\n1 policy with 3 good captures, from 2014-01-01 to 2018-05-25, by year."
    )
    assert "| 2015 | 1 | 100.0 |" in result.out
    assert "**Definition.** The text of a policy in a period" in result.out


def test_json_has_a_row_for_each_cell(policytrail: Run, archive: str) -> None:
    rows = json.loads(policytrail("report", archive, "--table", "A9", "--json").out)
    life = {"table": "A9", "group": "", "period": "all", "measure": "life, median", "n": 1, "value": 9.0}
    assert life | {"low": None, "high": None, "published": None} in rows


def test_a_folder_gets_files(policytrail: Run, archive: str) -> None:
    result = policytrail("report", archive, "--table", "A1,A2", "--out", "report")
    assert (result.status, result.out) == (0, "report: 8 written, 0 there already\n")
    assert policytrail("report", archive, "--table", "A1,A2", "--out", "report").out.endswith(
        "8 there already\n"
    )
    Path("report/a1.csv").write_text("mine")
    again = policytrail("report", archive, "--table", "A1,A2", "--out", "report")
    assert again.status == 3
    assert "1 files of the same names from elsewhere, which were kept: a1.csv\n" in again.err


def test_pictures_are_png_too(policytrail: Run, archive: str) -> None:
    pytest.importorskip("resvg_py")
    result = policytrail("report", archive, "--table", "A1", "--out", "report", "--png")
    assert result.out == "report: 6 written, 0 there already\n"
    assert Path("report/a1.png").read_bytes().startswith(b"\x89PNG")
    assert 'href="a1.png"' in Path("report/index.html").read_text()
    again = policytrail("report", archive, "--table", "A1", "--out", "report")
    assert again.out == "report: 1 written, 4 there already, 1 of the last report removed\n"
    assert not Path("report/a1.png").exists()


def test_wrong_use_is_one_line(policytrail: Run, archive: str) -> None:
    assert error(policytrail("report", archive, "--table", "A99")).startswith(
        "there is no table 'A99': the tables are"
    )
    assert "can be grouped by language, history" in error(policytrail("report", archive, "--group", "colour"))
    assert "leave --out out" in error(policytrail("report", archive, "--json", "--out", "x"))
    assert "there is no archive" in error(policytrail("report", "none.db"))
    assert "there is no folder" in error(policytrail("report", archive, "--out", "a/b/c"))
    assert "add --out FOLDER" in error(policytrail("report", archive, "--png"))
    assert "is not one of" in error(policytrail("report", archive, "--by", "week"))


@pytest.mark.parametrize("option", ["--table", "--out", "--group"])
def test_an_empty_value_is_refused(policytrail: Run, archive: str, option: str) -> None:
    before = sorted(Path().iterdir())
    for value in ("", " "):
        said = error(policytrail("report", archive, option, value))
        assert said == f"Invalid value for '{option}': the value is empty: write one, or leave the option out"
    assert sorted(Path().iterdir()) == before
