"""`policytrail promises`: what policies promise, since when, and until when."""

import json
from pathlib import Path

import pytest

from db.database import open_archive
from tests.support.commands import Run, error
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are bright.\n\n"
SALE = "We do not sell your personal information."
NEVER = "We never sell your personal information to anyone."
SELLS = "We may sell your personal information to anyone."
SHORT = "In short: we do not sell your personal information."
KEPT = "We keep your orders for two years."


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """One shop re-words a promise and reverses it; another one keeps its only promise."""
    path = tmp_path / "shops.db"
    db = open_archive(path, create=True)
    for domain, texts in (
        ("lamp.example", {"2014": SALE, "2015": f"{NEVER}\n\nNews.", "2016": SELLS}),
        ("quill.example", {"2014": "Quills.", "2017": KEPT, "2018": KEPT}),
    ):
        shop = Shop(db, domain)
        for year, text in texts.items():
            shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
        shop.derive()
        derive_claims(db, shop.policy_id)
    db.close()
    return path


NO_SALE_LINES = """\
  sale: “We never sell your personal information to anyone.”
    there in the first text, 2014-01-01; went between 2015-01-01 and 2016-01-01 (2 wordings)
    at first: “We do not sell your personal information.”
    reversed: the text then says “We may sell your personal information to anyone.”
"""
SELLS_LINES = """\
  sale: “We may sell your personal information to anyone.”
    came between 2015-01-01 and 2016-01-01; there in the latest text, 2016-01-01
"""
QUILL = """\
quill.example
  retention (2 years): “We keep your orders for two years.”
    came between 2014-01-01 and 2017-01-01; there in the latest text, 2018-01-01
"""
LAMP = f"lamp.example\n{NO_SALE_LINES}{SELLS_LINES}"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], LAMP + QUILL),
        (["lamp.example"], LAMP),
        (["--kind", "retention"], QUILL),
        (["--kind", "retention", "--kind", "sale"], LAMP + QUILL),
        (["--standing"], f"lamp.example\n{SELLS_LINES}{QUILL}"),
        (["--ended"], f"lamp.example\n{NO_SALE_LINES}"),
        (["--from", "2016-06"], QUILL),
        (["--to", "2014-06"], f"lamp.example\n{NO_SALE_LINES}{QUILL}"),
        (["lamp.example", "--kind", "right"], "lamp.example\n  no promise of this choice\n"),
    ],
)
def test_promises_are_shown_with_their_times(
    policytrail: Run, shops: Path, options: list[str], shown: str
) -> None:
    said = policytrail("promises", str(shops), *options)
    assert (said.status, said.out, said.err) == (0, shown, "")


def test_all_wordings_are_shown(policytrail: Run, shops: Path) -> None:
    said = policytrail("promises", str(shops), "--ended", "--wordings")
    assert said.out.splitlines()[-2:] == [
        f"    first seen 2014-01-01 (version 1): “{SALE}”",
        f"    first seen 2015-01-01 (version 2): “{NEVER}”",
    ]


def test_words_that_stood_beside_the_last_ones_are_no_first_words(policytrail: Run, tmp_path: Path) -> None:
    path = tmp_path / "short.db"
    db = open_archive(path, create=True)
    shop = Shop(db, "lamp.example")
    for year, text in {"2014": SALE, "2015": f"{SALE}\n\n{SHORT}", "2016": f"{SALE}\n\nNews."}.items():
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_claims(db, shop.policy_id)
    db.close()
    times = "there in the first text, 2014-01-01; there in the latest text, 2016-01-01 (2 wordings)"
    said = policytrail("promises", str(path))
    assert said.out == f"lamp.example\n  sale: “{SALE}”\n    {times}\n"


