"""The page of `diff --html`: links to both captures, from change to change, and a citation."""

import re
from pathlib import Path

import pytest

from tests.support.commands import SUBJECTS, Run, policy
from tests.support.warcs import record, zipped

URI = "http://shop.example/privacy"
CITED = (
    "<h2>Cite this comparison</h2>\n<p>shop.example, privacy policy, changed between 2015-01-01"
    " and 2018-05-25 (+10 −10 words). Captures: shop.warc.gz, http://shop.example/privacy at 20150101000000;"
    " shop.warc.gz, http://shop.example/privacy at 20180525000000. Read with policytrail.</p>"
    "<p>SHA-256 of the texts (Markdown as stored): "
)


def test_a_page_can_be_cited(policytrail: Run, archive: str) -> None:
    assert CITED in policytrail("diff", archive, "shop.example", "--html").out


def test_changes_lead_to_each_other(policytrail: Run, archive: str) -> None:
    page = policytrail("diff", archive, "shop.example", "--html").out
    changes = re.findall(r'<p class="note" id="change-(\d+)">(.*)</p>\n<p class="changed">', page)
    last = len(SUBJECTS)
    up, down = (
        '<a href="#change-{}" title="Previous change">↑</a>',
        '<a href="#change-{}" title="Next change">↓</a>',
    )
    assert changes == [
        (
            str(number),
            " ".join(
                [
                    f"{number} of {last}",
                    *([up.format(number - 1)] if number > 1 else []),
                    *([down.format(number + 1)] if number < last else []),
                ]
            ),
        )
        for number in range(1, last + 1)
    ]
    full = policytrail("diff", archive, "shop.example", "--html", "--full").out
    assert re.findall(r'id="change-(\d+)"', full) == [number for number, _ in changes]


def test_one_change_leads_nowhere(policytrail: Run) -> None:
    new = policy("name").replace(b"For orders we", b"For your orders we")
    records = (record(policy("name"), URI, "2014-01-01T00:00:00Z"), record(new, URI, "2015-01-01T00:00:00Z"))
    Path("one.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "one.db", "one.warc.gz", "--jobs", "1").status == 0
    page = policytrail("diff", "one.db", "shop.example", "--html").out
    assert '<p class="note" id="change-1">1 of 1</p>' in page
    assert "#change-" not in page


@pytest.mark.parametrize("dates", [["2015-01-01", "2015-01-01"], ["2016", "2017"]])
def test_one_capture_is_no_comparison_to_cite(policytrail: Run, archive: str, dates: list[str]) -> None:
    page = policytrail("diff", archive, "shop.example", *dates, "--html").out
    assert "Cite" not in page
    assert "change-" not in page
