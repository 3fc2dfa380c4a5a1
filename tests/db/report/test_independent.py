"""Tables A1 to A6 and A9 against a script that shares no code with them."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive
from db.report import compute
from tests import independent_report
from tests.support.reports import plant

TABLES = ("A1", "A2", "A3", "A4", "A5", "A6", "A9")
Cells = dict[str, dict[tuple[str, str], tuple[float | None, ...]]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cells, Cells]:
    path: Path = tmp_path_factory.mktemp("planted") / "archive.db"
    db: Database = open_archive(path, create=True)
    plant(db)
    program: Cells = {
        table.name: {
            (cell.period, cell.measure): (cell.n, cell.value, cell.low, cell.high) for cell in table.cells
        }
        for table in compute.report(db, TABLES)
    }
    return program, independent_report.compute(path)


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_is_the_same(name: str, both: tuple[Cells, Cells]) -> None:
    program, script = both[0][name], both[1][name]
    assert script
    wrong = {
        place: (program.get(place), values)
        for place, values in script.items()
        if place not in program
        or program[place][0] != values[0]
        or any(abs((program[place][at] or 0) - (values[at] or 0)) > 0.1 for at in range(1, len(values)))
    }
    assert wrong == {}
    if name in ("A1", "A2", "A5", "A6"):
        measured = {place for place, values in program.items() if values[1] is not None}
        assert {place for place in measured if place[1] != "noise of strict"} == set(script)


def test_the_script_is_short_and_imports_nothing_of_ours() -> None:
    code = Path(independent_report.__file__).read_text()
    assert len(code.splitlines()) <= 200
    assert not any(
        f"import {name}" in code or f"from {name}" in code for name in ("db", "crawler", "extract", "tests")
    )
