"""A nightly job that sends its news: only what is new, and never at the cost of the crawl."""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, RATES_OFF, Ended, end_of, policytrail, start
from tests.support.receivers import TOKEN, mailbox, webhook
from tests.support.wayback.scenarios import write_retailers
from tests.support.wayback.standin import StandIn, memento, row

URL = "http://www.a.example/privacy"
NIGHTS = ["20010601000000", "20020601000000", "20030601000000"]


class Job:
    """A crawl of one shop whose policy says something else in each capture."""

    def __init__(self, wayback: StandIn, folder: Path) -> None:
        self.wayback, self.folder, self.db = wayback, folder, folder / "archive.db"
        self.csv = write_retailers(folder / "retailers.csv", "a.example")

    def shows(self, *timestamps: str) -> None:
        self.wayback.list_pages(URL, [row(timestamp, URL, f"D{timestamp}") for timestamp in timestamps])
        for timestamp in timestamps:
            self.wayback.replay(timestamp, URL, memento(timestamp, policy(f"As of {timestamp}.")))

    def defines(self, **urls: str) -> Path:
        file = self.folder / "policytrail.toml"
        file.write_text("".join(f'[notify.{name}]\nurls = ["{url}"]\n' for name, url in urls.items()))
        return file

    def crawl(self, *options: object, **environment: str) -> Ended:
        given = ("--retailers", self.csv, "--source", self.wayback.address, *RATES_OFF, "--jobs", 1)
        config = ("--config", self.folder / "policytrail.toml")
        return policytrail(*config, "crawl", self.db, *given, *options, env=environment)

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "report.json").read_text())
        return found


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with StandIn() as wayback:
        yield Job(wayback, tmp_path)


def test_three_nights_with_mail_and_webhook(job: Job) -> None:
    report = ("--report", job.folder / "report.json")
    with mailbox() as box, webhook() as hook:
        job.defines(mail=box.url, hook=hook.url)
        job.shows(NIGHTS[0])
        assert "sent to" not in job.crawl("--notify", "mail", "--notify", "hook", *report).out
        assert (box.mails, hook.received) == ([], [])  # the first version is no change
        assert job.report()["notified"] == [
            {"to": "mail", "changes": 0, "sent": False, "problem": None},
            {"to": "hook", "changes": 0, "sent": False, "problem": None},
        ]
        job.shows(*NIGHTS[:2])
        ended = job.crawl("--notify", "mail", "--notify", "hook", *report)
        assert ended.status == 0 and ended.err == ""
        assert ended.out.splitlines()[-2:] == ["1 change sent to mail", "1 change sent to hook"]
        assert job.report()["notified"][0] == {"to": "mail", "changes": 1, "sent": True, "problem": None}
        job.crawl("--notify", "mail", "--notify", "hook")
        assert (len(box.mails), len(hook.received)) == (1, 1)  # nothing is sent twice
    html = box.mails[0].get_body(("html",))
    assert html and "<h3>a.example: changed between 2001-06-01 and 2002-06-01" in html.get_content()
    assert TOKEN not in (job.folder / "report.json").read_text()
    with closing(sqlite3.connect(job.db)) as db:
        assert TOKEN not in "\n".join(db.iterdump())


def test_news_of_a_killed_run_are_in_the_next_one(job: Job) -> None:
    job.defines(hook="json://127.0.0.1:9")
    job.shows(*NIGHTS[:2])
    job.crawl()
    with closing(sqlite3.connect(job.db)) as db:  # as if the run was killed after it stored its changes
        db.execute("update crawls set finished_at = null, outcome = null")
        db.commit()
    job.shows(*NIGHTS)
    with webhook() as hook:
        job.defines(hook=hook.url)
        assert job.crawl("--notify", "hook").out.splitlines()[-1] == "2 changes sent to hook"


def test_a_receiver_that_fails_costs_a_line(job: Job) -> None:
    report = ("--report", job.folder / "report.json")
    job.shows(*NIGHTS[:2])
    with webhook(status=500) as hook:
        job.defines(hook=hook.url)
        ended = job.crawl("--notify", "hook", "--on-change", f"{sys.executable} -c 'exit(7)'", *report)
    name = Path(sys.executable).name
    assert ended.status == 0
    assert ended.err.splitlines() == [
        "Error: the news did not go to hook: (JSON) the service answered 500",
        f"Error: the news did not go to on-change: {name} ended with status 7",
    ]
    assert job.report()["exit_status"] == 0
    assert job.report()["notified"] == [
        {"to": "hook", "changes": 1, "sent": False, "problem": "(JSON) the service answered 500"},
        {"to": "on-change", "changes": 1, "sent": False, "problem": f"{name} ended with status 7"},
    ]


