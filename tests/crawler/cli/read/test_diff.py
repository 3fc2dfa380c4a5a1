"""`policytrail diff`: in a pipe, as JSON, as a page that nothing in an archive can break out of."""

import json
import re
from pathlib import Path

import pytest

from tests.support.commands import Run, error, policy
from tests.support.warcs import record, zipped

URI = "http://shop.example/privacy"


def test_in_a_pipe(policytrail: Run, archive: str) -> None:
    said = policytrail("diff", archive, "shop.example")
    lines = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert lines[0] == (
        "shop.example: version 1, captured 2015-01-01, and version 2, captured 2018-05-25: +10 -10 words"
    )
    assert lines[3] == (
        "  For orders we collect personal information such as your [-name,-] {+address,+}"
        " and we never share it with third parties."
    )
    assert "\x1b" not in said.out


@pytest.mark.parametrize(
    ("dates", "versions"),
    [([], (1, 2)), (["2014", "2015"], (1, 1)), (["2018", "2014"], (2, 1)), (["2014"], (1, 2))],
)
def test_between_any_two_days(
    policytrail: Run, archive: str, dates: list[str], versions: tuple[int, int]
) -> None:
    found = json.loads(policytrail("diff", archive, "shop.example", *dates, "--json").out)
    assert (found["old"]["version"], found["new"]["version"]) == versions
    assert {piece["kind"] for piece in found["pieces"]} == (set() if versions == (1, 1) else {"changed"})


def test_full_shows_what_stayed(policytrail: Run, archive: str) -> None:
    pieces = json.loads(policytrail("diff", archive, "shop.example", "2014", "2015", "--full", "--json").out)[
        "pieces"
    ]
    assert {piece["kind"] for piece in pieces} == {"same"}
    assert len(pieces) == 11  # the title and ten paragraphs


def test_a_page_that_needs_nothing_else_and_runs_nothing(policytrail: Run) -> None:
    evil = policy("name").replace(
        b"orders", b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;orders&quot;"
    )
    records = (record(policy("name"), URI, "2014-01-01T00:00:00Z"), record(evil, URI, "2015-01-01T00:00:00Z"))
    Path("evil.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "e.db", "evil.warc.gz", "--jobs", "1").status == 0
    page = policytrail("diff", "e.db", "shop.example", "--html").out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"""(?:src|href)=|url\(""", page)
    assert "default-src 'none'" in page


def test_what_cannot_be_compared(policytrail: Run, archive: str) -> None:
    old = error(policytrail("diff", archive, "shop.example", "2010", "2018"))
    assert (
        old
        == "shop.example has no good capture on or before 2010; run 'policytrail log a.db shop.example' to"
        " see its dates"
    )
    Path("one.warc.gz").write_bytes(zipped(record(policy("name"), URI, "2014-01-01T00:00:00Z")))
    policytrail("import", "one.db", "one.warc.gz", "--jobs", "1")
    assert error(policytrail("diff", "one.db", "shop.example")) == (
        "no change of shop.example is known: see 'policytrail status one.db shop.example'"
    )
    assert (
        error(policytrail("diff", archive, "shop.example", "2014", "2015", "2016"))
        == "give at most two dates"
    )
