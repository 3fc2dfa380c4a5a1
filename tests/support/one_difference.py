"""Checks that every list, page, command and export of an archive counts the same words of each change."""

import asyncio
import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import feedparser
from datasette.app import Datasette
from lxml import html
from sqlite_utils import Database

from db.database import open_archive
from db.export import formats
from db.export.evidence import ExportFilter
from db.history import explain
from db.history.comparison.words import split
from db.history.readable_diff import count
from db.query import comparisons
from extract.html.source_text import source_text
from tests.support.citations import CITING
from tests.support.processes import policytrail
from tests.support.web.read_page import words

_COUNTS = re.compile(r"\+([\d,]+) −([\d,]+)")


class Change(NamedTuple):
    """A change of wording as the table has it."""

    id: int
    domain: str
    last_old: str
    first_new: str
    added: int
    removed: int
    set_aside: int


def check(path: Path, folder: Path) -> int:
    """Check an archive file, with exports into a folder. Return the number of changes."""
    db = open_archive(path)
    changes = [
        Change(*row)
        for row in db.execute(
            """select change_id, retailer, last_old, first_new, words_added, words_removed, set_aside
            from change_log where kind = 'wording' order by first_new desc, change_id desc"""
        ).fetchall()
    ]
    pages = _Pages(path)
    for change in changes:
        _check_difference(db, change)
    _check_reasons(db)
    _check_csv(db, changes, folder)
    _check_commands(path, changes)
    pages.check_lists(changes)
    pages.check_feed(changes)
    return len(changes)


def _check_difference(db: Database, change: Change) -> None:
    """`diff` and the comparison page are made from these pieces and counts."""
    found = comparisons.of_change(db, change.id)
    assert found
    assert (found.old.captured_at, found.new.captured_at) == (change.last_old, change.first_new)
    assert count(found.pieces()) == (change.added, change.removed), change
    added, removed, _, aside = found.size
    assert (added, removed, aside) == (change.added, change.removed, change.set_aside), change
    assert added + removed > 0, change


def _check_reasons(db: Database) -> None:
    """`log --why` has the differences of every change, with the same words and reasons."""
    for policy_id, retailer in db.execute(
        "select id, retailer from policies where kind = 'privacy'"
    ).fetchall():
        explained: Counter[tuple[Any, ...]] = Counter(
            (one.last_old, one.first_new, one.reason, one.section, one.removed, one.added)
            for one in explain.explain(db, policy_id, source_text)
        )
        stored: Counter[tuple[Any, ...]] = Counter(
            map(
                tuple,
                db.execute(
                    """select c.last_old, c.first_new, d.reason, d.section, d.removed, d.added
                    from differences d join changes c on c.id = d.change_id where c.policy_id = ?""",
                    [policy_id],
                ).fetchall(),
            )
        )
        assert stored <= explained, retailer


def _check_commands(path: Path, changes: list[Change]) -> None:
    """`diff` marks the words of the latest change that `log` counts, and `log` tells what is set aside."""
    log = policytrail("log", path).out.splitlines()
    events = [line for line in log if line.startswith("  version") and " between " in line]
    assert len(events) == len(changes)
    told = sum(int(number) for number in re.findall(r"^ +(\d+) places? not counted", "\n".join(log), re.M))
    assert told == sum(change.set_aside for change in changes)
    latest = {change.domain: change for change in reversed(changes)}
    for domain, change in latest.items():
        lines = policytrail("diff", path, domain).out.splitlines()
        assert lines[0].endswith(f": +{change.added} -{change.removed} words")
        text = "\n".join(lines)
        marked = [re.findall(marks, text, re.S) for marks in (r"\{\+(.*?)\+\}", r"\[-(.*?)-\]")]
        counted = [sum(len(split(run)) for run in runs) for runs in marked]
        assert counted == [change.added, change.removed], change


