"""The demo archive is consistent, has what its README.md promises, and always has the same bytes."""

import base64
import csv
import gzip
import hashlib
import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.demo.build import HERE, PAGES, DemoCapture, build, captures, render
from crawler.discovery.from_common_paths import PATHS
from db.urlkey import urlkey
from extract.domains import registered_domain

GOOD = {"policy"}
CONTENT = re.compile(rb"<!-- begin content -->(.*)<!-- end content -->", re.DOTALL)
BASE = re.compile(r'<base href="([^"]+)"', re.IGNORECASE)
HREF = re.compile(r'(?:href="|url=)([^"\s>]+)', re.IGNORECASE)
COMMON = {(f"/{path}", "") for path in PATHS}  # paths and queries
CANDIDATES_AT_HOME = {  # that a home page links, but not as its privacy policy
    "https://www.fernhill-garden.example/legal/terms",
    "https://www.fernhill-garden.example/legal/cookies",
    "https://www.fernhill-garden.example/accessibility",
    "https://www.shade-and-screen.example/blog/choosing-privacy-curtains",
    "https://www.shade-and-screen.example/products/privacy-screen-oak",
}
TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = captures()
ADDRESSES = table("addresses.csv")
PAGE_OF_KEY = {urlkey(row["url"]): row for row in ADDRESSES}
VERDICTS = {(row["timestamp"], row["url"]): row["verdict"] for row in table("verdicts.csv")}


def shop(row: DemoCapture) -> str:
    return PAGE_OF_KEY[urlkey(row.url)]["domain"]


def kind(row: DemoCapture) -> str:
    return PAGE_OF_KEY[urlkey(row.url)]["kind"]


def bodies() -> list[tuple[DemoCapture, bytes]]:
    """Every capture with its body; a revisit has that of the last response at its address."""
    last: dict[str, bytes] = {}
    shown = []
    for row in ROWS:
        if row.kind == "response":
            last[row.url] = render(row)
        shown.append((row, last[row.url]))
    return shown


BODIES = bodies()


def of(domain: str) -> list[tuple[DemoCapture, bytes]]:
    """The captures of a shop's privacy policy, in order of time."""
    return [(row, body) for row, body in BODIES if shop(row) == domain and kind(row) == "privacy"]


def good(domain: str) -> list[tuple[DemoCapture, bytes]]:
    return [(row, body) for row, body in of(domain) if VERDICTS[row.timestamp, row.url] in GOOD]


def links(row: DemoCapture, body: bytes) -> set[str]:
    """The urlkeys of the addresses that a page names: links, image maps, `canonical`, `<meta refresh>`."""
    text = body.decode("latin-1")
    base = BASE.search(text)
    found = (urljoin(base[1] if base else row.url, unescape(link)) for link in HREF.findall(text))
    return {urlkey(link) for link in found if link.startswith("http")}


def wording(body: bytes) -> bytes:
    """The words of a page's title and content, as they were written; of a PDF, all its bytes."""
    if body.startswith(b"%PDF"):
        return body
    title, content = TITLE.search(body), CONTENT.search(body)
    assert title and content
    return b" ".join(re.sub(rb"<[^>]*>", b" ", title[1] + b" " + content[1]).split())


# The files agree with each other


def test_counts() -> None:
    assert Counter(row.kind for row in ROWS) == {"response": 315, "revisit": 8}
    assert Counter(VERDICTS.values()) == {
        "policy": 253,
        "": 34,
        "redirect-stub": 18,
        "thin": 5,
        "block-page": 4,
        "other-page": 3,
        "soft-404": 3,
        "error-page": 2,
        "empty": 1,
    }  # fmt: skip
    assert Counter(shop(row) for row in ROWS) == {
        "alderandoak.example": 9,
        "bramblebooks.example": 23,
        "copperpot-kitchen.example": 9,
        "fernhill-garden.example": 12,
        "harbourlight-lamps.example": 54,
        "lindenhof-moebel.example": 9,
        "mossandmarble.example": 23,
        "northfork-outfitters.example": 26,
        "oldmill-hardware.example": 22,
        "pinnacle-pets.example": 10,
        "pixelpantry.example": 20,
        "quietkettle.example": 18,
        "saltmarsh-goods.example": 18,
        "shade-and-screen.example": 9,
        "thistle-and-tweed.example": 20,
        "tinydrum-toys.example": 22,
        "velvetbyte.example": 19,
    }
    assert len(table("truth.csv")) == 57
    assert len(table("retailers.csv")) == 24
    assert Counter(row["kind"] for row in ADDRESSES) == {"privacy": 30, "home": 15, "candidate": 8,
                                                         "regional": 2}


