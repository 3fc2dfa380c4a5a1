"""`policytrail bulk`: what it says, how it ends, and that whoever uses it wrongly hears one line."""

import json
import sys
from pathlib import Path

import pytest

from tests.support import shops
from tests.support.commands import RECORDS, Run, error
from tests.support.warcs import digest, zipped


@pytest.fixture
def warc(policytrail: Run) -> str:
    Path("shop.warc.gz").write_bytes(zipped(*RECORDS))
    return "shop.warc.gz"


def test_a_result_is_made_and_found_done(policytrail: Run, warc: str):
    said = policytrail("bulk", warc, "out", "--jobs", "1")
    assert said == (
        0,
        "1 file: 4 records taken, 0 passed over, 0 failed\n"
        "out: 4 captures, 2 texts, 2 versions, 1 changes, 0 findings\n",
        "",
    )
    assert json.loads(Path("out/_manifest.json").read_text())["buckets"] == 64
    assert policytrail("bulk", warc, "out", "--jobs", "1") == said


def test_damage_is_named_and_the_rest_is_done(policytrail: Run):
    Path("in").mkdir()
    shops.write(Path("in"))
    Path("in/empty.warc").touch()
    said = policytrail("bulk", "in", "out", "--jobs", "1", "--buckets", "2")
    assert said.status == 3
    assert said.out.splitlines() == [
        "5 files: 15 records taken, 2 passed over, 3 failed",
        "  1 are no documents",
        "  1 are requests",
        "  1 are cut off or damaged, with all that follows",
        "  1 contradict themselves, or cannot be decoded",
        "  1 has no host",
        "out: 15 captures, 10 texts, 10 versions, 6 changes, 0 findings",
    ]
    assert said.err.replace(f"{Path.cwd()}/", "").splitlines() == [
        "Error: in/2.warc is cut off within record 5; the 4 before it were read",
        "Error: in/empty.warc is no WARC file, or an empty one",
        "Error: 3.warc.gz: record 3 (http://lamps.example/privacy 20180525000000): its body is not that of"
        f" its payload digest (sha1:{digest(b'another body')})",
    ]


def test_a_link_in_a_folder_is_no_failure(policytrail: Run, warc: str):
    Path("in").mkdir()
    Path(warc).rename("in/a.warc.gz")
    Path("in/b.warc.gz").symlink_to("a.warc.gz")
    said = policytrail("bulk", "in", "out", "--jobs", "1")
    assert (said.status, said.err) == (0, "in/b.warc.gz is a link or no plain file, and was skipped\n")
    manifest = json.loads(Path("out/_manifest.json").read_text())
    notes = {"count": 1, "first": [said.err.strip()]}
    assert (manifest["is_finished"], manifest["notes"]) == (True, notes)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["in.warc", "out"], "there is no file or folder in.warc"),
        (
            ["shop.warc.gz", "shop.warc.gz"],
            "shop.warc.gz is no folder: the last argument is the folder of the result",
        ),
        (["shop.warc.gz", "no/out"], "there is no folder no"),
        (["shop.warc.gz", "."], "{cwd} has files of others: name a new or an empty folder"),
        (["shop.warc.gz", "out", "--domain", "a b"], "'a b' is not a domain such as shop.example"),
        (
            ["shop.warc.gz", "out", "--retailers", "no.csv"],
            "no.csv cannot be read: No such file or directory",
        ),
        (
            ["shop.warc.gz", "out", "--buckets", "0"],
            "Invalid value for '--buckets': 0 is not in the range 1<=x<=4096.",
        ),
        (["out"], "Missing argument 'INPUT...'."),
        (["none.txt", "out"], "the list none.txt names no file"),
    ],
)
def test_wrong_use_is_one_line(policytrail: Run, warc: str, arguments: list[str], line: str):
    Path("none.txt").touch()
    assert error(policytrail("bulk", *arguments, "--jobs", "1")) == line.format(cwd=Path.cwd())


def test_a_result_becomes_an_archive_file(policytrail: Run, archive: str):
    assert policytrail("bulk", archive, "out", "--jobs", "1").status == 0
    said = policytrail("import", "b.db", "out", "--retailer", "shop.example", "--jobs", "1")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("4 captures read, 4 of them new, of 1 retailers\n")
    assert policytrail("log", "b.db", "shop.example").out == policytrail("log", archive, "shop.example").out
    line = error(policytrail("import", "c.db", "shop.warc.gz", "--retailer", "shop.example"))
    assert line == "--retailer chooses from the results of 'policytrail bulk'"
    said = policytrail("import", "c.db", "out", "--retailer", "shap.example", "--jobs", "1")
    assert (said.status, said.err) == (2, "Error: out has no retailer shap.example\n")


def test_without_dask_one_process_can_work(policytrail: Run, warc: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "crawler.bulk.engines.cluster", raising=False)
    line = error(policytrail("bulk", warc, "out", "--jobs", "2"))
    assert line == (
        f"more than one process (--jobs 1) needs Dask: {sys.executable} -m pip install 'policytrail[scale]'"
    )
    assert policytrail("bulk", warc, "out", "--jobs", "1").status == 0


def test_a_scheduler_that_is_not_there_is_named(policytrail: Run, warc: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("crawler.bulk.engines.cluster.TIMEOUT", 0.1)
    line = error(policytrail("bulk", warc, "out", "--scheduler", "tcp://127.0.0.1:1"), 3)
    assert line.startswith("the scheduler tcp://127.0.0.1:1 cannot be used: Timed out trying to connect to")
    line = error(policytrail("bulk", warc, "out", "--scheduler", "nonsense://x"), 3)
    assert line.startswith("the scheduler nonsense://x cannot be used: ")
