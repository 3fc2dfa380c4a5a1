"""Foreign texts, titles, addresses, reasons and names on our pages are shown as harmless text."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from db.database import open_archive, transaction
from db.store import texts
from tests.support.shop import Shop, text
from tests.support.web.read_page import document

Ask = Callable[..., httpx.Response]

TRICK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
DOMAIN = "a<b>'\"&.example"
BELOW = f"/archive/-/policies/{quote(DOMAIN, safe='')}"
PAGES = [
    "/",
    BELOW,
    f"{BELOW}/1",
    f"{BELOW}/2",
    f"{BELOW}/compare?old=1&new=2",
    f"{BELOW}/compare?old=1&new=2&layout=side",
    "/archive/-/health",
    f"/archive/-/policies?q={quote(TRICK)}",
    f"{BELOW}{quote(TRICK, safe='')}",
]


@pytest.fixture
def ask(tmp_path: Path, serve: Callable[..., Ask]) -> Ask:
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db, DOMAIN)
    with transaction(db):
        db.execute("update retailers set name = ?", [TRICK])
    page = shop.add_page(f"javascript:alert(1)//{TRICK}")
    for timestamp, words in (("20100101000000", "one"), ("20110101000000", "two")):
        capture = shop.list(timestamp, page=page, digest=words, original=f"javascript:alert(1)//{TRICK}")
        shop.fetch(capture, words.encode(), headers=(("X-Trick", TRICK),))
        links = f"[{TRICK}](javascript:alert(1))\n\n[{words}](data:text/html,{TRICK})"
        markdown = f"# {TRICK}\n\n{links}\n\n{TRICK} {words}\n"
        with transaction(db):
            texts.judge(db, capture.id, text(markdown, title=TRICK), "1")
    failed = shop.list("20120101000000", page=page, digest="F")
    with transaction(db):
        db.execute("update captures set state = 'failed', reason = ? where id = ?", [TRICK, failed.id])
        db.execute("update pages set listing = 'failed', listing_reason = ?", [TRICK])
    shop.derive()
    db.close()
    return serve(tmp_path / "archive.db")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_acts(ask: Ask, path: str):
    answer = ask(path)
    assert answer.status_code == (
        404 if "/compare" not in path and "alert" in path and "?q=" not in path else 200
    )
    page = document(answer)
    assert page.xpath("//script | //img | //style | //iframe | //*[@onerror] | //b") == []
    assert "alert(1)" in answer.text
    assert "49" not in page.text_content()
    for address in page.xpath("//@href | //@action"):
        assert address.startswith(("/", "#", "https://web.archive.org/web/")), address
        assert not address.startswith("//")


def test_the_evidence_of_a_hostile_address_is_one_address(ask: Ask):
    (outside,) = {
        href
        for href in document(ask(f"{BELOW}/2")).xpath("//@href")
        if href.startswith("https:") and "2011" in href
    }
    assert outside.startswith(
        "https://web.archive.org/web/20110101000000/javascript:alert(1)//%22'%3E%3Cscript%3E"
    )


def test_the_markdown_cannot_end_its_comment(ask: Ask):
    answer = ask(f"{BELOW}/2.md")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.split("\n")[0].count("-->") == 1


@pytest.mark.parametrize("name", ["a -->", "a --->", "a --!>", "-->", "a -- ->"])
def test_no_name_ends_the_comment_of_the_markdown(tmp_path: Path, serve: Callable[..., Ask], name: str):
    db = open_archive(tmp_path / "archive.db", create=True)
    shop = Shop(db, "xn--mller-kva.example")
    with transaction(db):
        db.execute("update retailers set name = ?", [name])
    shop.observe("20100101000000", "# Privacy\n")
    shop.derive()
    db.close()
    answer = serve(tmp_path / "archive.db")("/archive/-/policies/xn--mller-kva.example/1.md")
    line, text = answer.text.split("\n\n", 1)
    assert re.findall("--!?>", line) == ["-->"]
    assert line.endswith(" -->")
    assert line.startswith(f"<!-- {name.replace('>', '&gt;') if name != 'a -- ->' else name} (")
    assert "xn--mller-kva.example/privacy" in line
    assert text == "# Privacy\n"
