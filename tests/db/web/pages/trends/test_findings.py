"""The trends of statements: numbers that lead to as many retailers, their picture and their data."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from db.database import open_archive, transaction
from db.query.trends.finding_trends import FindingTrend
from db.web.pages.trends.finding_chart import finding_chart
from tests.db.web.conftest import Ask
from tests.support.meaning import derive_claims, derive_findings
from tests.support.shop import Shop

TRENDS = "/said/-/trends/findings"
BEGIN = "# Privacy\n\nWe write this policy for you. Lamps are sold in three shops.\n\n"
SALE = "We do not sell your personal information."
PLAIN = "The shop has a new door which is green."
NAMED = f"{PLAIN} We share your address with Criteo and Facebook."
SHOPS = {
    "alpha.example": {"20140101": SALE, "20140301": PLAIN, "20140601": PLAIN, "20150301": NAMED},
    "beta.example": {"20130801": SALE, "20140201": PLAIN, "20140901": PLAIN},
}


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    db = open_archive(tmp_path / "said.db", create=True)
    for domain, texts in SHOPS.items():
        shop = Shop(db, domain)
        for day, text in texts.items():
            shop.observe(f"{day}000000", BEGIN + text)
        shop.derive()
        derive_findings(db, shop.policy_id)
        derive_claims(db, shop.policy_id)
    db.close()
    return serve(tmp_path / "said.db")


def numbers(ask: Ask, move: str, **query: str) -> list[tuple[Any, ...]]:
    rows = ask(f"{TRENDS}.json", params=query).json()["rows"]
    names = ("period", "certain", "most", "base", "seen", "share", "most_share")
    return [tuple(row[name] for name in names) for row in rows if row["move"] == move]


def test_the_numbers_of_a_kind(ask: Ask) -> None:
    assert numbers(ask, "removed", finding="sale") == [
        ("2013-H2", 0, 1, 1, 1, 0.0, 1.0),
        ("2014-H1", 1, 2, 2, 2, 0.5, 1.0),
        ("2014-H2", 0, 0, 2, 1, 0.0, 0.0),
        ("2015-H1", 0, 0, 1, 1, 0.0, 0.0),
    ]
    assert numbers(ask, "removed", finding="sale", every="year", retailer="alpha.example") == [
        ("2014", 1, 1, 1, 1, 1.0, 1.0),
        ("2015", 0, 0, 1, 1, 0.0, 0.0),
    ]
    assert [row[2] for row in numbers(ask, "added", finding="recipient", quote="criteo")] == [0, 1, 1, 1]
    assert not any(row[2] for row in numbers(ask, "added", finding="recipient", quote="nobody"))


def test_what_the_texts_say(ask: Ask) -> None:
    assert [row[1:4] for row in numbers(ask, "denies", finding="sale")] == [
        (1, 1, 1),
        (1, 2, 2),
        (0, 0, 2),
        (0, 0, 1),
    ]
    assert not any(row[2] for row in numbers(ask, "states", finding="sale"))
    page = ask(TRENDS, params={"finding": "sale"}).text
    assert "what their text says at some time in it" in page


def test_csv(ask: Ask) -> None:
    lines = ask(f"{TRENDS}.csv", params={"finding": "sale", "every": "year"}).text.split("\r\n")
    assert lines[0] == "kind,move,period,start,end,certain,most,base,seen,share,most_share"
    assert lines[5] == "sale,removed,2014,2014-01-01,2014-12-31,1,2,2,2,0.5,1.0"
    assert len(lines) == 1 + 5 * 3 + 1


def test_without_a_kind_all_kinds_are_counted(ask: Ask) -> None:
    page = ask(TRENDS).text
    rows = re.findall(r'<a href="([^"]*)">([a-z-]+)</a></th>((?:<td class="number">\d+</td>)+)', page)
    counts = {kind: re.findall(r"\d+", cells) for _, kind, cells in rows}
    assert counts["sale"] == ["0", "2", "0"]
    assert counts["recipient"] == ["1", "0", "0"]
    assert f"{TRENDS}?finding=sale" in [html.unescape(address) for address, _, _ in rows]
    assert ask(f"{TRENDS}.json").json() == {
        "question": {"finding": "", "every": "half-year", "retailer": "", "quote": ""},
        "unread": 0,
        "rows": [],
    }


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        ("update readings set unquoted = null", "3 changes were not read, because the texts are too long."),
        ("delete from readings", "3 changes were not read by an older policytrail: “policytrail rebuild”"),
    ],
)
def test_changes_that_were_not_read(ask: Ask, tmp_path: Path, loss: str, sentence: str) -> None:
    db = open_archive(tmp_path / "said.db")
    with transaction(db):
        db.execute(loss)
    db.close()
    page = ask(TRENDS, params={"finding": "law"}).text
    assert sentence in page and "in every “at most”" in page
    assert [row[1:4] for row in numbers(ask, "added", finding="law")] == [
        (0, 1, 1),
        (0, 2, 2),
        (0, 1, 2),
        (0, 1, 1),
    ]
    assert "in no number" in ask(TRENDS).text
    assert ask(f"{TRENDS}.json").json()["unread"] == 3


def test_each_number_leads_to_as_many_retailers(ask: Ask) -> None:
    page = ask(TRENDS, params={"finding": "sale"}).text
    table = page.partition("<tbody>")[2]
    links = re.findall(r'<a href="([^"]*)">(\d+)<span', table)
    assert [number for _, number in links] == ["1", "1", "2"]
    for address, number in links:
        found = ask(html.unescape(address)).text
        assert f"of {number} retailer" in found
        assert "the text no longer says" in found
    pointed = re.findall(r'<a href="([^"]*)" tabindex="-1">', page)
    assert set(pointed) <= {address for address, _ in links} and pointed


def test_the_page_has_a_chart_with_titles(ask: Ask) -> None:
    page = ask(TRENDS, params={"finding": "sale"}).text
    assert re.findall(r"<title>(\S+: .* \(sale\): .*?)</title>", page) == [
        "2013-H2: the text denies it (sale): 1 of 1",
        "2014-H1: the text denies it (sale): 1 to 2 of 2",
        "2013-H2: a statement was removed (sale): 0 to 1 of 1",
        "2014-H1: a statement was removed (sale): 1 to 2 of 2",
    ]
    assert page.count('<g class="series-2 few">') == 2 + 2
    assert "style=" not in page
    assert "Left out are suspect changes" in page


def test_the_picture_stands_alone(ask: Ask) -> None:
    query = {"finding": "sale", "quote": "</svg>&\x02", "retailer": "alpha.example"}
    answer = ask(f"{TRENDS}.svg", params=query)
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    tree = etree.fromstring(answer.content)
    assert not list(tree.iter("{*}a")) and list(tree.iter("{*}style"))
    shown = [element.text or "" for element in tree.iter("{*}text")]
    assert any("“</svg>&”" in text for text in shown)
    assert {"the text states it, for certain", "the text denies it, at most", "removed, at most"} <= set(
        shown
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"finding": "sale", "every": "week"}, "“every” must be one of"),
        ({"finding": "foo"}, "“finding” must be one of: children, choice,"),
        ({"finding": "Sale"}, "“finding” must be one of: children, choice,"),
        ({"quote": "criteo"}, "Choose a kind of statement too."),
        ({"finding": "sale", "retailer": "alfa.example"}, "The archive has no retailer alfa.example"),
        ({"finding": "sale", "retailer": " ".join(f"{n}.example" for n in range(60))}, "at most 50"),
    ],
)
def test_a_wrong_value_is_named(ask: Ask, query: dict[str, str], sentence: str) -> None:
    page = ask(TRENDS, params=query)
    assert page.status_code == 400
    assert sentence in page.text
    for form in ("json", "csv", "svg"):
        assert ask(f"{TRENDS}.{form}", params=query).status_code in (400, 404)


def test_a_strange_kind_stays_text(ask: Ask) -> None:
    page = ask(TRENDS, params={"finding": "<b>'"})
    assert page.status_code == 400
    assert "<b>" not in page.text and "&lt;b&gt;" in page.text


def test_an_archive_without_changes(builder: Any, serve: Callable[..., Ask]) -> None:
    builder.page("https://www.shop.example/privacy")
    builder.close()
    ask = serve(builder.path)
    assert "No statement was recognised" in ask("/archive/-/trends/findings").text
    assert "There is no good capture" in ask("/archive/-/trends/findings?finding=sale").text
    assert ask("/archive/-/trends/findings.svg?finding=sale").status_code == 200


def one(period: str, certain: int, most: int, base: int) -> FindingTrend:
    return FindingTrend(period, f"{period[:4]}-01-01", f"{period[:4]}-12-31", certain, most, base, base)


def test_bars_go_up_and_down_from_one_line() -> None:
    added = [one("2018", 1, 4, 10), one("2019", 0, 0, 5), one("2020", 0, 5, 5)]
    removed = [one("2018", 2, 2, 10), one("2019", 0, 0, 5), one("2020", 0, 0, 5)]
    drawn = finding_chart({"added": added, "removed": removed}, ("added", "removed"))
    assert [(bar.move, bar.trend.period) for bar in drawn.bars] == [
        ("added", "2018"),
        ("added", "2020"),
        ("removed", "2018"),
    ]
    first, highest, down = drawn.bars
    assert first.y_most + first.most == first.y_certain + first.certain == drawn.axis == down.y_certain
    assert first.most == 4 * first.certain
    assert highest.y_most == 20  # 100 % is at the top
    assert [line.value for line in drawn.lines] == [25, 0, 25, 50, 75, 100]
    assert [bar.height for bar in drawn.bases] == [60, 30, 30]
    assert finding_chart({}, ("added", "removed")).bars == []
