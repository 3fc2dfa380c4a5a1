"""What a command logs, by its options: on standard error and in a file."""

import logging
import re
from pathlib import Path

import pytest

from crawler import terminal
from crawler.cli.process.logs import ALL, NORMAL, QUIET, REQUESTS, Chosen, LogFormatter
from tests.support.commands import RECORDS, Run, error
from tests.support.warcs import zipped

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def record(name: str, level: int, message: str = "message") -> logging.LogRecord:
    return logging.LogRecord(name, level, "file.py", 1, message, (), None)


KINDS = {
    "error": record("twisted", logging.ERROR),
    "warning": record("scrapy", logging.WARNING),
    "own": record("crawler.workers.pool", logging.INFO),
    "request": record("scrapy.core.engine", logging.DEBUG),
    "retry": record("scrapy.downloadermiddlewares.retry", logging.DEBUG),
    "library": record("scrapy.utils", logging.INFO),
    "printed": record(terminal.PRINTED, logging.INFO),
}


@pytest.mark.parametrize(
    ("level", "is_file", "kinds"),
    [
        (QUIET, False, "error"),
        (NORMAL, False, "error warning"),
        (REQUESTS, False, "error warning own request retry"),
        (ALL, False, "error warning own request retry library"),
        (QUIET, True, "error warning own printed"),
        (NORMAL, True, "error warning own printed"),
        (REQUESTS, True, "error warning own request retry printed"),
        (ALL, True, "error warning own request retry library printed"),
    ],
)
def test_the_levels(level: int, is_file: bool, kinds: str) -> None:
    chosen = Chosen(level, is_file=is_file)
    assert [kind for kind, one in KINDS.items() if chosen.filter(one)] == kinds.split()


def test_no_secret_and_no_control_character_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IA_SECRET_KEY", " s3cret ")
    monkeypatch.setenv("POLICYTRAIL_NOTIFY", "team=mailto://me:pass@mail.example ops=json://host/p")
    text = "key s3cret to mailto://me:pass@mail.example\x1b[2J\nand json://host/p"
    shown = LogFormatter().format(record("a", logging.ERROR, text))
    assert re.fullmatch(TIME + r" \[a\] ERROR: key \*\*\* to \*\*\*\\x1b\[2J\n  and \*\*\*", shown)


@pytest.fixture
def warc() -> str:
    Path("shop.warc.gz").write_bytes(zipped(*RECORDS))
    return "shop.warc.gz"


def messages(file: str) -> list[str]:
    """The lines of a log, without their times."""
    lines = Path(file).read_text().splitlines()
    assert all(re.match(TIME + " ", line) or line.startswith("  ") for line in lines)
    return [re.sub(f"^{TIME} ", "", line) for line in lines]


def test_a_log_file_is_appended_to(policytrail: Run, warc: str) -> None:
    plain = policytrail("import", "b.db", "no.warc", "--log-file", "run.log")
    assert error(plain) == "there is no file or folder no.warc"
    said = policytrail("import", "a.db", warc, "--jobs", "1", "--log-file", "run.log")
    assert (said.status, said.err) == (0, "")
    lines = messages("run.log")
    assert lines[:3] == [
        "[policytrail] INFO: policytrail import b.db no.warc --log-file run.log",
        "[policytrail.printed] ERROR: Error: there is no file or folder no.warc",
        "[policytrail] INFO: exit status 2",
    ]
    assert lines[3:6] == [
        f"[policytrail] INFO: policytrail import a.db {warc} --jobs 1 --log-file run.log",
        f"[crawler.importing.warc_import] INFO: reading {warc}",
        "[crawler.workers.pool] INFO: the history of shop.example is derived",
    ]
    assert lines[6].startswith("[policytrail.printed] INFO: 4 captures read")
    assert lines[-1] == "[policytrail] INFO: exit status 0"


def test_an_error_is_in_the_log(policytrail: Run) -> None:
    said = policytrail("rebuild", "none.db", "--log-file", "run.log")
    assert said.status == 2
    assert messages("run.log")[1:] == [
        "[policytrail.printed] ERROR: " + said.err.strip(),
        "[policytrail] INFO: exit status 2",
    ]


def test_quiet_prints_a_result_only_where_work_is_left(policytrail: Run, warc: str) -> None:
    assert policytrail("import", "-q", "a.db", warc, "--jobs", "1") == (0, "", "")
    Path("bad.warc").write_text("no WARC")
    said = policytrail("import", "-q", "a.db", "bad.warc", "--jobs", "1")
    assert (said.status, said.out) == (2, "0 captures read, 0 of them new, of 0 retailers\n")
    assert said.err.startswith("Error: bad.warc is no WARC file")


def test_verbose_says_what_is_done(policytrail: Run, warc: str) -> None:
    said = policytrail("import", "-v", "a.db", warc, "--jobs", "1")
    assert [re.sub(f"^{TIME} ", "", line) for line in said.err.splitlines()][1:-1] == [
        f"[crawler.importing.warc_import] INFO: reading {warc}",
        "[crawler.workers.pool] INFO: the history of shop.example is derived",
    ]


def test_wrong_use(policytrail: Run) -> None:
    assert error(policytrail("verify", "a.db", "-q", "-v")) == "--quiet and --verbose contradict each other"
    Path("folder").mkdir()
    assert error(policytrail("verify", "a.db", "--log-file", "none/run.log")) == (
        "the log none/run.log cannot be written: No such file or directory"
    )
    assert "'folder' is a directory" in error(policytrail("verify", "a.db", "--log-file", "folder"))
