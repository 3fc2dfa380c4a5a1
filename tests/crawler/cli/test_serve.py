"""`policytrail serve` starts Datasette with settings for the file and for its visitors."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Run

ALWAYS = {"facet_time_limit_ms": "1000", "suggest_facets": "off", "num_sql_threads": "1"}


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
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    settings: dict[str, str],
) -> None:
    started: list[list[str]] = []

    def start(arguments: list[str], **_: Any) -> None:
        started.append(arguments)

    monkeypatch.setattr("crawler.cli.serve.datasette.main", start)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    said = policytrail("serve", archive, "--port", "0", *options)
    assert said.out.startswith(f"Serving {archive} at http://127.0.0.1:")
    (arguments,) = started
    given = [at for at, argument in enumerate(arguments) if argument == "--setting"]
    assert {arguments[at + 1]: arguments[at + 2] for at in given} == {**ALWAYS, **settings}


def test_a_name_that_clashes_with_addresses_is_refused(
    policytrail: Run, archive: str, tmp_path: Path
) -> None:
    renamed = shutil.copy(archive, tmp_path / "web.db")
    said = policytrail("serve", str(renamed))
    assert (said.status, said.err) == (
        2,
        "Error: web.db cannot be served: other addresses begin with /web/; rename the file\n",
    )
