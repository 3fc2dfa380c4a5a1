"""The spider as a job of a real Scrapyd.

An egg is deployed, a job is scheduled, and its log and archive are checked.
"""

import json
import shutil
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.retailer_lists import built_in
from tests.support import archives
from tests.support.paths import ROOT
from tests.support.policies import policy
from tests.support.processes import kill, run, start, wait_until
from tests.support.wayback.standin import StandIn

PARTS = ("crawler", "db", "extract", "pyproject.toml", "README.md", "LICENSE", "scrapy.cfg")
BUILD = "import setuptools; setuptools.setup()"


class Scrapyd:
    """A running Scrapyd with all its folders in one."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        (folder / "scrapyd.conf").write_text(
            f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.2\nmax_proc = 1\n"
        )
        streams = {
            "stdout": (folder / "scrapyd.log").open("w"),
            "stderr": subprocess.STDOUT,
        }  # more than a pipe holds
        self._process = start(sys.executable, "-m", "scrapyd", cwd=folder, env={"PYTHONPATH": ""}, **streams)
        wait_until(self._answers, "scrapyd's start")

    def ask(self, name: str, **values: str) -> dict[str, Any]:
        """Call the API: values are posted, a query is part of the name."""
        data = urllib.parse.urlencode(values).encode() if values else None
        with urllib.request.urlopen(f"{self.address}/{name}", data, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        assert answer["status"] == "ok", answer
        return answer

    def end(self) -> None:
        kill(self._process)

    def _answers(self) -> bool:
        assert self._process.poll() is None
        try:
            return bool(self.ask("daemonstatus.json"))
        except OSError:
            return False


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[Scrapyd]:
    daemon = Scrapyd(tmp_path)
    yield daemon
    daemon.end()


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The egg, built as docs/scheduling.md describes, outside the project's folder."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)
    ended = run(sys.executable, "-c", BUILD, "-q", "bdist_egg", cwd=folder, env={"PYTHONPATH": ""})
    assert ended.status == 0, ended.err
    (built,) = (folder / "dist").glob("*.egg")
    return built


def test_a_job_of_scrapyd_fills_an_archive(scrapyd: Scrapyd, egg: Path, tmp_path: Path):
    project = tmp_path / "project"
    project.mkdir()
    configuration = (ROOT / "scrapy.cfg").read_text().replace("http://127.0.0.1:6800", scrapyd.address)
    (project / "scrapy.cfg").write_text(configuration)
    deployed = run(sys.executable, "-m", "scrapyd_client.deploy", "--egg", egg, cwd=project)
    assert deployed.status == 0, deployed.err
    assert json.loads(deployed.out)["spiders"] == 3
    assert scrapyd.ask("listspiders.json?project=policytrail")["spiders"] == ["discover", "history", "save"]

    db, report = tmp_path / "archive.db", tmp_path / "report.json"
    addresses = built_in()["rei.com"].addresses
    with StandIn() as wayback:
        for number, address in enumerate(addresses):
            wayback.add_captures(address, (f"20{number:02}0101000000", policy(f"Address {number}.", "REI")))
        arguments = {
            "db": str(db),
            "domains": "rei.com",
            "source": wayback.address,
            "cdx_per_minute": "0",
            "report": str(report),
        }
        job = scrapyd.ask("schedule.json", project="policytrail", spider="history", **arguments)["jobid"]
        jobs = "listjobs.json?project=policytrail"
        wait_until(
            lambda: [ended["id"] for ended in scrapyd.ask(jobs)["finished"]] == [job], "the end of the job"
        )
    log = (tmp_path / "logs" / "policytrail" / "history" / f"{job}.log").read_text()
    assert "Spider closed (finished)" in log
    assert not [line for line in log.splitlines() if " ERROR: " in line or " CRITICAL: " in line]
    assert archives.rows(db, "select state, verdict from captures") == [("fetched", "policy")] * len(
        addresses
    )
    assert archives.rows(db, "select outcome, fetched from crawls") == [("done", len(addresses))]
    reported = json.loads(report.read_text())
    assert (
        reported["outcome"],
        reported["exit_status"],
        [shop["domain"] for shop in reported["retailers"]],
    ) == (
        "done",
        0,
        ["rei.com"],
    )
