"""Where the page of a comparison leads: other changes, other versions, an address to cite."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from db.citations import Citation
from db.database import open_archive, transaction
from db.query.spans import Span
from db.web.pages.comparison_links import neighbours
from tests.support.shop import Shop
from tests.support.web.read_page import document, links, one, words

Ask = Callable[..., httpx.Response]
SHOP = "/archive/-/policies/shop.example"
POLICY = "# Privacy\n\nWe keep your name for {} days, and we never sell it.\n"
MOMENTS = {"2010": 1, "2012": 2, "2014": 1, "2016": 2, "2018": 3}  # year -> days, so versions 1 and 2 return


@pytest.fixture
def path(tmp_path: Path) -> Path:
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db)
    for year, days in MOMENTS.items():
        shop.observe(f"{year}0101000000", POLICY.format(days))
        shop.observe(f"{year}0601000000", POLICY.format(days))
    shop.observe("20180701000000", "# Not found", verdict="soft-404")
    with transaction(db):
        db.execute("update retailers set name = 'The Shop'")
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    return tmp_path / "archive.db"


@pytest.fixture
def ask(path: Path, serve: Callable[..., Ask]) -> Ask:
    return serve(path)


CHANGES = [
    (f"{SHOP}/compare?old=1&new=2", "2010-06-01", "2012-01-01"),
    (f"{SHOP}/compare?old=2&new=1", "2012-06-01", "2014-01-01"),
    (f"{SHOP}/compare?old=1&new=2&at=20160101000000", "2014-06-01", "2016-01-01"),
    (f"{SHOP}/compare?old=2&new=3", "2016-06-01", "2018-01-01"),
]


@pytest.mark.parametrize("place", range(len(CHANGES)))
def test_each_change_leads_to_the_one_before_and_the_one_after(ask: Ask, place: int) -> None:
    expected = {}
    for other, label in ((place - 1, "← Previous change, {}"), (place + 1, "Next change, {} →")):
        if 0 <= other < len(CHANGES):
            address, old, new = CHANGES[other]
            expected[address] = label.format(f"between {old} and {new}")
    page = document(ask(CHANGES[place][0]))
    assert links(page, "//nav[@aria-label='Changes of the policy']") == expected
    assert words(one(page, "//nav[@aria-label='Changes of the policy']/span[text()]")) == (
        f"Change {place + 1} of 4"
    )


def test_the_layout_stays(ask: Ask) -> None:
    page = document(ask(f"{CHANGES[2][0]}&layout=side"))
    assert list(links(page, "//nav[@aria-label='Changes of the policy']")) == [
        f"{CHANGES[1][0]}&layout=side",
        f"{CHANGES[3][0]}&layout=side",
    ]


def test_versions_that_do_not_follow_each_other_have_no_change_before_or_after(ask: Ask) -> None:
    page = document(ask(f"{SHOP}/compare?old=1&new=3"))
    assert page.xpath("//nav[@aria-label='Changes of the policy']") == []
    assert "The change lies" not in words(page)


@pytest.mark.parametrize("address", [f"{SHOP}/compare?old=1&new=3", SHOP])
def test_versions_are_chosen_by_their_dates(ask: Ask, address: str) -> None:
    page = document(ask(address))
    for field in ("old", "new"):
        options = page.xpath(f"//select[@id='compare-{field}']/option")
        assert [(option.get("value"), words(option)) for option in options] == [
            ("1", "1: 2010-01-01 to 2014-06-01"),
            ("2", "2: 2012-01-01 to 2016-06-01"),
            ("3", "3: 2018-01-01 to 2018-06-01"),
        ]
    assert page.xpath("//select[@id='compare-new']/option[@selected]/@value") == ["3"]


def test_side_by_side_each_column_has_a_head_with_its_capture(ask: Ask) -> None:
    page = document(ask(f"{CHANGES[2][0]}&layout=side"))
    assert [words(head) for head in page.xpath("//div[@class='pair heads']/p")] == [
        "Old: version 1, captured 2014-06-01",
        "New: version 2, captured 2016-01-01",
    ]
    assert document(ask(CHANGES[2][0])).xpath("//div[@class='pair heads']") == []


def test_a_version_of_one_day_has_one_date(path: Path, serve: Callable[..., Ask]) -> None:
    db = open_archive(path)
    shop = Shop(db)
    shop.observe("20200101000000", POLICY.format(9))
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    page = document(serve(path)(f"{SHOP}/compare?old=3&new=4"))
    assert words(page.xpath("//select[@id='compare-new']/option")[-1]) == "4: 2020-01-01"
    assert "Version 4 seen 2020-01-01 Captured 2020-01-01" in words(one(page, "//dl[@class='two']"))
    assert one(page, "//a[@href='#cite']").text == "Cite this comparison"


CITED = f"{SHOP}/compare/20140601000000/20160101000000"
OLD, NEW = (
    f"https://web.archive.org/web/{moment}/http://shop.example/privacy" for moment in CITED.split("/")[-2:]
)
SENTENCE = (
    "The Shop (shop.example), privacy policy, changed between 2014-06-01 and 2016-01-01 (+1 −1 words)."
    f" Captures: the Wayback Machine, {OLD}; the Wayback Machine, {NEW}."
)


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has a public address, and it is always the same day."""
    monkeypatch.setenv("POLICYTRAIL_BASE_URL", "https://policies.example/")
    monkeypatch.setattr("db.web.pages.comparison.today", lambda: date(2026, 11, 30))


