"""The demo archive: its data and its texts for people equal the files in `tests/golden`.

`POLICYTRAIL_GOLDEN=data python -m pytest tests/end_to_end/test_golden.py` writes `golden/data` again, `texts`
the texts for people, `data,texts` both. A reviewer then reads the differences in git. Only these are
normalised:

- times at which the program ran: a copy of the archive has `goldens.NOW` in all columns of `goldens.MOMENTS`,
  and values that derive from them (the end of the search for a gap) follow; citations are of that day too
- numbers of rows, which depend on the order of answers: natural keys replace them, and rows are sorted
- the temporary folder, written FOLDER, and the terminal, which is 80 wide

Long values are written as their SHA-256, and so are the rows of the Parquet file.

The current year needs no normalisation. `crawler/webarchive/cdx_survey.py` uses it only to split a survey
after a time-out or in the dialect of pywb; the demo archive never times out and has the other dialect. Under
clocks of 2028 and 2037 all golden files were the same.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from tests.support.demo import Demo
from tests.support.golden import goldens
from tests.support.golden.data import data
from tests.support.golden.texts import texts


@pytest.fixture
def folder(demo_run: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a copy of the archive that was made at `goldens.NOW`."""
    monkeypatch.chdir(tmp_path)
    assert (demo_run.ended.status, demo_run.ended.err) == (0, "")
    goldens.copy_with_fixed_moments(demo_run.archive, tmp_path)
    for page in ("comparison", "version"):
        monkeypatch.setattr(f"db.web.pages.{page}.today", lambda: date.fromisoformat(goldens.NOW[:10]))
    return tmp_path


def compare(kind: str, files: dict[str, str]) -> None:
    """Compare files with the golden folder, or write it if the environment asks for that."""
    if kind in os.environ.get("POLICYTRAIL_GOLDEN", "").split(","):
        goldens.write(kind, files)
    differences = goldens.differences(kind, files)
    assert not differences, differences


def test_data_of_the_demo_archive_are_as_recorded(folder: Path):
    compare("data", dict(data(folder)))


def test_texts_for_people_are_as_recorded(demo_run: Demo, folder: Path):
    printed = demo_run.ended.out.replace(str(demo_run.folder), "FOLDER")
    compare("texts", dict(texts(folder, printed)))
