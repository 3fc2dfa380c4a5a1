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

import pytest

from tests.support.demo import Demo
from tests.support.golden import goldens
from tests.support.golden.data import data
from tests.support.golden.texts import texts


@pytest.fixture
def folder(demo_run: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the archive in it as if it had been made at `goldens.NOW`."""
    monkeypatch.chdir(tmp_path)
    assert (demo_run.ended.status, demo_run.ended.err) == (0, "")
    goldens.still(demo_run.archive, tmp_path)
    return tmp_path


def compare(kind: str, files: dict[str, str]) -> None:
    """Compare with the golden folder, or write it anew where the environment asks for it."""
    if kind in os.environ.get("POLICYTRAIL_GOLDEN", "").split(","):
        goldens.write(kind, files)
    differences = goldens.differences(kind, files)
    assert not differences, differences


def test_data_of_the_demo_archive_are_as_recorded(folder: Path):
    compare("data", dict(data(folder)))


def test_texts_for_people_are_as_recorded(demo_run: Demo, folder: Path):
    printed = demo_run.ended.out.replace(str(demo_run.folder), "FOLDER")
    compare("texts", dict(texts(folder, printed)))
