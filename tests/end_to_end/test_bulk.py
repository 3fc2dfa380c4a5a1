"""`policytrail bulk` on a real local cluster of Dask: the shops of the demo, equal to their import."""

import random
import re
import shutil
from pathlib import Path

import pytest

from crawler.bulk.history import TABLES
from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from crawler.jobs.run_import import ImportPlan, run_import
from crawler.retailer_lists import read
from tests.support import bulk, hostile_warcs, loaders
from tests.support.demo import RETAILERS
from tests.support.paths import CORPUS, DOCS
from tests.support.processes import policytrail

SEED = 17
# Begins the code of a page: what it prints is reported, line by line.
PRINTED = """
import os
os.chdir(folder)
write = print
def print(*words):
    write(json.dumps(" ".join(map(str, words))))
"""


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


@pytest.mark.corpus
def test_real_pages_have_the_rows_of_an_import(tmp_path: Path):
    """Every tenth retailer of the corpus, as the whole takes minutes."""
    warc, chosen = (
        CORPUS / "retailers" / "retailers.warc.gz",
        read(CORPUS / "retailers" / "retailers.csv", "list"),
    )
    urls = tuple(address for retailer in chosen[::10] for address in retailer.addresses)
    run_import(ImportPlan.make(tmp_path / "a.db", [warc], urls=urls), jobs=1)
    outcome = run_bulk(BulkPlan((str(warc),), str(tmp_path / "out"), urls=urls, buckets=2, jobs=1), print)
    assert (outcome.is_whole, outcome.taken > 100) == (True, True)
    found, expected = bulk.of_result(tmp_path / "out"), bulk.of_archive(tmp_path / "a.db", tmp_path)
    for table in TABLES:
        assert found[table] == expected[table], table


def test_damaged_files_are_read_as_by_an_import(tmp_path: Path):
    (tmp_path / "in").mkdir()
    for number, (_, name, content) in enumerate(hostile_warcs.all_of(random.Random(SEED))[::6]):
        (tmp_path / "in" / f"{number:02}-{name}").write_bytes(content)
    problems = run_import(ImportPlan.make(tmp_path / "a.db", [tmp_path / "in"]), jobs=1)[1].problems
    outcome = run_bulk(BulkPlan((str(tmp_path / "in"),), str(tmp_path / "out"), buckets=1, jobs=1), print)
    assert bulk.of_result(tmp_path / "out") == bulk.of_archive(tmp_path / "a.db", tmp_path)
    found = [file.damage for file in outcome.files.values() if file.damage]
    assert sorted(found) == sorted(line for line in problems if line.startswith("/"))
    assert (outcome.failures, len(found) > 1) == ({}, True)


def test_the_rows_are_those_of_an_import(demo_origin: Path, result: Path, tmp_path: Path):
    found, expected = bulk.of_result(result), bulk.of_archive(demo_origin, tmp_path)
    for table in TABLES:
        assert found[table] == expected[table], table
    assert len(found["changes"]) > 50


@loaders.needed
def test_the_recipes_print_what_the_page_says(result: Path):
    page = (DOCS / "bulk.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", page, re.DOTALL)
    shutil.copy(RETAILERS, result.with_name("shops.csv"))
    (result.parent / "result").symlink_to(result)
    said = loaders.run_code(PRINTED + "".join(code for code, _ in blocks), result.parent)
    assert "".join(f"{line}\n" for line in said) == "".join(text for _, text in blocks)


def test_exports_of_policytrail_are_restored(demo_origin: Path, tmp_path: Path):
    assert policytrail("export", demo_origin, tmp_path / "warcs", "--format", "warc").status == 0
    (tmp_path / "warcs" / "policytrail.sha256").unlink()
    plan = BulkPlan((str(tmp_path / "warcs"),), str(tmp_path / "out"), buckets=3, jobs=1)
    assert run_bulk(plan, print).is_whole
    assert bulk.of_result(tmp_path / "out") == bulk.of_archive(demo_origin, tmp_path)