def test_a_change_can_be_cited(ask: Ask, public: None) -> None:
    page = document(ask(CHANGES[2][0]))
    assert words(one(page, "//section[@class='cite']/h2")) == "Cite this comparison"
    assert words(one(page, "//section[@class='cite']/blockquote")) == (
        f"{SENTENCE} Read with policytrail, https://policies.example{CITED}, on 2026-11-30."
    )
    hashes = [hashlib.sha256(POLICY.format(days).encode()).hexdigest() for days in (1, 2)]
    assert [words(code) for code in page.xpath("//section[@class='cite']//code")] == hashes
    cited = document(ask(CITED))
    for part in (
        "//h1",
        "//dl[@class='two']",
        "//div[@class='comparison inline']",
        "//section[@class='cite']",
    ):
        assert words(one(cited, part)) == words(one(page, part))
    assert one(cited, "//input[@name='at']").get("value") == "20160101000000"


def test_without_a_public_address_a_citation_has_none(ask: Ask) -> None:
    for address in (CITED, f"{SHOP}/1"):
        cited = words(one(document(ask(address)), "//section[@class='cite']"))
        assert "localhost" not in cited
        assert SHOP not in cited
        assert f"Read with policytrail on {datetime.now(UTC):%Y-%m-%d}" in cited


def test_a_citation_as_bibtex(ask: Ask, public: None) -> None:
    answer = ask(f"{CITED}.bib")
    assert answer.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert (
        answer.headers["content-disposition"] == 'attachment; filename="shop.example-20140601-20160101.bib"'
    )
    lines = answer.text.splitlines()
    assert lines[:-2] == [
        "@misc{shop.example-20140601-20160101,",
        "  author = {{The Shop (shop.example)}},",
        "  title = {Privacy policy, changed between 2014-06-01 and 2016-01-01 (+1 −1 words)},",
        "  year = {2016},",
        "  date = {2016-01-01},",
        f"  url = {{https://policies.example{CITED}}},",
        "  urldate = {2026-11-30},",
    ]
    for part in (OLD, NEW, "SHA-256 of the texts: "):
        assert part in lines[-2]


def test_a_citation_as_csl(ask: Ask, public: None) -> None:
    answer = ask(f"{CITED}.csl.json")
    assert answer.headers["content-type"] == "application/vnd.citationstyles.csl+json; charset=utf-8"
    (item,) = answer.json()
    assert item.pop("note").startswith(f"{SENTENCE} SHA-256 of the texts: ")
    assert item == {
        "id": "shop.example-20140601-20160101",
        "type": "webpage",
        "title": "Privacy policy, changed between 2014-06-01 and 2016-01-01 (+1 −1 words)",
        "author": [{"literal": "The Shop (shop.example)"}],
        "issued": {"date-parts": [[2016, 1, 1]]},
        "accessed": {"date-parts": [[2026, 11, 30]]},
        "archive": "the Wayback Machine",
        "archive_location": NEW,
        "URL": f"https://policies.example{CITED}",
    }
    (of_version,) = ask(f"{SHOP}/2.csl.json").json()
    assert of_version["URL"] == f"https://policies.example{SHOP}/at/20120101000000"
    assert ask(f"{SHOP}/9.bib").status_code == 404


