"""`policytrail serve` on a bulk result: chosen retailers in a temporary archive file, which does not stay."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.jobs.bulk_plan import BulkPlan
from crawler.jobs.run_bulk import run_bulk
from db.database import open_archive
from tests.support import shops
from tests.support.processes import (
    IN_BACKGROUND,
    IN_FRONT,
    POLICYTRAIL,
    end_of,
    in_shell,
    kill,
    policytrail,
    start,
    wait_until,
)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk result. Do not write to it."""
    folder = tmp_path_factory.mktemp("bulk")
    files = shops.write(folder)
    run_bulk(BulkPlan(tuple(map(str, files)), str(folder / "shops"), buckets=4, jobs=1), print)
    return folder / "shops"


@contextmanager
def serving(
    temporary: Path, *arguments: object, shell: str = IN_FRONT
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Serve, with a folder for temporary files, and yield the process and its address."""
    temporary.mkdir()
    command = in_shell(shell, *POLICYTRAIL, "serve", *arguments, "--port", "0")
    process = start(*command, env={"TMPDIR": str(temporary)})
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"at (http://127\.0\.0\.1:\d+)/ ", line)
        assert found, (line, end_of(process))
        wait_until(lambda: answers(found[1]), "the server answers")
        yield process, found[1]
    finally:
        if process.poll() is None:
            kill(process)


def answers(address: str) -> bool:
    try:
        return bool(read(address + "/"))
    except OSError:
        return False


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("shell", "number"),
    [(IN_FRONT, signal.SIGINT), (IN_FRONT, signal.SIGHUP), (IN_BACKGROUND, signal.SIGTERM)],
)
def test_a_chosen_retailer_is_served_and_nothing_stays(
    result: Path, tmp_path: Path, shell: str, number: signal.Signals
):
    options = ("--retailer", "moss.example")
    with serving(tmp_path / "t", result, *options, shell=shell) as (process, address):
        rows = read(f"{address}/shops/latest_policies.json?_shape=array&_col=retailer")
        assert "moss.example" in rows
        assert "kettle.example" not in rows
        os.kill(process.pid, number)
        ended = end_of(process)
    assert (ended.status, ended.err.splitlines()[-1]) == (0, "stopped")
    assert "Traceback" not in ended.err
    assert list((tmp_path / "t").iterdir()) == []


def test_a_result_without_a_chosen_retailer_is_skipped_beside_another_and_archive_files_are_served(
    result: Path, tmp_path: Path
):
    (tmp_path / "moss.warc.gz").write_bytes(shops.write(tmp_path)[0].read_bytes())
    other, db = tmp_path / "other", tmp_path / "own.db"
    plan = BulkPlan((str(tmp_path / "moss.warc.gz"),), str(other), domain="linen.example", buckets=4, jobs=1)
    run_bulk(plan, print)
    open_archive(db, create=True).close()
    named = (db, other, result, "--retailer", "moss.example")
    with serving(tmp_path / "t", *named) as (process, address):
        names = [row["name"] for row in json.loads(read(f"{address}/-/databases.json"))]
        os.kill(process.pid, signal.SIGINT)
        ended = end_of(process)
    assert names == ["own", "shops"]
    assert ended.err.splitlines()[:2] == [
        f"Error: {other} has no retailer moss.example",
        f"{other} is not served: nothing of it was imported",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("{result}", "--retailer", "mos.example"), "Error: {result} has no retailer mos.example"),
        (("{result}/captures",), "Error: {result}/captures is no archive file and no result of"),
        (("{result}/run.json", "--retailer", "a.example"), "Error: --retailer chooses from the results of"),
    ],
)
def test_what_cannot_be_served_is_a_line(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], line: str
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ended = policytrail("serve", *(word.replace("{result}", str(result)) for word in arguments), "--port", 0)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.splitlines()[-1].startswith(line.replace("{result}", str(result)))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_result_is_not_served(result: Path, tmp_path: Path):
    shutil.copytree(result, tmp_path / "copy")
    (tmp_path / "copy" / "_manifest.json").write_text("{")
    ended = policytrail("serve", tmp_path / "copy", "--port", 0)
    line = f"Error: {tmp_path}/copy/_manifest.json is damaged: run its 'policytrail bulk' again\n"
    assert ended == (3, "", line)


def test_a_result_without_captures_is_not_served(tmp_path: Path):
    (tmp_path / "empty.warc").write_bytes(b"")
    run_bulk(BulkPlan((str(tmp_path / "empty.warc"),), str(tmp_path / "out"), jobs=1), print)
    ended = policytrail("serve", tmp_path / "out", "--port", 0)
    assert ended == (2, "", f"Error: {tmp_path}/out has no captures: there is nothing to serve\n")
