"""Every command where the system allows little memory: one line, a documented exit status, and no verdict."""

import shutil
from pathlib import Path

import pytest

from tests.support import archives
from tests.support.policies import policy
from tests.support.processes import POLICYTRAIL, Ended, policytrail, run
from tests.support.warcs import HTML, record

ENTRY = (POLICYTRAIL[0], "-m", "policytrail")
VERDICTS = "select verdict from captures order by id"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page, a WARC file with it, and an archive file of that."""
    folder = tmp_path_factory.mktemp("archive")
    page = policy("name", "shop.example")
    (folder / "page.html").write_bytes(page)
    (folder / "shop.warc").write_bytes(record(HTML + page))
    assert policytrail("import", folder / "a.db", folder / "shop.warc", "--jobs", "1").status == 0
    return folder


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path


def limited(place: Path, megabytes: int, command: str) -> Ended:
    """Run a command in a folder, in which each process may have so many megabytes of address space."""
    limit = f'ulimit -v {megabytes * 1024}; exec "$@"'
    return run("bash", "-c", limit, "bash", *ENTRY, *command.split(), cwd=place)


CRAWL = "crawl new.db http://shop.example/privacy --source http://127.0.0.1:9"


@pytest.mark.e2e
@pytest.mark.parametrize("megabytes", [30, 70, 150])
@pytest.mark.parametrize(
    "command",
    [
        "status a.db",
        "log a.db",
        "show a.db shop.example",
        "search a.db privacy",
        "extract page.html --url http://shop.example/privacy",
        "import new.db shop.warc --jobs 1",
        CRAWL,
        "rebuild a.db --jobs 1",
        "verify a.db --jobs 1",
        "merge new.db a.db --jobs 1",
        "export a.db out --format markdown",
    ],
)
def test_every_command_works_or_ends_with_one_line(place: Path, megabytes: int, command: str) -> None:
    before = archives.rows(place / "a.db", VERDICTS)
    ended = limited(place, megabytes, command)
    assert ended.status in (0, 3), ended
    errors = ended.err.splitlines() if ended.status else []
    assert len(errors) == (ended.status == 3), ended
    assert all(line.startswith("Error: ") for line in errors)
    assert "Traceback" not in ended.out + ended.err
    assert archives.rows(place / "a.db", VERDICTS) == before
    if ended.status and (place / "new.db").exists():
        assert {verdict for (verdict,) in archives.rows(place / "new.db", VERDICTS)} <= {None, "policy"}


@pytest.mark.e2e
def test_a_server_ends_with_a_line(place: Path) -> None:
    ended = limited(place, 70, "serve a.db --port 0")
    assert ended.status == 3
    assert ended.err.splitlines()[-1].startswith("Error: this process may ")
    assert "Traceback" not in ended.err


@pytest.mark.e2e
@pytest.mark.parametrize("command", [CRAWL, "import new.db shop.warc --jobs 1"])
def test_the_line_says_how_much_memory_workers_need(place: Path, command: str) -> None:
    assert limited(place, 170, command).err == (
        "Error: no worker process can work on this machine, so nothing was judged: the address space of a "
        "process is limited to 170 MB here (ulimit -v); allow 2048 MB\n"
    )
