"""`policytrail serve` starts Datasette with settings for the file and for its visitors."""

import os
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Run, error

ALWAYS = {
    "facet_time_limit_ms": "5000",
    "sql_time_limit_ms": "5000",
    "suggest_facets": "off",
    "num_sql_threads": "1",
}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return a list with the arguments of each start of Datasette, which does nothing."""
    started: list[list[str]] = []

    def start(arguments: list[str], **_: Any) -> None:
        started.append(arguments)

    monkeypatch.setattr("crawler.cli.serve.datasette.main", start)
    return started


def settings_of(arguments: list[str]) -> dict[str, str]:
    given = [at for at, argument in enumerate(arguments) if argument == "--setting"]
    return {arguments[at + 1]: arguments[at + 2] for at in given}


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ((), {}),
        (("--no-sql",), {"default_allow_sql": "off"}),
    ],
)
def test_visitors_may_write_sql_unless_it_is_switched_off(
    policytrail: Run,
    archive: str,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    settings: dict[str, str],
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    said = policytrail("serve", archive, "--port", "0", *options)
    assert said.out.startswith(f"Serving {archive} at http://127.0.0.1:")
    (arguments,) = started
    assert settings_of(arguments) == {**ALWAYS, **settings}


def test_a_name_that_clashes_with_addresses_is_refused(
    policytrail: Run, archive: str, tmp_path: Path
) -> None:
    renamed = shutil.copy(archive, tmp_path / "web.db")
    said = policytrail("serve", str(renamed))
    assert (said.status, said.err) == (
        2,
        "Error: web.db cannot be served: other addresses begin with /web/; rename the file\n",
    )


def test_several_archives_are_served_together(
    policytrail: Run, archive: str, started: list[list[str]], tmp_path: Path
) -> None:
    other = shutil.copy(archive, tmp_path / "other.db")
    said = policytrail("serve", archive, str(other), "--port", "0")
    assert said.out.startswith(f"Serving {archive}, {other} at http://127.0.0.1:")
    assert started[0][:3] == ["serve", archive, str(other)]
    assert error(policytrail("serve", archive, str(tmp_path / "none.db"))).startswith("there is no archive")
    assert len(started) == 1


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://policies.example", None),
        ("https://policies.example/", None),
        ("https://news.example/policies", "/policies/"),
    ],
)
def test_the_public_address_is_for_citations_and_below_its_path(
    policytrail: Run,
    archive: str,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    path: str | None,
) -> None:
    monkeypatch.setenv("POLICYTRAIL_BASE_URL", "")
    policytrail("serve", archive, "--port", "0", "--base-url", url)
    assert settings_of(started[0]).get("base_url") == path
    assert os.environ["POLICYTRAIL_BASE_URL"] == f"{url.rstrip('/')}/"


@pytest.mark.parametrize("url", ["policies.example", "ftp://policies.example/", "https://", "https://a b/"])
def test_a_wrong_public_address_is_refused(policytrail: Run, archive: str, url: str) -> None:
    line = error(policytrail("serve", archive, "--base-url", url))
    assert line == "--base-url must be an address like https://news.example/policies/"


def test_the_browser_is_opened_when_the_server_listens(
    policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()
    addresses: list[str] = []

    def open_page(address: str) -> None:
        addresses.append(address)
        opened.set()

    def listen(arguments: list[str], **_: Any) -> None:
        with socket.create_server(("127.0.0.1", int(arguments[arguments.index("--port") + 1]))):
            assert opened.wait(20)

    monkeypatch.setattr("crawler.cli.serve.webbrowser.open", open_page)
    monkeypatch.setattr("crawler.cli.serve.datasette.main", listen)
    said = policytrail("serve", archive, "--port", "0", "--open")
    (address,) = addresses
    assert f" at {address} " in said.out


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that looks like a bulk result, whose import fails the test."""
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "_manifest.json").touch()
    monkeypatch.setattr(
        "crawler.jobs.served_results.subprocess.Popen", lambda *_, **__: pytest.fail("imports")
    )
    return tmp_path / "result"


def test_a_port_in_use_is_noticed_before_an_import(policytrail: Run, result: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = error(policytrail("serve", str(result), "--port", str(port)))
    assert line == f"cannot listen on 127.0.0.1:{port} (Address already in use); try another --port"


def test_so_is_an_archive_file_that_cannot_be_served(
    policytrail: Run, archive: str, result: Path, tmp_path: Path
) -> None:
    web = shutil.copy(archive, tmp_path / "web.db")
    line = error(policytrail("serve", str(result), str(web), "--port", "0"))
    assert line == "web.db cannot be served: other addresses begin with /web/; rename the file"


@pytest.mark.parametrize("character", "?#%")
def test_so_is_a_folder_for_temporary_files_that_datasette_cannot_read(
    policytrail: Run, result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, character: str
) -> None:
    temporary = tmp_path / f"a{character}b"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert error(policytrail("serve", str(result), "--port", "0")) == (
        f"temporary files in {temporary} cannot be served, as its path has ? # or %;"
        " set TMPDIR to another folder"
    )
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["s3://bucket/result", "https://key:secret@shops.example/result?signature=a"]
)
def test_a_result_at_an_address_is_refused_without_its_secrets(policytrail: Run, address: str) -> None:
    assert error(policytrail("serve", address)) == (
        "an address cannot be served: copy the result to a disk first"
    )


def test_a_folder_that_is_no_result_is_refused_before_an_import(
    policytrail: Run, result: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    line = error(policytrail("serve", str(result), str(tmp_path / "empty"), "--port", "0"))
    assert line == f"{tmp_path}/empty is no archive file and no result of 'policytrail bulk'"
