"""The command `news`: what became known since a moment, in each format, printed or sent."""

import json
import re
from pathlib import Path

import feedparser
import pytest

from db.database import open_archive
from tests.support import archives
from tests.support.commands import URI, Run, error, policy
from tests.support.receivers import TOKEN, webhook
from tests.support.warcs import record

TITLE = "1 change of 1 retailer became known since "
LATER = record(policy("phone number"), URI, "2019-05-25T00:00:00Z")


def imported(policytrail: Run, archive: str, warc: bytes) -> None:
    """Import a record, in a run that begins a day after all before it."""
    db = open_archive(archive)
    db.execute("update crawls set started_at = '2026-01-05T02:00:00Z', finished_at = '2026-01-05T03:00:00Z'")
    db.execute("update known_changes set known_at = '2026-01-05T02:30:00Z'")
    db.conn.commit()
    db.close()
    Path("later.warc").write_bytes(warc)
    assert policytrail("import", archive, "later.warc").status == 0


def test_the_news_of_the_last_run(policytrail: Run, archive: str) -> None:
    lines = policytrail("news", archive).out.splitlines()
    assert re.fullmatch(rf"{TITLE}\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[0])
    assert lines[1:5] == [
        "",
        "shop.example: changed between 2015-01-01 and 2018-05-25 (+10 −10 words)",
        "  no statement recognised in 20 changed words",
        "  @@ Privacy Policy",
    ]
    assert lines[5].startswith(
        "    For orders we collect personal information such as your [-name,-] {+address,+} and"
    )
    imported(policytrail, archive, LATER)
    assert "between 2018-05-25 and 2019-05-25" in policytrail("news", archive).out.splitlines()[2]
    both = policytrail("news", archive, "--since", "2026-01-05").out.splitlines()
    assert both[0].startswith("2 changes of 1 retailer became known since 2026-01-05T00:00:00Z")


def test_reading_writes_nothing(policytrail: Run, archive: str) -> None:
    before = archives.content(Path(archive))
    policytrail("news", archive, "--since", "2000")
    assert archives.content(Path(archive)) == before


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_nothing_new_is_a_line(policytrail: Run, archive: str, form: str) -> None:
    shown = policytrail("news", archive, "--since", "2090-01", "--format", form)
    assert shown.status == 0
    assert "No news since 2090-01-01T00:00:00Z" in shown.out
    assert form == "html" or len(shown.out.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (["--min-words", "20"], 1),
        (["--min-words", "21"], 0),
        (["--kind", "presentation"], 0),
        (["--kind", "presentation", "--kind", "wording"], 1),
        (["--announced", "undated"], 1),
        (["--announced", "silent"], 0),
        (["--suspect"], 0),
        (["--no-suspect"], 1),
        (["shop.example"], 1),
        (["--limit", "1"], 1),
    ],
)
def test_filters(policytrail: Run, archive: str, options: list[str], changes: int) -> None:
    assert len(json.loads(policytrail("news", archive, *options, "--json").out)["changes"]) == changes


def test_a_moment_in_any_zone(policytrail: Run, archive: str) -> None:
    for moment in ("2026-01-05T02:00:00+02:00", "2026-01-05T00:00:00", "2026-01-05T00:00:00Z"):
        news = json.loads(policytrail("news", archive, "--since", moment, "--json").out)
        assert news["since"] == "2026-01-05T00:00:00Z"


def test_json_has_the_words_and_the_captures(policytrail: Run, archive: str) -> None:
    news = json.loads(policytrail("news", archive, "--format", "json").out)
    assert (news["total"], news["retailers"]) == (1, 1)
    (change,) = news["changes"]
    assert (change["retailer"], change["removed"], change["added"]) == (
        "shop.example",
        ["name"] * 10,
        ["address"] * 10,
    )
    assert change["old_timestamp"], change["new_timestamp"] == ("20150101000000", "20180525000000")
    assert change["known_at"] >= news["since"]


def test_atom(policytrail: Run, archive: str) -> None:
    plain = feedparser.parse(policytrail("news", archive, "--format", "atom").out)
    served = feedparser.parse(
        policytrail("news", archive, "--format", "atom", "--base-url", "https://p.example/").out
    )
    assert not plain.bozo and not served.bozo
    assert plain.entries[0].id == served.entries[0].id
    assert served.entries[0].link == ("https://p.example/a/-/policies/shop.example/compare?old=1&new=2")
    assert served.feed.links[1].href == "https://p.example/a/-/changes.atom"


def test_before_any_run_everything_is_new(policytrail: Run, archive: str) -> None:
    db = open_archive(archive)
    db.execute("delete from crawls")
    db.conn.commit()
    db.close()
    assert policytrail("news", archive).out.startswith("1 change of 1 retailer became known\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "yesterday"], "'yesterday' is no date such as 2018, 2018-05 or 2018-05-25"),
        (["--since", "2018-05-25Tx"], "'2018-05-25Tx' is no moment such as 2018-05-25T02:00:00Z"),
        (["other.example"], "the archive has no retailer other.example"),
        (["--base-url", "http://p.example"], "--base-url is an option of --format atom"),
        (["--format", "atom", "--base-url", "p.example"], "--base-url must be an address like https://news"),
        (["--kind", "words"], "Invalid value for '--kind': 'words' is not one of 'wording', 'presentation'"),
        (["--notify", "team"], "no notifier is named 'team': define [notify.team] in policytrail.toml"),
    ],
)
def test_wrong_use(policytrail: Run, archive: str, options: list[str], message: str) -> None:
    assert message in error(policytrail("news", archive, *options))


def test_news_are_sent_instead_of_printed(
    policytrail: Run, archive: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with webhook() as hook, webhook(status=410) as gone:
        monkeypatch.setenv("POLICYTRAIL_NOTIFY", f"team={hook.url} old={gone.url}")
        Path("policytrail.toml").write_text("[notify.team]\nmin-words = 21\n")
        assert policytrail("news", archive, "--notify", "team").out.startswith("No news since ")
        assert hook.received == []
        shown = policytrail("news", archive, "--notify", "team", "--min-words", "1", "--notify", "old")
    assert shown == (3, "1 change sent to team\n", shown.err)
    assert shown.err == "Error: the news did not go to old: (JSON) the service answered 410\n"
    assert [body["title"].startswith("policytrail: 1 change of 1") for body in hook.received] == [True]


def test_an_address_is_never_shown(policytrail: Run, archive: str) -> None:
    for name in (f"slack://{TOKEN}", f"mailto://me:{TOKEN}@mail.example"):
        assert TOKEN not in error(policytrail("news", archive, "--notify", name))
    Path("policytrail.toml").write_text(f'[notify.team]\nurls = "jsn://{TOKEN}"\n')
    assert error(policytrail("news", archive, "--notify", "team")) == (
        "[notify.team]: address 1 is none that Apprise understands (it begins with jsn://)"
    )
