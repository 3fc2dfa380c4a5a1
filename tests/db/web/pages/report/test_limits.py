"""All work that a visitor can ask of the report is measured: to read, to compute, to write what is shown."""

import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlite_utils import Database

from db import processor_time
from db.database import open_archive
from db.errors import OverTimeError
from db.report import compute
from db.report.options import ReportOptions
from db.report.read import read
from db.report.render import page
from db.report.render.rows_csv import as_csv
from db.report.render.svg import svg
from db.report.table import ReportTable
from db.report.tables.adoption import NAME as ADOPTION
from db.web.common import views
from tests.db.web.conftest import Ask
from tests.support.reports import plant

QUESTIONS = ("phrase:cookies", "term:gdpr")
TABLES = [f"/planted/-/report/{name}{form}" for name in compute.NAMES for form in ("", ".csv", ".svg")]
OTHERS = [
    "/planted/-/trends/adoption?q=cookies&every=day",
    "/planted/-/trends/adoption.svg?term=gdpr",
    "/planted/-/shared?retailer=shop1.example",
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("planted") / "planted.db"
    db = open_archive(path, create=True)
    plant(db, shops=12)
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return path


@pytest.mark.parametrize("address", [*TABLES, *OTHERS])
def test_a_page_that_would_take_longer_ends(
    address: str, planted: Path, serve: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every look at the clock costs three seconds here, so that a small archive file is a large one."""
    ask, seconds = serve(planted), count()
    assert ask(address).status_code == 200
    monkeypatch.setattr(time, "thread_time", lambda: 3.0 * next(seconds))
    answer = ask(address)
    assert answer.status_code == 503
    assert f"over {views.READ_SECONDS:g} s of processor time" in answer.text


@pytest.mark.parametrize("name", [*compute.NAMES, ADOPTION])
def test_each_part_of_the_work_looks_at_the_clock(name: str, planted: Path) -> None:
    options = ReportOptions(adoptions=QUESTIONS if name == ADOPTION else ())
    db: Database = open_archive(planted)
    needs = compute.needs([name])
    (table,) = compute.report(db, [name], options)
    data = read(db, needs, options)
    ends(lambda: read(db, needs, options))
    ends(lambda: compute.compute([name], data))
    for write in (as_csv, svg, page.cells):
        ends(lambda write=write: write(table))  # type: ignore[misc]


def ends(work: Callable[[], str | Sequence[ReportTable] | object]) -> None:
    with processor_time.limited(-1.0), pytest.raises(OverTimeError):
        work()
