"""What the demo archive holds and what people read of it are as they were recorded in `tests/golden`.

`POLICYTRAIL_GOLDEN=data python -m pytest tests/end_to_end/test_golden.py` writes `golden/data` anew, `texts`
the texts for people, `data,texts` both; a reviewer then reads the differences in git. Normalised is only:

- when the program ran: in a copy of the archive all columns of `goldens.MOMENTS` say `goldens.NOW`; so does
  what is derived of them, such as until when a gap was looked for;
- keys that depend on the order of answers (of pages, captures, bodies): natural keys stand for them, and rows
  are sorted;
- the temporary folder, written FOLDER, and the terminal, which is 80 wide.

Long values are written as their SHA-256, and so are the rows of the Parquet file.
"""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.golden import goldens
from tests.support.golden.data import data
from tests.support.golden.texts import texts
from tests.support.processes import policytrail


class Demo(NamedTuple):
    """The archive that the demo made, and what it said."""

    archive: Path
    said: str


@pytest.fixture(scope="session")
def golden_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run `policytrail demo`, once for all tests here."""
    made = tmp_path_factory.mktemp("made")
    said = policytrail("demo", made)
    assert (said.status, said.err) == (0, "")
    return Demo(made / "archive.db", said.out.replace(str(made), "FOLDER"))


@pytest.fixture
def folder(golden_demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the archive in it as if it had been made at `goldens.NOW`."""
    monkeypatch.chdir(tmp_path)
    goldens.still(golden_demo.archive, tmp_path)
    return tmp_path


def compare(kind: str, files: dict[str, str]) -> None:
    """Compare with the golden folder, or write it anew where the environment asks for it."""
    if kind in os.environ.get("POLICYTRAIL_GOLDEN", "").split(","):
        goldens.write(kind, files)
    differences = goldens.differences(kind, files)
    assert not differences, differences


def test_data_of_the_demo_archive_are_as_recorded(folder: Path):
    compare("data", dict(data(folder)))


def test_texts_for_people_are_as_recorded(golden_demo: Demo, folder: Path):
    compare("texts", dict(texts(folder, golden_demo.said)))
