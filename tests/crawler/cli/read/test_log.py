"""The commands that read an archive in the terminal."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from db.database import open_archive, transaction
from db.idn import to_ascii
from db.store import retailers
from tests.support.commands import URI, Run, error, policy
from tests.support.shop import Shop
from tests.support.warcs import record, zipped


def test_log(policytrail: Run, archive: str) -> None:
    lines = policytrail("log", archive).out.splitlines()
    assert lines[0] == "shop.example"
    assert [line[:11] for line in lines[1:]] == ["  version 2", "      no st", "  version 1"]
    assert "between 2015-01-01 and 2018-05-25" in lines[1]
    assert lines[2] == "      no statement recognised in 20 changed words"
    assert "first seen 2014-01-01" in lines[3]
    assert len(policytrail("log", archive, "-n", "1").out.splitlines()) == 3
    assert [event["kind"] for event in json.loads(policytrail("log", archive, "--json").out)] == [
        "wording",
        "first",
    ]


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        (["--from", "2018-05-25"], [2]),
        (["--from", "2018-06"], []),
        (["--to", "2014"], [1]),
        (["--to", "2015-01-01"], [2, 1]),
        (["--from", "2016", "--to", "2017"], [2]),
        (["--min-words", "20"], [2, 1]),
        (["--min-words", "21"], [1]),
        (["--limit", "1"], [2]),
    ],
)
def test_log_of_a_time_and_of_large_changes(
    policytrail: Run, archive: str, options: list[str], versions: list[int]
) -> None:
    events = json.loads(policytrail("log", archive, *options, "--json").out)
    assert [event["new_version"] for event in events] == versions
    if not versions:
        said = policytrail("log", archive, "shop.example", *options)
        assert said.out == "shop.example: no such version or change\n"


def test_log_with_the_words_of_a_change(policytrail: Run, archive: str) -> None:
    lines = policytrail("log", archive, "-p", "--limit", "1").out.splitlines()
    assert lines[3:6] == ["      @@ Privacy Policy", *["        [-name-] {+address+}"] * 2]
    (event,) = json.loads(policytrail("log", archive, "-p", "--limit", "1", "--json").out)
    assert [(place["removed"], place["added"]) for place in event["places"]] == [("name", "address")] * 10


def test_log_with_the_size_of_each_section(policytrail: Run, archive: str) -> None:
    lines = policytrail("log", archive, "--stat", "--limit", "1").out.splitlines()
    assert lines[3:] == ["      Privacy Policy | 20 ++++++++++----------"]
    (event,) = json.loads(policytrail("log", archive, "--stat", "--limit", "1", "--json").out)
    assert event["sections"] == [{"section": "Privacy Policy", "words_added": 10, "words_removed": 10}]


@pytest.mark.parametrize(
    "options", [["--min-words", "3"], ["--from", "2014"], ["-p"], ["--stat"], ["--suspect"]]
)
def test_differences_are_not_chosen_like_changes(policytrail: Run, archive: str, options: list[str]) -> None:
    message = "--why shows differences, and goes with no option that chooses changes"
    assert error(policytrail("log", archive, "--why", *options)) == message


def test_a_title_that_is_the_domain_is_left_out(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        db.execute("update texts set title = ' Shop.example'")
    db.close()
    said = policytrail("log", archive)
    assert said.out.count("hop.example") == 1
    assert all(
        event["title"] == " Shop.example" for event in json.loads(policytrail("log", archive, "--json").out)
    )


def test_log_says_that_there_is_nothing(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        retailers.add_policy(db, "none.example")
        retailers.add_policy(db, to_ascii("müller.example"))
    db.close()
    assert policytrail("log", archive, "müller.example").out == "müller.example: no version yet\n"
    assert policytrail("log", archive, "none.example") == (0, "none.example: no version yet\n", "")
    assert policytrail("log", archive, "none.example", "--why") == (0, "no difference between captures\n", "")
    assert json.loads(policytrail("log", archive, "none.example", "--json").out) == []
    assert json.loads(policytrail("log", archive, "none.example", "--why", "--json").out) == []


def test_log_shows_variants_below_their_version(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    kinds = [("flip", 1), ("flip", 4), ("address", 1), ("address", 2), ("flip", 2)]
    with transaction(db):
        for number, (kind, captures) in enumerate(kinds, 1):
            db.execute(
                "insert into texts values (?, ?, '', '', null, 1, 1.0, '1', ?, null)",
                [number, str(number), str(number)],
            )
            db.execute(
                """insert into variants select ?, v.policy_id, v.id, ?, g.id, ?, ?, '2014-12-01T00:00:00Z', ?
                from versions v join pages g using (policy_id) where v.number = 1""",
                [number, number, kind, f"2014-0{number}-02T00:00:00Z", captures],
            )
        db.execute("update texts set wording = (select wording from texts join versions on text_id ="
                   " texts.id where number = 2)"
                   " where id = 2")  # fmt: skip
    db.close()
    above, _, below, *variants = policytrail("log", archive).out.splitlines()[1:]
    assert (above[:11], below[:11]) == ("  version 2", "  version 1")
    shown = [
        "      also in passing: another wording, seen 2014-01-02",
        "      also in turns: the wording of version 2, 4 captures from 2014-02-02 to 2014-12-01",
        "      also at http://shop.example/privacy: another wording, seen 2014-03-02",
    ]
    assert variants == [*shown, "      … and 2 more; --variants shows all"]
    assert policytrail("log", archive, "--variants").out.splitlines()[4:] == [
        *shown,
        "      also at http://shop.example/privacy: another wording, 2 captures from 2014-04-02 to"
        " 2014-12-01",
        "      also in turns: another wording, 2 captures from 2014-05-02 to 2014-12-01",
    ]
    assert [len(event["variants"]) for event in json.loads(policytrail("log", archive, "--json").out)] == [
        0,
        5,
    ]


def test_words_that_differ_are_never_called_all_the_same(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    with transaction(db):
        db.execute("update changes set similarity = 0.9999")
    db.close()
    assert "words, over 99% the same " in policytrail("log", archive).out


def test_log_says_why_in_lines(policytrail: Run) -> None:
    texts = [b"<p>We never share any of it with anybody else.</p>", b""]
    records = (
        record(policy("name") + text, URI, f"201{year}-01-01T00:00:00Z") for year, text in enumerate(texts, 4)
    )
    Path("less.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "less.db", "less.warc.gz", "--jobs", "1").status == 0
    assert policytrail("log", "less.db", "--why").out.splitlines() == [
        "shop.example between 2014-01-01 and 2015-01-01: wording (other words of the policy)",
        "    … never share it with third parties. [-We never share any of it with anybody else.-]",
    ]


def test_log_shortens_what_it_quotes_with_a_sign(policytrail: Run) -> None:
    with closing(open_archive(Path("long.db"), create=True)) as db:
        shop = Shop(db)
        shop.observe("20140101000000", "# Privacy\n\nWe keep your name.\n")
        shop.observe("20150101000000", f"# Privacy\n\nWe keep your name. {'sell ' * 100}\n")
        shop.derive()
    (line,) = policytrail("log", "long.db", "--why").out.splitlines()[1:]
    assert line == "    … We keep your name. {+" + ("sell " * 60)[:299] + "…+}"


def test_log_says_what_is_set_aside(policytrail: Run) -> None:
    rows = (("name", b"OUR MANY CHOICES"), ("address", b"Our many choices"))
    records = (
        record(policy(word) + b"<p>%s</p><p>Write to us.</p>" % end, URI, f"201{year}-01-01T00:00:00Z")
        for year, (word, end) in enumerate(rows, 4)
    )
    Path("aside.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "aside.db", "aside.warc.gz", "--jobs", "1").status == 0
    lines = policytrail("log", "aside.db").out.splitlines()
    assert lines[1].startswith("  version 2   between 2014-01-01 and 2015-01-01  +10 -10 words,")
    assert lines[3] == "      1 place not counted: see --why"
    assert "capitals" in policytrail("log", "aside.db", "--why").out
    difference = policytrail("diff", "aside.db", "shop.example").out.splitlines()
    assert difference[-1] == (
        "  (not counted, capitals: -OUR MANY CHOICES) (not counted, capitals: +Our many choices)"
    )
    page = policytrail("diff", "aside.db", "shop.example", "--html").out
    assert '<span class="aside" title="the same words, in capitals or not">' in page
    assert page.count("<ins>") == page.count("<del>") == 10


def test_log_counts_what_is_set_aside_within_a_version(policytrail: Run) -> None:
    records = (
        record(policy("name") + b"<p>%s</p>" % end, URI, f"201{year}-01-01T00:00:00Z")
        for year, end in enumerate((b"OUR MANY CHOICES", b"Our many choices"), 4)
    )
    Path("quiet.warc.gz").write_bytes(zipped(*records))
    assert policytrail("import", "quiet.db", "quiet.warc.gz", "--jobs", "1").status == 0
    line = "  1 difference within versions set aside: see --why"
    assert policytrail("log", "quiet.db").out.splitlines()[2:] == [line]
    assert policytrail("log", "quiet.db", "--suspect").out == ""
    assert "capitals" in policytrail("log", "quiet.db", "--why").out
    shown = policytrail("log", "quiet.db", "--presentation").out.splitlines()
    assert "      1 place not counted: see --why" in shown
    assert line not in shown


def test_log_says_why(policytrail: Run, archive: str) -> None:
    found = json.loads(policytrail("log", archive, "--why", "--json").out)
    assert {(d["retailer"], d["reason"], d["removed"], d["added"]) for d in found} == {
        ("shop.example", "wording", "name", "address")
    }
    lines = policytrail("log", archive, "shop.example", "--why").out.splitlines()
    assert lines[0] == "shop.example between 2015-01-01 and 2018-05-25: wording (other words of the policy)"
    assert lines[1].endswith("[-name-] {+address+}")


def test_rebuild_gives_the_same(policytrail: Run, archive: str) -> None:
    before = policytrail("log", archive, "--json").out
    assert policytrail("rebuild", archive, "--jobs", "1") == (
        0,
        "4 captures extracted again, 2 versions\n",
        "",
    )
    assert policytrail("log", archive, "--json").out == before


DATED = """# Privacy

