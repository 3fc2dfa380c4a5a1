"""Tables A1 to A6 and A9 against a script that shares no code with them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from db.database import open_archive
from db.report import compute
from tests import independent_report
from tests.support.reports import plant

TERMS = ("A3", "A4", "A5", "A6")
TABLES = ("A1", "A2", *TERMS, "A9")
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
    assert {place for place, values in program.items() if values[1] is not None} == set(script)
    wrong = {
        place: (program[place], values)
        for place, values in script.items()
        if not _are_equal(program[place], (*values, None, None)[:4])
    }
    assert wrong == {}


def _are_equal(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    """Return whether two cells have the same n, and the same numbers but for the noise of floats, or none."""
    return one[0] == other[0] and all(
        (a is None and b is None) or (a is not None and b is not None and abs(a - b) <= 1e-9)
        for a, b in zip(one, other, strict=True)
    )


def test_which_terms_the_planted_texts_have(both: tuple[Cells, Cells]) -> None:
    """Of the others, the check only says that both find none: docs/report.md has these numbers."""
    had = {table: {term for (_, term), cell in both[0][table].items() if cell[1]} for table in TERMS}
    every = {table: {term for _, term in both[0][table]} for table in TERMS}
    assert {table: (len(had[table]), len(every[table])) for table in TERMS} == {
        "A3": (13, 36), "A4": (4, 4), "A5": (4, 5), "A6": (4, 5),
    }  # fmt: skip


def test_a_missing_number_is_no_zero() -> None:
    assert _are_equal((3, 0.0, None, None), (3, 1e-12, None, None))
    assert not _are_equal((3, 78.95, None, None), (3, 100 * 45 / 57, None, None))
    assert not _are_equal((3, 0.0, None, None), (3, None, None, None))
    assert not _are_equal((3, 0.0, 0.0, 0.0), (3, 0.0, None, None))


def test_the_script_is_short_and_imports_nothing_of_ours() -> None:
    code = Path(independent_report.__file__).read_text()
    assert len(code.splitlines()) <= 200
    assert not any(
        f"import {name}" in code or f"from {name}" in code for name in ("db", "crawler", "extract", "tests")
    )