def test_rows_are_sorted_by_shop_and_time_and_are_unique() -> None:
    keys = [(shop(row), row.timestamp, row.url) for row in ROWS]
    assert keys == sorted(set(keys))
    assert {key[1][:4] for key in keys} == {str(year) for year in range(1998, 2025)}


def test_every_page_is_used_and_every_file_exists() -> None:
    used = {row.file for row in ROWS if row.file}
    assert used == {str(file.relative_to(PAGES)) for file in PAGES.rglob("*") if file.is_file()}
    assert all(row.file.split("/")[0] == shop(row) for row in ROWS if row.file)


def test_every_address_of_the_list_has_captures_and_belongs_to_one_shop() -> None:
    assert len(PAGE_OF_KEY) == len(ADDRESSES)
    assert {urlkey(row.url) for row in ROWS} == set(PAGE_OF_KEY)
    listed = {row["policy_url"]: row["domain"] for row in table("retailers.csv") if row["policy_url"]}
    shown = {row["url"]: row["domain"] for row in ADDRESSES if row["kind"] == "privacy"}
    assert listed == {url: domain for url, domain in shown.items() if domain in listed.values()}


def test_every_shop_of_the_list_but_one_was_archived() -> None:
    assert {row["domain"] for row in table("retailers.csv")} - {row["domain"] for row in ADDRESSES} == {
        "vanished-vinyl.example"
    }


def test_an_address_was_the_policys_from_its_first_good_capture_to_its_last() -> None:
    seen: dict[str, list[str]] = {}
    for row in ROWS:
        if VERDICTS[row.timestamp, row.url] in GOOD:
            seen.setdefault(urlkey(row.url), []).append(row.timestamp)
    stated = {urlkey(row["url"]): [row["first_good"],
                                   row["last_good"]] for row in ADDRESSES if row["first_good"]}
    assert stated == {key: [min(times), max(times)] for key, times in seen.items()}


def test_home_pages_have_no_verdict_and_all_other_captures_have_one() -> None:
    assert all((VERDICTS[row.timestamp, row.url] == "") == (kind(row) == "home") for row in ROWS)


def test_every_capture_has_a_verdict() -> None:
    assert [(row["timestamp"], row["url"]) for row in table("verdicts.csv")] == [(row.timestamp,
                                                                                  row.url) for row in ROWS]


def test_redirects_have_a_target_that_was_captured() -> None:
    for row in ROWS:
        assert bool(row.location) == (row.status in {301, 302})
        assert not row.location or VERDICTS[row.timestamp, row.url] == "redirect-stub"
        assert not row.location or urlkey(row.location) in PAGE_OF_KEY


def test_no_placeholder_is_left_over() -> None:
    assert not any(b"{{" in body for row, body in BODIES if row.content_type != "application/pdf")


def test_pages_are_in_the_charset_that_the_shop_states() -> None:
    for row, body in BODIES:
        if row.content_type.lower().endswith("utf-8"):
            body.decode("utf-8")


# What is true of the shops


def test_truth_is_every_change_of_wording_and_no_other() -> None:
    found = []
    for domain in sorted({row["domain"] for row in ADDRESSES}):
        for (old, before), (new, after) in pairwise(good(domain)):
            if wording(before) != wording(after):
                found.append((domain, old.timestamp, new.timestamp))
    assert found == [(row["domain"], row["last_old"], row["first_new"]) for row in table("truth.csv")]


def test_policies_are_of_realistic_length() -> None:
    for row, body in BODIES:
        if VERDICTS[row.timestamp, row.url] == "policy" and not body.startswith(b"%PDF"):
            assert 300 <= len(wording(body).split()) <= 1500, row