def test_a_command_gets_the_news(job: Job) -> None:
    job.defines()
    job.shows(*NIGHTS[:2])
    tool = job.folder / "tool.py"
    tool.write_text(
        "import json, os, sys\n"
        "news = json.load(sys.stdin)\n"
        "for change in news['changes']:\n"
        "    print(change['retailer'], change['added'], os.environ['POLICYTRAIL_CHANGES'])\n"
    )
    command = f"{sys.executable} {tool}"
    ended = job.crawl("--on-change", command, "--report", job.folder / "report.json")
    assert "a.example ['20020601000000'] 1" in ended.out.splitlines()
    assert job.report()["notified"] == [{"to": "on-change", "changes": 1, "sent": True, "problem": None}]
    assert "a.example [" not in job.crawl("--on-change", command).out


def test_what_is_wrong_is_said_before_any_request(job: Job) -> None:
    job.defines(team=f"jsn://{TOKEN}")
    for options, message in (
        (("--notify", "teem"), "no notifier is named 'teem': define [notify.teem] in policytrail.toml,"),
        (("--notify", "team"), "[notify.team]: address 1 is none that Apprise understands"),
        (("--notify", f"json://{TOKEN}"), "--notify takes the NAME of a table [notify.NAME]"),
        (("--on-change", "no-such-tool"), "--on-change: there is no program 'no-such-tool'"),
    ):
        ended = job.crawl(*options)
        assert (ended.status, ended.out) == (2, "")
        assert ended.err.startswith(f"Error: {message}")
        assert TOKEN not in ended.err
    assert job.wayback.seen == []
    assert not job.db.exists()


def test_the_environment_defines_a_notifier(job: Job) -> None:
    job.defines()
    job.shows(*NIGHTS[:2])
    with webhook() as hook:
        ended = job.crawl("--notify", "hook", POLICYTRAIL_NOTIFY=f"hook={hook.url}")
    assert ended.out.splitlines()[-1] == "1 change sent to hook"
    assert len(hook.received) == 1


def test_an_import_sends_news_too(job: Job) -> None:
    job.shows(*NIGHTS[:2])
    job.defines()
    job.crawl()
    copy = job.folder / "copy.db"
    policytrail("export", job.db, job.folder / "warc", "--format", "warc")
    with webhook() as hook:
        ended = policytrail(
            *("import", copy, job.folder / "warc", "--notify", "hook"),
            env={"POLICYTRAIL_NOTIFY": f"hook={hook.url}"},
        )
    assert ended.out.splitlines()[-1] == "1 change sent to hook"
    assert hook.received[0]["message"].startswith("a.example: changed between")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_of_the_user_too(job: Job, number: signal.Signals) -> None:
    job.defines()
    job.shows(*NIGHTS[:2])
    os.mkfifo(fifo := job.folder / "fifo")
    code = f"import time; f = open('{fifo}', 'w'); f.write('x'); f.flush(); time.sleep(9999)"
    command = f'{sys.executable} -c "{code}"'
    given = ("--retailers", job.csv, "--source", job.wayback.address, *RATES_OFF, "--jobs", 1)
    process = start(*POLICYTRAIL, "crawl", job.db, *given, "--on-change", command)
    with fifo.open() as told:
        assert told.read(1) == "x"  # the command runs
        process.send_signal(number)
        ended = end_of(process)
        assert told.read() == ""  # and has ended
    assert ended.out.startswith("3 requests, 2 captures new in the index, 2 fetched\n")
    assert (ended.status, len(ended.err.splitlines())) == (3, 1)


def test_an_address_is_in_no_log_and_in_no_output(job: Job) -> None:
    job.shows(*NIGHTS[:2])
    log = job.folder / "run.log"
    with webhook(status=403) as hook, mailbox() as box:
        job.defines(hook=hook.url, mail=box.url_with(f"wrong-{TOKEN}"))
        ended = job.crawl("--notify", "hook", "--notify", "mail", "-vv", "--log-file", log)
        shown = policytrail("--config", job.folder / "policytrail.toml", "crawl", "--help")
    assert "the news did not go to mail: (E-Mail) the service answered 535" in ended.err
    for text in (ended.out, ended.err, log.read_text(), shown.out):
        assert TOKEN not in text
    assert TOKEN.encode() not in b"".join(file.read_bytes() for file in job.folder.glob("archive.db*"))