def test_characters_of_bibtex_are_escaped() -> None:
    hostile = Citation(
        "A & B} \\evil{x} 100 % _#$~^",
        "a b.example",
        "first seen 2018",
        (),
        ("0" * 64,),
        "",
        date(2026, 1, 2),
    )
    assert hostile.key == "ab.example"
    author = hostile.bibtex.splitlines()[1]
    assert author == (
        r"  author = {{A \& B\textbraceright{} \textbackslash{}evil\textbraceleft{}x\textbraceright{}"
        r" 100 \% \_\#\$\textasciitilde{}\textasciicircum{}}},"
    )
    assert "url =" not in hostile.bibtex
    assert "URL" not in json.loads(hostile.csl)[0]


def test_any_two_captures_can_be_cited(ask: Ask) -> None:
    page = document(ask(f"{SHOP}/compare/20100601000000/20180601000000"))
    assert words(one(page, "//h1")) == "The Shop: what differs between version 1 and version 3"
    assert words(one(page, "//section[@class='cite']/blockquote")).startswith(
        "The Shop (shop.example), privacy policy, as captured on 2010-06-01 and on 2018-06-01. Captures: "
    )
    assert page.xpath("//input[@name='at']") == []
    same = document(ask(f"{SHOP}/compare/20100101000000/20100601000000?layout=side"))
    assert words(one(same, "//p[@class='lead']")) == "No word differs."


def test_a_citation_stays_true_when_an_older_capture_is_found(path: Path, serve: Callable[..., Ask]) -> None:
    cited = f"{SHOP}/compare/20160601000000/20180101000000"
    before = words(one(document(serve(path)(cited)), "//section[@class='cite']"))
    db = open_archive(path)
    shop = Shop(db)
    shop.observe("20080101000000", POLICY.format(1) + "\nWe ask you before we change this policy.\n")
    shop.derive()
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    page_now = document(serve(path)(cited))
    assert words(one(page_now, "//h1")).endswith("version 3 and version 4")
    assert words(one(page_now, "//section[@class='cite']")) == before


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        (f"{SHOP}/compare/20100601000000/20180701000000", 404, "has no good capture at 20180701000000."),
        (f"{SHOP}/compare/20100601000001/20180601000000", 404, "has no good capture at 20100601000001."),
        (f"{SHOP}/compare/99999999999999/20180601000000", 404, "has no good capture at 99999999999999."),
        (f"{SHOP}/compare/20100601000000/20180601000000?layout=x", 400, "Layout must be inline or side."),
        (f"{SHOP.replace('shop', 'none')}/compare/20100601000000/20180601000000", 404, ""),
    ],
)
def test_captures_that_cannot_be_compared(ask: Ask, address: str, status: int, sentence: str) -> None:
    answer = ask(address)
    assert answer.status_code == status
    assert sentence in words(document(answer))


def test_a_change_that_is_not_in_the_history_has_no_neighbours() -> None:
    spans = [
        Span(1, "2010", "2011"),
        Span(2, "2012", "2013", "2011", 1),
        Span(1, "2014", "2015", "2013", 2),
    ]
    found = neighbours(spans, 1, 2, "2011", "2012")
    assert found == (spans[1], 1, 2, None, spans[2])
    assert neighbours(spans, 2, 1, "2013", "2014") == (spans[2], 2, 2, spans[1], None)
    for wrong in ((1, 2, "2011", "2014"), (1, 2, "2010", "2012"), (2, 1, "2011", "2012")):
        assert neighbours(spans, *wrong) is None
    assert neighbours([], 1, 2, "2011", "2012") is None