Last updated: {date}

For orders we collect personal information such as your name, and we never share it with third parties.

{more}
"""


@pytest.fixture
def dated(shelf: Shop) -> str:
    """An archive file with a change of each kind of date, and a suspect one."""
    dates = ["2011-01-01", "2012-03-04", "2013-12-01", "2013-12-01", "2010-01", None, None]
    for year, date in enumerate(dates, 2011):
        more = "" if year == 2017 else f"Version {year}."
        capture = shelf.observe(f"{year}0601000000", DATED.format(date=date, more=more))
        shelf.db.execute(
            "update texts set stated_date = ? where id = (select text_id from captures where id = ?)",
            [date, capture],
        )
    shelf.db.execute("update texts set completeness = 0.5 where markdown like '%Version 2015.%'")
    shelf.derive()
    shelf.db.conn.commit()
    return "archive.db"


def marks_of(lines: list[str]) -> dict[str, list[str]]:
    """Return version -> the lines below it."""
    found: dict[str, list[str]] = {}
    for line in lines[1:]:
        if line.startswith("  version"):
            found[line.split()[1]] = []
        else:
            found[list(found)[-1]].append(line.strip())
    return found


def test_log_shows_what_the_stated_dates_say(policytrail: Run, dated: str) -> None:
    assert marks_of(policytrail("log", dated).out.splitlines()) == {
        "7": [],
        "6": ["suspect: the old text may be incomplete (50%)"],
        "5": [
            "false: the policy states 2010-01 (before: 2013-12-01)",
            "suspect: the text may be incomplete (50%)",
        ],
        "4": ["silent: the policy still states 2013-12-01"],
        "3": ["ahead: the policy states 2013-12-01 (before: 2012-03-04)"],
        "2": ["announced: the policy states 2012-03-04 (before: 2011-01-01)"],
        "1": [],
    }


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        (["--announced", "silent"], [4]),
        (["--announced", "silent", "--announced", "false"], [5, 4]),
        (["--announced", "undated"], [7, 6]),
        (["--announced", "ahead", "-n", "1"], [3]),
        (["--suspect"], [6, 5]),
        (["--suspect", "--announced", "false"], [5]),
        (["--suspect", "-n", "1"], [6]),
    ],
)
def test_log_can_be_filtered_by_marks(
    policytrail: Run, dated: str, options: list[str], versions: list[int]
) -> None:
    found = json.loads(policytrail("log", dated, *options, "--json").out)
    assert [event["new_version"] for event in found] == versions
    assert list(marks_of(policytrail("log", dated, *options).out.splitlines())) == list(map(str, versions))


def test_json_has_the_marks(policytrail: Run, dated: str) -> None:
    found = json.loads(policytrail("log", dated, "--json").out)
    names = ("stated_before", "stated_date", "announced", "suspect")
    assert [tuple(event[name] for name in names) for event in found[-2:]] == [
        ("2011-01-01", "2012-03-04", "announced", None),
        (None, "2011-01-01", None, None),
    ]


def test_marks_that_no_change_has(policytrail: Run, archive: str) -> None:
    assert policytrail("log", archive, "--suspect") == (0, "", "no such version or change\n")
    assert policytrail("log", archive, "shop.example", "--announced", "silent") == (
        0,
        "shop.example: no such version or change\n",
        "",
    )
    assert policytrail("log", archive, "--announced", "silent", "--json").out == "[]\n"


def test_marks_that_do_not_exist(policytrail: Run, archive: str) -> None:
    assert error(policytrail("log", archive, "--announced", "loud")) == (
        "Invalid value for '--announced': 'loud' is not one of 'announced', 'ahead', 'silent', 'undated',"
        " 'false'."
    )
    for option in (["--suspect"], ["--announced", "silent"]):
        assert error(policytrail("log", archive, "--why", *option)) == (
            "--why shows differences, and goes with no option that chooses changes"
        )


def test_a_change_of_an_older_policytrail_has_no_mark(policytrail: Run, archive: str) -> None:
    before = policytrail("log", archive).out
    db = open_archive(archive)
    with transaction(db):
        db.execute("update changes set announced = null")
    db.close()
    assert policytrail("log", archive).out == before
