"""An archive for tests of discovery: its index answers for hosts and domains, in both dialects.

Filters match the whole field or, as on the newer servers, its beginning (docs/wayback.md "Index parameters").
Rows are collapsed by any field, and `limit` comes with resume keys. Where a query of a host or domain spans
more years than `at_most_years`, the answer is 504 (docs/wayback.md "Index errors").
"""

import base64
import json
import re
from urllib.parse import parse_qs, urlsplit

from db.urlkey import urlkey
from tests.support.policies import policy
from tests.support.wayback.standin import FIELDS, Answer, Seen, StandIn, html_page, memento, row

YEARS = [f"{year}0601000000" for year in range(2004, 2012, 2)]
_PLAIN = (("Content-Type", "text/plain"),)
_PYWB = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length")
_BLOCKED = (
    b"org.archive.util.io.RuntimeIOException: "
    b"org.archive.wayback.exception.AdministrativeAccessControlException:"
    b" Blocked Site Error\n"
)


def page(*links: tuple[str, str], words: str = "Fine goods since 1970.", head: str = "") -> bytes:
    """Return a page with these links (address, text) in its footer."""
    items = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in links)
    return (
        f'<html lang="en"><head><title>Welcome</title>{head}</head><body><p>{words}</p>'
        f'<div id="footer"><ul>{items}</ul></div>'
        "</body></html>"
    ).encode()


class Archive(StandIn):
    """The stand-in, a context manager.

    `at_most_years` maps hosts to the years that a query may span before it times out.
    """

    def __init__(self, *, full_match: bool = True, pywb: bool = False) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.full_match, self.pywb = full_match, pywb
        self.blocked: set[str] = set()
        self.at_most_years: dict[str, int] = {}

    @property
    def source(self) -> str:
        """The value for `--source`."""
        return f"pywb+{self.address}" if self.pywb else self.address

    def has(self, url: str, *captures: tuple[str, bytes]) -> None:
        """List and replay plain captures of an address."""
        for timestamp, body in captures:
            self.rows.append(row(timestamp, url, base64.b32encode(str(hash(body)).encode()).decode()[:32]))
            self.replay(timestamp, url, memento(timestamp, body))
        self.rows.sort()

    def leads(self, url: str, timestamp: str, target: str) -> None:
        """List and replay a redirect."""
        self.rows.append(row(timestamp, url, f"R{timestamp}", status="301"))
        there = f"{self.address}{'' if self.pywb else '/web'}/{timestamp}id_/{target}"
        self.replay(timestamp, url, memento(timestamp, b"", 301, ("Location", there)))
        self.rows.sort()

    def shows_policy(self, url: str, shop: str, *timestamps: str) -> None:
        """List and replay captures of a shop's policy, with another wording each year."""
        self.has(url, *((timestamp, policy(f"As of {timestamp[:4]}.", shop)) for timestamp in timestamps))

    def answer(self, seen: Seen) -> Answer:
        if seen.kind == "cdx":
            if self._stop_at(seen):
                self.reached.set()
                self._go_on.wait(60)
            return self.instead(seen) or self._search(seen)
        seen.path = seen.path if seen.path.startswith("/web/") else "/web" + seen.path
        return super().answer(seen)

    def _search(self, seen: Seen) -> Answer:
        query = parse_qs(urlsplit(seen.path).query)
        one = {name: values[0] for name, values in query.items()}
        match = one.get("matchType", "exact")
        if any(host in one["url"] for host in self.blocked):
            return Answer(403, _PLAIN, _BLOCKED)
        if match != "exact" and self._span(one) > self.at_most_years.get(one["url"], 99):
            return html_page("504 Gateway Time-out", 504)
        rows = [
            each for each in self.rows if self._is_of(each, one["url"], match) and self._passes(each, query)
        ]
        if urlsplit(seen.path).path == "/cdx":
            return self._objects(rows[: int(one.get("limit", 9999))])
        return self._table(_collapsed(rows, one.get("collapse", "")), one)

    @staticmethod
    def _span(one: dict[str, str]) -> int:
        return int(one.get("to", "2026")[:4]) - int(one.get("from", "1996")[:4])

    @staticmethod
    def _is_of(each: list[str], url: str, match: str) -> bool:
        key = urlkey(url)
        host = key.partition(")")[0]
        own = each[0].partition(")")[0]
        return {
            "exact": each[0] == key,
            "host": own == host,
            "domain": own == host or own.startswith(host + ","),
        }[match]

    def _passes(self, each: list[str], query: dict[str, list[str]]) -> bool:
        first, last = query.get("from", [""])[0], query.get("to", ["9999"])[0]
        if not first <= each[1] or each[1][: len(last)] > last:
            return False
        return all(self._keeps(each, text) for text in query.get("filter", []))

    def _keeps(self, each: list[str], text: str) -> bool:
        negated, text = text.startswith("!"), text.removeprefix("!").removeprefix("~")
        name, _, expression = text.partition(":")
        column = (FIELDS if name in FIELDS else _PYWB).index(name)
        match = re.fullmatch if self.full_match else re.match
        return (match(expression, each[column]) is None) is negated

    @staticmethod
    def _objects(rows: list[list[str]]) -> Answer:
        if not rows:
            return Answer(404, _PLAIN, b'{"message": "No Captures found for: it"}')
        return Answer(
            200, _PLAIN, "\n".join(json.dumps(dict(zip(_PYWB, each, strict=True))) for each in rows).encode()
        )

    @staticmethod
    def _table(rows: list[list[str]], one: dict[str, str]) -> Answer:
        start, limit = int(one.get("resumeKey", "0")), int(one.get("limit", 9999))
        part = rows[start : start + limit]
        table: list[list[str]] = [list(FIELDS), *part] if part else []
        if start + limit < len(rows) and "showResumeKey" in one:
            table += [[], [str(start + limit)]]
        return Answer(200, _PLAIN, json.dumps(table).encode())


def _collapsed(rows: list[list[str]], collapse: str) -> list[list[str]]:
    if not collapse:
        return rows
    name, _, length = collapse.partition(":")
    column, found = FIELDS.index(name), list[list[str]]()
    for each in rows:
        value = each[column][: int(length) if length else None]
        before = found[-1] if found and found[-1][0] == each[0] else None
        if before is None or before[column][: int(length) if length else None] != value:
            found.append(each)
    return found
