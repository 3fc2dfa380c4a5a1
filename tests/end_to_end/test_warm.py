"""A command that runs in a copy of a warm process does what a new process does."""

from pathlib import Path

import pytest

from tests.support.commands import RECORDS
from tests.support.processes import POLICYTRAIL, policytrail, run


@pytest.mark.parametrize(
    "arguments", [("--help",), ("crawl",), ("status", "nowhere.db"), ("show", "--nope"), ("kinds", "--json")]
)
def test_it_prints_and_ends_like_a_new_process(arguments: tuple[str, ...]):
    assert policytrail(*arguments) == run(*POLICYTRAIL, *arguments)


def test_its_workers_start(tmp_path: Path):
    (tmp_path / "shop.warc").write_bytes(b"".join(RECORDS))
    copied, new = (
        how("import", tmp_path / f"{number}.db", tmp_path / "shop.warc", "--domain", "shop.example")
        for number, how in enumerate((policytrail, lambda *arguments: run(*POLICYTRAIL, *arguments)))
    )
    assert copied.status == 0
    assert copied == new._replace(out=new.out.replace("1.db", "0.db"))