def test_a_policy_moves_to_another_path_and_another_domain() -> None:
    moved = [row.url for row, _ in of("harbourlight-lamps.example") if row.status == 301]
    kept = [row for row, _ in good("harbourlight-lamps.example")]
    assert [row.url for row, after in pairwise(kept) if row.url != after.url] == [
        "http://www.harbourlight-lamps.example/privacy.html",
        "http://www.harbourlight-lamps.example/customer-service/privacy-policy",
        "http://www.harbourlight.example/legal/privacy",
    ]
    assert len(moved) == 8


def test_the_ways_to_an_address_are_in_the_captures() -> None:
    """`home`: a home page links to it; `redirect`: a policy leads to it; `index`, `path`: by its address."""
    linked = {(shop(row), key) for row, body in BODIES if kind(row) == "home" for key in links(row, body)}
    led = {(shop(row),
            urlkey(row.location)) for row in ROWS if row.location and urlkey(row.location) != urlkey(row.url)}
    for row in ADDRESSES:
        if row["kind"] == "home":
            continue
        place, ways = (row["domain"], urlkey(row["url"])), row["ways"].split()
        of_privacy = re.search(r"privacy|datenschutz", row["url"])
        at_home = registered_domain(row["url"]) == row["domain"]
        assert ("home" in ways) == (place in linked and row["url"] not in CANDIDATES_AT_HOME), row
        assert ("redirect" in ways) == (place in led), row
        assert ("index" in ways) == (at_home and of_privacy is not None), row
        assert ("path" in ways) == (at_home and urlsplit(row["url"])[2:4] in COMMON), row


def test_a_successor_is_named_by_another_page_of_the_shop() -> None:
    named = {
        (shop(row), key)
        for row, body in BODIES
        if kind(row) != "home" and not body.startswith(b"%PDF")
        for key in links(row, body) - {urlkey(row.url)}
    }
    successors = [row for row in ADDRESSES if "successor" in row["ways"].split()]
    assert len(successors) == 5
    assert {(row["domain"], urlkey(row["url"])) for row in successors} <= named


def test_a_session_token_differs_in_every_capture() -> None:
    tokens = [re.search(rb"(?:jsessionid|sid)=([0-9A-F]{16})", body) for _,
              body in good("pixelpantry.example")]
    assert len({token[1] for token in tokens if token}) == len(tokens) == 19


def test_a_banner_has_two_texts() -> None:
    shown = Counter(b"15% off stone" in body for row,
                    body in of("mossandmarble.example") if row.timestamp < "2013")
    assert shown[True] and shown[False]


def test_charsets_of_their_time() -> None:
    for row, body in of("thistle-and-tweed.example"):
        if row.status == 200:
            assert "charset" not in row.content_type and b"charset" not in body
            assert all(sign in body.decode("latin-1") for sign in "é£©")
            with pytest.raises(UnicodeDecodeError):
                body.decode("utf-8")
    assert all(re.search(rb"\x93Fresh Bytes\x94|\x93session ID\x94", body) for _,
               body in of("pixelpantry.example"))


def test_protected_addresses_differ_but_say_the_same() -> None:
    codes = [re.findall(rb'data-cfemail="([0-9a-f]+)"', body)[0] for _, body in good("velvetbyte.example")]
    read = {bytes(letter ^ code[0] for letter in code[1:]) for code in (bytes.fromhex(code.decode()) for code in codes)}
    assert read == {b"dpo@velvetbyte.example"}
    assert len(set(codes)) > len(codes) / 2


def test_a_text_returns_to_the_byte() -> None:
    digests = [hashlib.sha1(body).digest() for row,
               body in of("bramblebooks.example") if row.timestamp < "2009"]
    runs = [first for first, second in pairwise([*digests, b""]) if first != second]
    assert len(runs) == 3 and runs[0] == runs[2]


