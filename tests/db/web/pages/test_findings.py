"""What changes mean, on the pages of the web server."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.database import open_archive, transaction
from tests.db.web.conftest import Ask
from tests.support.meaning import derive_claims, derive_findings
from tests.support.shop import Shop

BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information to <b>anybody</b>."
ESCAPED = SALE.replace("<", "&lt;").replace(">", "&gt;")
MANY = [
    "We comply with the GDPR.",
    "You may opt out of our letters.",
    "We keep your orders for two years.",
    "We encrypt your orders.",
    "We share your address with Facebook.",
    "You have the right to access your personal information.",
]


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    """A shop that removed a promise, then added nothing that a rule knows, then stated many things."""
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    texts = [SALE, "The shop has a green door.", "The shop has a red door, and a window."]
    texts += ["\n\n".join(["The shop has a red door, and a window.", *MANY])] * 2
    for year, text in enumerate(texts, 2014):
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_findings(db, shop.policy_id)
    derive_claims(db, shop.policy_id)
    db.close()
    return serve(tmp_path / "said.db")


def flat(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


COMPARE = "/said/-/policies/shop.example/compare"


def test_a_comparison_quotes_the_words_and_leads_to_them(ask: Ask) -> None:
    page = ask(COMPARE, params={"old": 1, "new": 2}).text
    assert f"the text no longer says <q>{ESCAPED}</q>" in page
    assert '<a class="badge" href="#change-1">sale (possible)</a>' in page
    assert '<p class="kinds"><span class="badge">sale (possible)</span> </p>' in page
    assert "Rules find such statements, and can be wrong" in page


def test_a_comparison_without_a_statement_says_how_much_is_unread(ask: Ask) -> None:
    page = flat(ask(COMPARE, params={"old": 2, "new": 3}).text)
    assert re.findall(r"No statement recognised in (\d+) changed words\.", page) == ["7"]


def test_a_comparison_of_no_change_says_nothing(ask: Ask) -> None:
    assert "What the text says otherwise" not in ask(COMPARE, params={"old": 1, "new": 3}).text


def test_more_than_five_findings_unfold(ask: Ask) -> None:
    page = ask(COMPARE, params={"old": 3, "new": 4}).text
    shown, folded = page.split("<details><summary>and 2 more</summary>")
    assert (shown.count("the text now says"), folded.count("the text now says")) == (5, 2)


POLICY = "/said/-/policies/shop.example"


@pytest.mark.parametrize(("address", "more"), [(POLICY, 3), ("/said/-/changes", 3), ("/said/-/policies", 3)])
def test_lists_show_the_kinds_or_how_much_is_unread(ask: Ask, address: str, more: int) -> None:
    page = ask(address).text
    assert '<span class="badge">sale removed</span>' in page
    assert f"and {more} more</span>" in page
    assert page.count('<span class="note">no statement recognised in 7 changed words</span>') == 1


def test_a_version_has_the_findings_of_the_change_that_brought_it(ask: Ask) -> None:
    page = ask(f"{POLICY}/2").text
    assert f"the text no longer says <q>{ESCAPED}</q>" in page
    assert f'<a class="badge" href="{COMPARE}?old=1&amp;new=2#findings">sale (possible)</a>' in page
    assert "6 changed words without a recognised statement." in flat(page)
    assert "No statement recognised in 7 changed words." in flat(ask(f"{POLICY}/3").text)
    shown, folded = ask(f"{POLICY}/4").text.split("<details><summary>and 2 more</summary>")
    assert (shown.count("the text now says"), folded.count("the text now says")) == (5, 2)


def test_a_first_version_says_nothing_about_a_change(ask: Ask) -> None:
    assert "What the text says otherwise" not in ask(f"{POLICY}/1").text


def test_a_version_that_came_back_has_the_findings_of_each_change(
    tmp_path: Path, serve: Callable[..., Ask]
) -> None:
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    for year, text in enumerate((SALE, "The shop has a green door.", SALE, MANY[0], SALE), 2014):
        shop.observe(f"{year}0101000000", f"{BEGIN}{text}\n")
    shop.derive()
    derive_findings(db, shop.policy_id)
    db.close()
    page = flat(serve(tmp_path / "said.db")(f"{POLICY}/1").text)
    said = page.partition("What the text says otherwise")[2].partition("Rules find")[0]
    assert re.findall(r"Between (\S+) and (\S+) ((?:\w+ )+)\(possible", said) == [
        ("2015-01-01", "2016-01-01", "sale "),
        ("2017-01-01", "2018-01-01", "sale "),
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"finding": "sale"}, 1),
        ({"finding": "sale", "move": "added"}, 0),
        ({"move": "added"}, 1),
        ({"finding": "seal"}, 0),
        ({"quote": "SELL your"}, 1),
        ({"quote": "green"}, 0),
        ({"quote": "'; --" * 100}, 0),
        ({"move": "added", "lasting": "yes"}, 1),
    ],
)
def test_changes_are_chosen_by_kind_and_move(ask: Ask, query: dict[str, str], number: int) -> None:
    assert len(ask("/said/-/changes.json", params=query).json()["rows"]) == number
    assert ask("/said/-/changes", params=query).status_code == 200


def test_a_chosen_change_quotes_what_was_chosen(ask: Ask) -> None:
    chosen = ask(
        "/said/-/changes", params={"finding": "recipient", "move": "added", "quote": "facebook"}
    ).text
    assert chosen.count("the text now says") == 1
    assert "We share your address with Facebook." in chosen
    assert "the text now says" not in ask("/said/-/changes").text
    assert 'value="facebook"' in chosen


def test_the_search_leads_to_statements_that_changed(ask: Ask) -> None:
    page = ask("/said/-/search", params={"q": '"do not" sell', "from": "2014"}).text
    assert '<a href="/said/-/changes?quote=do+not+sell&amp;from=2014">Statements that changed</a>' in page
    assert '<a href="/said/-/changes?finding=recipient&amp;move=added">' in ask("/said/-/search").text


@pytest.mark.parametrize(
    "query", [{"finding": "<b>"}, {"finding": "'x"}, {"move": "lost"}, {"lasting": "no"}]
)
def test_a_wrong_kind_or_move_is_named(ask: Ask, query: dict[str, str]) -> None:
    answer = ask("/said/-/changes", params=query)
    assert answer.status_code == 400
    assert "must be" in answer.text and "<b>" not in answer.text


def test_data_have_the_findings(ask: Ask) -> None:
    (row,) = ask("/said/-/changes.json", params={"finding": "sale"}).json()["rows"]
    assert [(one["kind"], one["before"], one["weight"]) for one in row["findings"]] == [("sale", SALE, 5)]
    assert row["unquoted"] == 6
    assert ",sale removed,6\r\n" in ask("/said/-/changes.csv", params={"finding": "sale"}).text


def test_the_first_page_has_the_promises_that_were_removed(ask: Ask) -> None:
    page = ask("/said/-/policies").text
    (section,) = re.findall(r'<section class="findings" aria-labelledby="promises">.*?</section>', page, re.S)
    assert flat(section).startswith(
        "Promises removed last shop.example between 2014-01-01 and 2015-01-01 sale "
        "We do not sell your personal information to &lt;b&gt;anybody&lt;/b&gt;. Promises not to sell"
    )
    (address,) = re.findall(r'href="([^"]+)"', section)
    assert address == "/said/-/policies/shop.example/promises?state=ended#sale"
    assert '<h2 id="sale">' in ask(address).text and f"<q>{ESCAPED}</q>" in ask(address).text
    assert "Promises removed last" not in ask("/said/-/policies", params={"q": "shop"}).text


def test_promises_of_suspect_changes_are_not_on_the_first_page(ask: Ask, tmp_path: Path) -> None:
    db = open_archive(tmp_path / "said.db")
    with transaction(db):
        db.execute("update changes set suspect = 'one capture'")
    db.close()
    assert "Promises removed last" not in ask("/said/-/policies").text


def test_a_feed_has_the_kinds_as_categories(ask: Ask) -> None:
    feed = ask("/said/-/changes.atom").text
    assert '<category term="sale removed"' in feed
    assert "sale (possible): the text no longer says “We do not sell" in feed and "<b>" not in feed
    assert "&lt;p&gt;no statement recognised in 7 changed words&lt;/p&gt;" in feed


def rows(ask: Ask, name: str, **parameters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(f"/said/{name}.json", params={"_shape": "array", **parameters}).json()
    return found


def test_queries_of_findings(ask: Ask) -> None:
    assert [(row["before"], row["lasting"]) for row in rows(ask, "removed_promises")] == [(SALE, 1)]
    assert rows(ask, "removed_promises", kind="law") == rows(ask, "removed_promises", retailer="x") == []
    assert rows(ask, "retention_changes") == rows(ask, "retention_changes", direction="longer") == []
    assert [row["what"] for row in rows(ask, "first_named_recipient")] == ["Facebook"]
    assert rows(ask, "first_named_recipient", company="' or 1") == []


def test_the_query_of_retention_says_what_grew(tmp_path: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    for year, term in enumerate(("two years", "three years", "three years", "six months"), 2014):
        shop.observe(f"{year}0101000000", f"{BEGIN}We keep your orders for {term}.\n")
    shop.derive()
    derive_findings(db, shop.policy_id)
    db.close()
    ask = serve(tmp_path / "said.db")
    found = [(row["after"], row["direction"]) for row in rows(ask, "retention_changes")]
    assert found == [
        ("We keep your orders for six months.", "shorter"),
        ("We keep your orders for three years.", "longer"),
    ]
    for direction, number in (("longer", 1), ("shorter", 1), ("'", 0)):
        assert len(rows(ask, "retention_changes", direction=direction)) == number
    assert rows(ask, "retention_changes", retailer="nobody.example") == []


def test_announced_or_silent_by_weight(tmp_path: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(tmp_path / "said.db", create=True)
    shop = Shop(db)
    for number, (day, text) in enumerate(
        [
            ("2014-01-01", SALE),  # its removal is announced
            ("2015-01-01", "The shop has a green door."),
            ("2015-01-01", f"The shop has a green door. {MANY[4]}"),  # a new recipient is silent
            ("2015-01-01", "The shop has a red door, and a window."),  # this one is silent, and says less
        ]
    ):
        for month in ("02", "08"):
            capture = shop.observe(f"{2014 + number}{month}01000000", f"{BEGIN}{text}\n")
            dated = "stated_date = ? where id = (select text_id from captures where id = ?)"
            db.execute(f"update texts set {dated}", [day, capture])
    shop.derive()
    derive_findings(db, shop.policy_id)
    db.close()
    ask = serve(tmp_path / "said.db")

    def counted(**parameters: str) -> list[tuple[int, ...]]:
        found = rows(ask, "announced_or_silent", **parameters)
        return [(row["changes"], row["announced"], row["silent"], row["silent_share"]) for row in found]

    assert counted() == [(3, 1, 2, 0.67)]
    assert counted(weight="4") == [(2, 1, 1, 0.5)]
    assert counted(weight="5") == [(1, 1, 0, 0.0)]
    assert counted(weight="6") == []
    assert counted(weight="many") == []
