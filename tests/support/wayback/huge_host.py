"""A host with 20,000 rows in the index: hundreds about privacy screens, six of the policy.

It is generated for every test. A stand-in serves it over HTTP and answers host and domain queries as the
Wayback Machine does: filters, `collapse`, `limit` with resume keys, date windows (docs/wayback.md "Index
parameters"). With `scans_at_most`, a query that scans more rows before its answer is full gets 504; a
narrower window helps (docs/wayback.md "Index errors").
"""

import base64
import bisect
import json
import random
import re
from urllib.parse import parse_qs, urlsplit

from db.urlkey import urlkey
from tests.support.policies import policy
from tests.support.wayback.standin import FIELDS, Answer, Seen, StandIn, html_page, memento, row

DOMAIN = "bigbox.example"
POLICY = f"https://www.{DOMAIN}/customer-care/privacy-notice"
POLICY_TIMES = [f"{year}0412103000" for year in (2005, 2008, 2011, 2014, 2018, 2022)]
ROWS, OF_PRIVACY = 20_000, 400
_GOODS = ("screen", "fence-panel", "window-film", "curtain", "hedge", "tent", "door-lock", "screen-protector")
_MANY = ("sofa", "lamp", "kettle", "rug", "drill", "tent", "mirror", "shelf", "socks", "blender")
_COLOURS = ("ash", "birch", "cedar", "oak", "slate", "white")
_PLAIN = (("Content-Type", "text/plain"),)
_TOO_MUCH = html_page("504 Gateway Time-out", 504)

Row = list[str]


def rows(seed: int = 7) -> list[Row]:
    """Return the index of the host, sorted: distinct addresses, and six captures of the policy."""
    rng = random.Random(seed)
    paths = [f"{number:05d}" for number in range(ROWS - len(POLICY_TIMES))]
    rng.shuffle(paths)
    shown = [row(_moment(rng), _privacy_goods(rng, number), f"P{number}") for number in paths[:OF_PRIVACY]]
    shown += [row(_moment(rng), _anything(rng, number), f"X{number}") for number in paths[OF_PRIVACY:]]
    shown += [row(timestamp, POLICY, f"POLICY{timestamp}") for timestamp in POLICY_TIMES]
    return sorted(shown, key=lambda each: (each[0], each[1]))


def _moment(rng: random.Random) -> str:
    hour, minute, second = rng.randrange(24), rng.randrange(60), rng.randrange(60)
    year, month, day = rng.randint(2001, 2024), rng.randint(1, 12), rng.randint(1, 28)
    return f"{year}{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}"


def _privacy_goods(rng: random.Random, number: str) -> str:
    goods, colour = rng.choice(_GOODS), rng.choice(_COLOURS)
    forms = (
        f"p/privacy-{goods}-{colour}/{number}",
        f"c/privacy-{goods}?page={number}",
        f"reviews/{number}/privacy-{goods}",
        f"ideas/how-to-choose-a-privacy-{goods}-{number}",
        f"s?k=privacy+{goods}&n={number}",
    )
    return f"http://www.{DOMAIN}/{rng.choice(forms)}"


def _anything(rng: random.Random, number: str) -> str:
    host = rng.choice(("www", "www", "www", "m", "img"))
    kind = rng.choice(("p", "c", "reviews", "stores", "help/article"))
    return f"http://{host}.{DOMAIN}/{kind}/{rng.choice(_COLOURS)}-{rng.choice(_MANY)}/{number}"


class HugeHost(StandIn):
    """The stand-in.

    `full_match`: a filter must match the whole field, not only its beginning. Both servers exist
    (docs/wayback.md "Index parameters").
    """

    def __init__(self, *, scans_at_most: int | None = None, full_match: bool = True) -> None:
        super().__init__()
        self.rows = rows()
        self.keys = [each[0] for each in self.rows]
        self.scans_at_most, self.full_match = scans_at_most, full_match
        for timestamp in POLICY_TIMES:
            self.replay(timestamp, POLICY, memento(timestamp, policy(f"As of {timestamp[:4]}.", "Bigbox")))

    def answer(self, seen: Seen) -> Answer:
        if seen.kind == "cdx":
            return self._search(parse_qs(urlsplit(seen.path).query))
        return super().answer(seen)

    def _search(self, query: dict[str, list[str]]) -> Answer:
        one = {name: values[0] for name, values in query.items()}
        limit = int(one.get("limit", ROWS))
        start, end = self._span(one["url"], one.get("matchType", "exact"))
        place = int(base64.b64decode(one["resumeKey"])) if "resumeKey" in one else start
        scanned, found, last = 0, list[Row](), None
        while place < end and len(found) < limit:
            each, place = self.rows[place], place + 1
            if not (
                one.get("from", "") <= each[1] and each[1][: len(one.get("to", ""))] <= one.get("to", "")
            ):
                continue
            scanned += 1
            if self.scans_at_most is not None and scanned > self.scans_at_most:
                return _TOO_MUCH
            if all(self._passes(each, text) for text in query.get("filter", [])):
                value = self._collapsed(each, one.get("collapse", ""))
                if value is None or value != last:
                    found.append(each)
                last = value
        return Answer(200, _PLAIN, self._written(found, one, place if place < end else None))

    def _span(self, url: str, match: str) -> tuple[int, int]:
        """Return the first row of an address and the row after its last one."""
        key = urlkey(url)
        host = key.partition(")")[0]
        first, after = {
            "exact": (key, key + " "),
            "prefix": (key, key + "\x7f"),
            "host": (host + ")", host + "*"),
            "domain": (host + ")", host + "-"),
        }[match]
        return bisect.bisect_left(self.keys, first), bisect.bisect_left(self.keys, after)

    def _passes(self, each: Row, text: str) -> bool:
        negated, text = text.startswith("!"), text.removeprefix("!")
        name, _, expression = text.partition(":")
        match = re.fullmatch if self.full_match else re.match
        return (match(expression, each[FIELDS.index(name)]) is None) is negated

    @staticmethod
    def _collapsed(each: Row, collapse: str) -> str | None:
        """Return the value that adjacent rows must not share.

        `collapse` is `urlkey`, or the first characters of a field, as in `timestamp:6`.
        """
        name, _, length = collapse.partition(":")
        return each[FIELDS.index(name)][: int(length) if length else None] if name else None

    @staticmethod
    def _written(found: list[Row], one: dict[str, str], place: int | None) -> bytes:
        columns = one.get("fl", ",".join(FIELDS)).split(",")
        table = [[each[FIELDS.index(name)] for name in columns] for each in found]
        key = (
            base64.b64encode(str(place).encode()).decode()
            if place is not None and "showResumeKey" in one
            else None
        )
        if one.get("output") == "json":
            return json.dumps(([columns, *table] if table else []) + ([[], [key]] if key else [])).encode()
        return "\n".join([*(" ".join(each) for each in table), *(["", key] if key else []), ""]).encode()
