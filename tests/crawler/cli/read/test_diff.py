"""`policytrail diff`: in a pipe, as JSON, as a page that nothing in an archive can break out of."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from tests.support.commands import Run, error, policy
from tests.support.unseen import AFTER, BRACKET, GAP
from tests.support.warcs import record, zipped

URI = "http://shop.example/privacy"


def test_in_a_pipe(policytrail: Run, archive: str) -> None:
    said = policytrail("diff", archive, "shop.example")
    lines = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert lines[0] == (
        "shop.example: version 1, captured 2015-01-01, and version 2, captured 2018-05-25: +10 -10 words"
    )
    assert lines[1] == "  no statement recognised in 20 changed words"
    assert lines[4] == (
        "  For orders we collect personal information such as your [-name,-] {+address,+}"
        " and we never share it with third parties."
    )
    assert "\x1b" not in said.out


def test_the_change_between_two_captures_has_its_findings(policytrail: Run) -> None:
    texts = ("We do not sell <b>your</b> personal information.", "We store orders in a green book.")
    bodies = (policy("name") + f"<p>{text}</p>".encode() for text in texts)
    days = ("2014-01-01T00:00:00Z", "2015-01-01T00:00:00Z")
    warc = zipped(*(record(body, URI, day) for body, day in zip(bodies, days, strict=True)))
    Path("sale.warc.gz").write_bytes(warc)
    assert policytrail("import", "sale.db", "sale.warc.gz").status == 0
    said = "sale (possible): the text no longer says “We do not sell your personal information.”"
    rest = "6 changed words without a recognised statement"
    assert policytrail("diff", "sale.db", "shop.example").out.splitlines()[1:3] == [f"  {said}", f"  {rest}"]
    found = json.loads(policytrail("diff", "sale.db", "shop.example", "--json").out)
    assert [(one["kind"], one["move"]) for one in found["findings"]] == [("sale", "removed")]
    assert found["unquoted"] == 6
    page = policytrail("diff", "sale.db", "shop.example", "--html").out
    assert f"<ul><li>{said}</li></ul>" in page
    assert f"{rest}; rules recognise statements, and can be wrong." in page
    back = json.loads(policytrail("diff", "sale.db", "shop.example", "v2", "v1", "--json").out)
    assert (back["findings"], back["unquoted"]) == ([], None)


@pytest.mark.parametrize(
    ("dates", "versions"),
    [
        ([], (1, 2)),
        (["2014", "2015"], (1, 1)),
        (["2018", "2014"], (2, 1)),
        (["2014"], (1, 2)),
        (["v1"], (1, 2)),
        (["v2", "v1"], (2, 1)),
        (["v1..v2"], (1, 2)),
        (["2014..v2"], (1, 2)),
    ],
)
def test_between_any_two_days(
    policytrail: Run, archive: str, dates: list[str], versions: tuple[int, int]
) -> None:
    found = json.loads(policytrail("diff", archive, "shop.example", *dates, "--json").out)
    assert (found["old"]["version"], found["new"]["version"]) == versions
    assert {piece["kind"] for piece in found["pieces"]} == (set() if versions == (1, 1) else {"changed"})


@pytest.mark.parametrize(
    ("dates", "notes"),
    [
        ([], ""),
        (["2014-01-01"], ""),
        (["2015-01-01", "2018-05-25"], ""),
        (["2016", "2018-05-25"], BRACKET),
        (["2016", "2017"], BRACKET),
        (["2014", "2016"], GAP + BRACKET),
        (["2016", "2020"], BRACKET + AFTER),
    ],
)
def test_days_that_no_capture_shows(policytrail: Run, archive: str, dates: list[str], notes: str) -> None:
    for form in ([], ["--json"], ["--html"]):
        said = policytrail("diff", archive, "shop.example", *dates, *form)
        assert (said.status, said.err) == (0, notes)
    strict = policytrail("diff", archive, "shop.example", *dates, "--strict")
    if notes:
        first = notes.partition(";")[0]
        assert error(strict) == f"{first}; without --strict, the version seen before is shown"
    else:
        assert strict == policytrail("diff", archive, "shop.example", *dates)


def test_json_has_the_unseen_times(policytrail: Run, archive: str) -> None:
    found = json.loads(policytrail("diff", archive, "shop.example", "2014-01-01", "2020", "--json").out)
    assert (found["old"]["unseen"], found["same_capture"]) == (None, False)
    assert found["new"]["unseen"] == AFTER.partition(";")[0]


@pytest.mark.parametrize(
    ("dates", "seen"),
    [
        (["2015-01-01", "2015-01-01"], "version 1, captured 2015-01-01"),
        (["2016", "2017"], "version 1, captured 2015-01-01"),
        (["2018-05-25"], "version 2, captured 2018-05-25"),
        (["2019"], "version 2, captured 2018-05-25"),
    ],
)
def test_a_capture_and_itself(policytrail: Run, archive: str, dates: list[str], seen: str) -> None:
    sentence = f"shop.example: both texts are of one capture, {seen}: nothing to compare"
    assert policytrail("diff", archive, "shop.example", *dates).out == sentence + "\n"
    found = json.loads(policytrail("diff", archive, "shop.example", *dates, "--json").out)
    assert (found["same_capture"], found["pieces"]) == (True, [])
    page = policytrail("diff", archive, "shop.example", *dates, "--html").out
    assert f'<p class="note">{sentence}</p>' in page
    assert f"<title>shop.example: one capture, {seen[-10:]}</title>" in page
    assert not re.search(r"\+0|No word differs", page)


def test_two_captures_of_one_version_are_compared(policytrail: Run, archive: str) -> None:
    assert policytrail("diff", archive, "shop.example", "2014-01-01", "2015-01-01") == (
        0,
        "shop.example: version 1, captured 2014-01-01, and version 1, captured 2015-01-01: +0 -0 words\n",
        "",
    )


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


def test_versions_that_follow_each_other_are_compared_in_the_captures_of_their_change(
    policytrail: Run, archive: str
) -> None:
    change = policytrail("diff", archive, "shop.example").out
    assert policytrail("diff", archive, "shop.example", "v1..v2").out == change
    first = policytrail("diff", archive, "shop.example", "2014-01-01..v2").out
    assert "version 1, captured 2014-01-01, and version 2" in first


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (["v3"], "shop.example has no version 3; it has 2"),
        (["v1.."], "a range has two ends, such as v9..v10 or 2017..2019"),
        (["v0"], "'v0' is no date such as 2018, 2018-05 or 2018-05-25"),
        (["v1..v2", "2018"], "give at most two dates"),
    ],
)
def test_versions_that_cannot_be_compared(
    policytrail: Run, archive: str, dates: list[str], message: str
) -> None:
    assert error(policytrail("diff", archive, "shop.example", *dates)) == message


SHOWN = (
    "Captures: shop.warc.gz, http://shop.example/privacy at 20150101000000;"
    " shop.warc.gz, http://shop.example/privacy at 20180525000000."
)


def test_a_change_is_cited_with_both_captures(policytrail: Run, archive: str) -> None:
    today = datetime.now(UTC).date()
    said = policytrail("diff", archive, "shop.example", "v1..v2", "--cite", "text")
    sentence, hashes = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert sentence == (
        "shop.example, privacy policy, changed between 2015-01-01 and 2018-05-25 (+10 −10 words). "
        f"{SHOWN} Read with policytrail on {today}."
    )
    assert re.fullmatch(r"SHA-256 of the texts \(Markdown as stored\): [0-9a-f]{64}, [0-9a-f]{64}\.", hashes)


def test_captures_of_the_wayback_machine_are_cited_with_their_addresses(
    policytrail: Run, archive: str
) -> None:
    db = open_archive(archive)
    with transaction(db):
        db.execute("update captures set archive = 'web.archive.org'")
        db.execute("update retailers set name = 'The Shop'")
    db.close()
    said = policytrail("diff", archive, "shop.example", "2014-01-01", "--cite", "text").out
    assert said.startswith(
        "The Shop (shop.example), privacy policy, as captured on 2014-01-01 and on 2018-05-25. "
        "Captures: the Wayback Machine, https://web.archive.org/web/20140101000000/http://shop.example/privacy"
        "; the Wayback Machine, https://web.archive.org/web/20180525000000/http://shop.example/privacy. "
    )


def test_citations_for_reference_managers(policytrail: Run, archive: str) -> None:
    bibtex = policytrail("diff", archive, "shop.example", "--cite", "bibtex").out
    assert bibtex.startswith("@misc{shop.example-20150101-20180525,\n")
    assert bibtex.endswith("},\n}\n")
    (item,) = json.loads(policytrail("diff", archive, "shop.example", "--cite", "csl").out)
    assert item["title"] == "Privacy policy, changed between 2015-01-01 and 2018-05-25 (+10 −10 words)"
    assert item["note"].startswith(f"shop.example, privacy policy, {item['title'][16:]}. {SHOWN}")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["2018-05-25", "--cite", "text"], "both texts are of one capture, version 2, captured 2018-05-25:"),
        (["--cite", "text", "--html"], "--cite goes with neither --html nor --json"),
        (["--cite", "bibtex", "--json"], "--cite goes with neither --html nor --json"),
        (["--cite", "apa"], "Invalid value for '--cite': 'apa' is not one of 'text', 'bibtex', 'csl'."),
    ],
)
def test_what_cannot_be_cited(policytrail: Run, archive: str, more: list[str], message: str) -> None:
    assert error(policytrail("diff", archive, "shop.example", *more)).startswith(message)
