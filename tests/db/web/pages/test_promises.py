"""The page about what a policy promises."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from db.database import open_archive
from tests.db.web.conftest import Ask
from tests.support.meaning import derive_claims
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are bright.\n\n"
SALE = "We do not sell your personal information to <b>anybody</b>."
NEVER = "We never sell your personal information to <b>anybody</b>."
SELLS = "We may sell your personal information to <b>anybody</b>."
KEPT = "We keep your orders for two years."
SENTENCES = (
    "No promise of this choice.",
    "No such statement recognised.",
    "No such statement recognised in the versions that were read.",
    "No version was read for statements.",
    "No good capture of this policy.",
)
PAGE = "/said/-/policies/shop.example/promises"


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    """A shop that re-worded a promise, reversed it, and promised something else."""
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    for year, text in enumerate([SALE, f"{NEVER}\n\nNews.", SELLS, f"{SELLS}\n\n{KEPT}"], 2014):
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_claims(db, shop.policy_id)
    Shop(db, "empty.example")
    db.close()
    return serve(tmp_path / "said.db")


def flat(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("copy of", "").split())


def test_a_promise_has_its_words_and_its_captures(ask: Ask) -> None:
    page = ask(PAGE).text
    assert "<q>We never sell your personal information to &lt;b&gt;anybody&lt;/b&gt;.</q>" in page
    assert '<span class="badge suspect">reversed</span>' in page
    text = flat(page)
    assert "Sale 2 promises" in text
    assert "Retention 1 promise" in text
    assert "2 years" in text
    assert "2 wordings" in text
    assert re.search(r"in the first text, 2014-01-01.*went between 2015-01-01.* and 2016-01-01", text)
    assert re.search(r"came between 2016-01-01.* and 2017-01-01.*in the latest text, 2017-01-01", text)


@pytest.mark.parametrize(
    ("params", "kinds"),
    [
        ({}, ["sale", "retention"]),
        ({"kind": "retention"}, ["retention"]),
        ({"state": "standing"}, ["sale", "retention"]),
        ({"state": "ended"}, ["sale"]),
        ({"kind": "right"}, []),
    ],
)
def test_promises_are_chosen(ask: Ask, params: dict[str, str], kinds: list[str]) -> None:
    page = ask(PAGE, params=params).text
    assert re.findall(r'<h2 id="([a-z]+)">', page) == kinds
    assert ("No promise of this choice." in page) is (not kinds)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("update claim_readings set claims = null", "No version was read for statements."),
        ("update versions set suspect = 'lost'", "No version was read for statements."),
        ("delete from clause_places", "No such statement recognised."),
    ],
)
def test_an_empty_page_says_why(ask: Ask, tmp_path: Path, change: str, sentence: str) -> None:
    db = open_archive(tmp_path / "said.db")
    db.execute(change)
    db.close()
    for params in ({}, {"kind": "sale"}, {"state": "ended"}):
        page = flat(ask(PAGE, params=params).text)
        assert [one for one in SENTENCES if one in page] == [sentence]


def test_an_empty_page_of_some_read_versions_says_so(ask: Ask, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "said.db")
    db.execute("delete from clause_places")
    db.execute("update versions set suspect = 'lost' where number = 2")
    db.close()
    page = flat(ask(PAGE).text)
    assert "Not read for statements: version 2 (suspect capture)." in page
    assert "No such statement recognised in the versions that were read." in page


def test_a_policy_without_a_capture_says_so(ask: Ask) -> None:
    assert "No good capture of this policy." in ask("/said/-/policies/empty.example/promises").text


def test_the_page_of_a_retailer_leads_to_it(ask: Ask) -> None:
    assert f'href="{PAGE}"' in ask("/said/-/policies/shop.example").text


def test_versions_that_were_not_read_are_named(ask: Ask, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "said.db")
    db.execute("update claim_readings set claims = null")
    db.close()
    assert (
        "Not read for statements: versions 1, 2, 3, 4 (over a limit of time, memory or statements)."
        in flat(ask(PAGE).text)
    )


def test_what_a_rebuild_mends_is_said(ask: Ask, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "said.db")
    text = "(select text_id from versions where number = 1)"
    db.execute(f"update claim_readings set rules = 'older' where text_id = {text}")
    db.close()
    page = flat(ask(PAGE).text)
    assert "version 1 (read by other rules than most versions). “policytrail rebuild” reads them." in page
    assert re.search(r"in the first text that was read, 2015-01-01.*, not known before", page)


def test_a_promise_before_an_unread_text_is_not_known_to_stand(ask: Ask, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "said.db")
    text = "(select text_id from versions where number = 4)"
    db.execute(f"update texts set language = 'nl' where id = {text}")
    db.close()
    page = flat(ask(PAGE).text)
    assert "Not read for statements: version 4 (in a language without rules)." in page
    assert re.search(r"in the last text that was read, 2016-01-01.*; not known since then", page)
    assert "in the latest text" not in page
    page = ask(PAGE, params={"state": "standing"}).text
    assert "No promise of this choice." in page


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/said/-/policies/none.example/promises", {}, 404),
        ("/said/-/policies/empty.example/promises", {}, 200),
        (PAGE, {"kind": "lamps"}, 400),
        (PAGE, {"state": "sleeping"}, 400),
    ],
)
def test_wrong_addresses_are_answered(ask: Ask, path: str, params: dict[str, str], status: int) -> None:
    assert ask(path, params=params).status_code == status


@pytest.mark.parametrize(
    ("given", "quotes"),
    [
        ({}, [(KEPT, "2", "years", "states")]),
        (
            {"kind": "sale"},
            [("We may sell your personal information to <b>anybody</b>.", None, None, "states")],
        ),
        ({"kind": "sale", "polarity": "denies"}, []),
        ({"retailer": "empty.example"}, []),
    ],
)
def test_a_query_has_the_latest_claims(ask: Ask, given: dict[str, str], quotes: list[object]) -> None:
    params = {"kind": "", "polarity": "", "retailer": "", "_shape": "array", **given}
    found = ask("/said/latest_claims.json", params=params).json()
    assert [(one["quote"], one["value"], one["unit"], one["polarity"]) for one in found] == quotes
