"""`policytrail bulk` on a real local cluster of Dask: the shops of the demo, equal to their import."""

from pathlib import Path

import pytest

from crawler.bulk.history import TABLES
from tests.support import bulk
from tests.support.demo import RETAILERS
from tests.support.processes import policytrail


@pytest.fixture(scope="module")
def result(demo_origin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bulk") / "out"
    ended = policytrail(
        "bulk",
        demo_origin.with_name("shops.warc.gz"),
        out,
        "--retailers",
        RETAILERS,
        "--jobs",
        2,
        "--buckets",
        4,
    )
    assert ended.status == 0, ended
    assert ended.err.startswith("Dask shows its work at http://127.0.0.1:")
    return out


def test_the_rows_are_those_of_an_import(demo_origin: Path, result: Path, tmp_path: Path):
    found, expected = bulk.of_result(result), bulk.of_archive(demo_origin, tmp_path)
    for table in TABLES:
        assert found[table] == expected[table], table
    assert len(found["changes"]) > 50