def test_a_policy_never_changes_in_twelve_years_and_five_spellings_of_its_address() -> None:
    kept = good("quietkettle.example")
    assert len({wording(body) for _, body in kept}) == 1
    assert kept[-1][0].when - kept[0][0].when > timedelta(days=365 * 12)
    assert {row.url for row, _ in of("quietkettle.example")} == {
        "http://quietkettle.example/privacy",
        "http://www.quietkettle.example/privacy",
        "http://www.quietkettle.example:80/privacy",
        "https://quietkettle.example/privacy/",
        "https://www.quietkettle.example/privacy",
    }


def test_a_gap_of_two_years() -> None:
    times = [row.when for row, _ in of("mossandmarble.example")]
    assert max(later - earlier for earlier, later in pairwise(times)) > timedelta(days=730)


def test_http_and_https_in_one_second() -> None:
    pairs = [(a.status, b.status) for a,
             b in pairwise(ROWS) if a.timestamp == b.timestamp and urlkey(a.url) == urlkey(b.url)]
    assert pairs == [(301, 200), (301, 200)]


def test_bad_captures() -> None:
    shown = Counter((VERDICTS[row.timestamp, row.url], row.status) for row,
                    _ in of("northfork-outfitters.example"))
    del shown["policy", 200]
    assert shown == {
        ("block-page", 403): 2,
        ("block-page", 200): 1,
        ("empty", 200): 1,
        ("error-page", 404): 1,
        ("error-page", 429): 1,
        ("redirect-stub", 301): 1,
        ("soft-404", 200): 1,
    }


def test_a_base_address_and_a_pdf() -> None:
    assert all(b'<base href="http' in body.replace(b"BASE HREF", b"base href") for _,
               body in of("bramblebooks.example"))
    pdfs = [body for row, body in of("oldmill-hardware.example") if row.content_type == "application/pdf"]
    assert len(pdfs) == 3 and all(body.startswith(b"%PDF-1.4") for body in pdfs)


# The archive that is built from them


def test_the_same_bytes_at_every_run(tmp_path: Path) -> None:
    assert build(tmp_path / "a.warc.gz") == build(tmp_path / "b.warc.gz") == len(ROWS)
    assert (tmp_path / "a.warc.gz").read_bytes() == (tmp_path / "b.warc.gz").read_bytes()


def test_warcio_reads_every_record_back(tmp_path: Path) -> None:
    build(tmp_path / "demo.warc.gz")
    with (tmp_path / "demo.warc.gz").open("rb") as file:
        records = ArchiveIterator(file, check_digests="raise")
        assert next(records).rec_type == "warcinfo"
        for (row, body), record in zip(BODIES, records, strict=True):
            header = record.rec_headers.get_header
            stored = record.raw_stream.read()
            assert (record.rec_type, header("WARC-Target-URI")) == (row.kind, row.url)
            assert datetime.fromisoformat(header("WARC-Date")) == row.when
            assert stored == (b"" if row.kind == "revisit" else body)
            assert header("WARC-Payload-Digest") == "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()
            assert int(record.http_headers.get_statuscode()) == row.status
            assert record.http_headers.get_header("Location") == (row.location or None)
            assert (record.http_headers.get_header("Content-Type") or "") == row.content_type


def test_a_revisit_names_the_record_it_repeats(tmp_path: Path) -> None:
    build(tmp_path / "demo.warc.gz")
    seen: dict[tuple[str, str], str] = {}
    revisits = 0
    with (tmp_path / "demo.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            header = record.rec_headers.get_header
            if record.rec_type == "response":
                seen[header("WARC-Target-URI"), header("WARC-Date")] = header("WARC-Payload-Digest")
            elif record.rec_type == "revisit":
                revisits += 1
                assert header("WARC-Profile").endswith("/revisit/identical-payload-digest")
                original = header("WARC-Refers-To-Target-URI"), header("WARC-Refers-To-Date")
                assert seen[original] == header("WARC-Payload-Digest")
    assert revisits == 8


def test_the_archive_names_no_time_of_its_own(tmp_path: Path) -> None:
    build(tmp_path / "demo.warc.gz")
    raw = (tmp_path / "demo.warc.gz").read_bytes()
    assert raw[4:8] == bytes(4)  # gzip's time stamp
    assert max(re.findall(rb"WARC-Date: (\d{4})", gzip.decompress(raw))) == b"2024"