def test_json_has_all_values(policytrail: Run, shops: Path) -> None:
    (found,) = json.loads(policytrail("promises", str(shops), "--ended", "--json").out)
    assert found == {
        "retailer": "lamp.example",
        "kind": "sale",
        "polarity": "denies",
        "subject": "sale",
        "value": None,
        "unit": None,
        "scope": None,
        "quote": NEVER,
        "last_without": None,
        "unknown_until": None,
        "first_with": "2014-01-01T00:00:00Z",
        "last_with": "2015-01-01T00:00:00Z",
        "first_without": "2016-01-01T00:00:00Z",
        "unknown_since": None,
        "ending": "reversed",
        "after": SELLS,
        "wordings": [
            {"since": "2014-01-01T00:00:00Z", "version": 1, "quote": SALE},
            {"since": "2015-01-01T00:00:00Z", "version": 2, "quote": NEVER},
        ],
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update claim_readings set claims = null", "over a limit of time, memory or statements)"),
        ("update claim_readings set claims = 2049", "over a limit of time, memory or statements)"),
        ("update versions set suspect = 'one capture lost 90% of the words'", "suspect capture)"),
        ("update texts set language = 'nl'", "in a language without rules)"),
        ("update texts set language = null", "in a language without rules)"),
        ("delete from claim_readings", "derived by an older policytrail); run 'policytrail rebuild {db}'"),
    ],
)
def test_versions_that_were_not_read_are_named(policytrail: Run, shops: Path, change: str, why: str) -> None:
    db = open_archive(shops)
    db.execute(change)
    db.close()
    said = policytrail("promises", str(shops), "quill.example")
    assert said.out == "quill.example\n  no version was read for statements\n"
    assert said.err == f"quill.example: not read for claims: versions 1, 2 ({why.format(db=shops)}\n"


def test_an_empty_ledger_says_why(policytrail: Run, shops: Path) -> None:
    db = open_archive(shops)
    Shop(db, "empty.example")
    db.execute("delete from clause_places")
    db.execute("update versions set suspect = 'lost' where number = 2")
    db.close()
    assert policytrail("promises", str(shops), "empty.example").out == (
        "empty.example\n  no good capture of this policy\n"
    )
    assert policytrail("promises", str(shops), "lamp.example").out == (
        "lamp.example\n  no such statement recognised in the versions that were read\n"
    )


def test_a_promise_before_an_unread_text_is_not_known_to_stand(policytrail: Run, shops: Path) -> None:
    db = open_archive(shops)
    shop = Shop(db, "quill.example")
    shop.observe("20190101000000", "# Privacy\n\nWij verkopen nooit gegevens aan andere winkels.\n")
    shop.derive()
    derive_claims(db, shop.policy_id)
    db.execute("update texts set language = 'nl' where markdown like '%Wij%'")
    db.close()
    said = policytrail("promises", str(shops), "quill.example")
    assert said.out == QUILL.replace(
        "there in the latest text, 2018-01-01",
        "there in the last text that was read, 2018-01-01; not known since then",
    )
    assert said.err == "quill.example: not read for claims: version 3 (in a language without rules)\n"
    for option in ("--standing", "--ended"):
        said = policytrail("promises", str(shops), "quill.example", option)
        assert said.out == "quill.example\n  no promise of this choice\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["no.example"], "no.example"),
        (["--kind", "law"], "'law' is not one of"),
        (["--from", "someday"], "someday"),
    ],
)
def test_wrong_words_are_one_line(policytrail: Run, shops: Path, options: list[str], message: str) -> None:
    said = policytrail("promises", str(shops), *options)
    assert said.status == 2
    assert message in error(said)


def test_an_archive_file_without_retailers_says_what_to_do(policytrail: Run, tmp_path: Path) -> None:
    open_archive(tmp_path / "new.db", create=True).close()
    said = policytrail("promises", str(tmp_path / "new.db"))
    assert (said.status, said.out) == (0, "")
    assert "has no retailers yet" in said.err


def test_no_promise_at_all_is_one_line(policytrail: Run, shops: Path) -> None:
    said = policytrail("promises", str(shops), "--from", "2030")
    assert (said.status, said.out, said.err) == (0, "", "no such promise recognised\n")