def _check_csv(db: Database, changes: list[Change], folder: Path) -> None:
    out = folder / "changes.csv"
    formats.named("csv").export(db, out, ExportFilter(), CITING, lambda _: None)
    with out.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "wording"]
    exported = Counter((row["retailer"], row["last_old"], row["first_new"], *_numbers(row)) for row in rows)
    assert exported == Counter(change[1:] for change in changes)


def _numbers(row: dict[str, str]) -> tuple[int, ...]:
    return tuple(int(row[name]) for name in ("words_added", "words_removed", "set_aside"))


class _Pages:
    """The pages of an archive file, served in this process."""

    def __init__(self, path: Path) -> None:
        self._datasette = Datasette([str(path)])
        self._base = f"/{path.stem}/-"
        self._seen: dict[str, tuple[int, int]] = {}

    def _get(self, address: str) -> bytes:
        answer = asyncio.run(self._datasette.client.get(address))
        assert answer.status_code == 200, address
        return answer.content

    def _document(self, address: str) -> html.HtmlElement:
        return html.document_fromstring(self._get(address).decode())

    def check_lists(self, changes: list[Change]) -> None:
        """Check the number beside each link to a comparison: in the home page, of retailers, of versions."""
        domains = sorted({change.domain for change in changes})
        addresses = [f"{self._base}/policies"]
        for domain in domains:
            retailer = f"{self._base}/policies/{domain}"
            links = self._document(retailer).xpath("//tbody//th//a/@href | //tbody//td//a/@href")
            links = [link for link in links if re.search(rf"/{re.escape(domain)}/[0-9]+$", link)]
            addresses += [retailer, *sorted(set(links))]
        numbers = [number for address in addresses for number in self._check_list(address)]
        # The page of a retailer and the page of a version both list each change.
        assert len(numbers) >= 2 * len(changes)

    def _check_list(self, address: str) -> list[tuple[int, int]]:
        found = []
        for link in self._document(address).xpath("//main//a[contains(@href, '/compare?')]"):
            row = link.xpath("ancestor::tr[1]") or [link.getparent()]
            around = _COUNTS.search(words(row[0]))
            if around:
                found.append((_number(around[1]), _number(around[2])))
                assert self._compared(link.get("href")) == found[-1], (address, link.get("href"))
        return found

    def _compared(self, address: str) -> tuple[int, int]:
        """Return the counts of a comparison page, after counting its marked words in both layouts."""
        if address not in self._seen:
            page = self._document(address)
            counts = _COUNTS.search(words(page.xpath("//main")[0]))
            assert counts
            self._seen[address] = _number(counts[1]), _number(counts[2])
            for layout in (page, self._document(f"{address}&layout=side")):
                assert _marked(layout, "//section") == self._seen[address], address
        return self._seen[address]

    def check_feed(self, changes: list[Change]) -> None:
        """Check the counts of each entry of the feed, and the words that it marks."""
        address = f"{self._base}/changes.atom"
        entries = []
        while address:
            feed = feedparser.parse(self._get(address))
            entries += feed.entries
            following = [link.href for link in feed.feed.links if link.rel == "next"]
            address = _local(following[0]) if following else ""
        assert len(entries) == len(changes)
        for entry, change in zip(entries, changes, strict=True):
            counts = change.added, change.removed
            title = _COUNTS.search(entry.title)
            assert title
            assert (_number(title[1]), _number(title[2])) == counts
            assert self._compared(_local(entry.link)) == counts, change
            content = entry.content[0].value
            if " more.</p>" not in content:  # a long change is cut there
                assert _marked(html.fromstring(f"<div>{content}</div>"), "") == counts


def _marked(element: html.HtmlElement, within: str) -> tuple[int, int]:
    added, removed = (
        sum(len(split(part.text_content())) for part in element.xpath(f"{within}//{tag}"))
        for tag in ("ins", "del")
    )
    return added, removed


def _local(address: str) -> str:
    return address.removeprefix("http://localhost")


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))
