"""The table of `status`: one line for each retailer, and what is missing or odd, in few words."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from crawler import fitting
from crawler.retailer_lists import readable
from crawler.terminal import counted, escaped_line
from db.schema.views import NEVER_GOOD, NO_CAPTURE

_NARROW = 72  # a terminal with fewer columns gets no column for the captures
_TO_FETCH = {"listed": "to fetch", "fetched": "to judge"}

Retailer = dict[str, Any]  # as db.query.reports.status returns it

# A retailer -> its place in the table. The domain decides between equal ones.
ORDERS: dict[str, Callable[[Retailer], Any]] = {
    "domain": lambda retailer: (),
    "changes": lambda retailer: -retailer["changes"],
    "seen": lambda retailer: retailer["last_good"] or "",
    "missing": lambda retailer: (
        retailer["last_good"] is not None,
        -len(missing(retailer)),
        -sum(gap["days"] or 0 for gap in retailer["gaps"]),
    ),
}


def lines(retailers: Sequence[Retailer], order: str, width: int | None) -> Iterator[str]:
    """Yield the lines of the table, the heads first. `order` is a key of ORDERS. Yields nothing for [].

    Where a line is too long for `width`, what is missing stands below each retailer.
    """
    if not retailers:
        return
    by_domain = sorted(retailers, key=lambda retailer: readable(retailer["domain"]))
    rows = [
        ("retailer", "versions", "changes", "last seen", "captures", "missing"),
        *(_row(retailer) for retailer in sorted(by_domain, key=ORDERS[order])),
    ]
    if width is not None and width < _NARROW:
        rows = [row[:4] + row[5:] for row in rows]
    whole = list(fitting.table(rows, None))
    if width is None or all(fitting.columns(line) <= width for line in whole):
        yield from whole
        return
    for line, row in zip(fitting.table([row[:-1] for row in rows], width), rows, strict=True):
        yield line
        if row is not rows[0] and row[-1]:
            yield from fitting.folded(f"  {row[-1]}", width)


def missing(retailer: Retailer) -> list[str]:
    """Return what is missing or odd about a retailer, the worst first; [] if everything is there."""
    listings = [page["listing"] for page in retailer["pages"]]
    gaps = [gap for gap in retailer["gaps"] if gap["kind"] not in (NO_CAPTURE, NEVER_GOOD)]
    longest = max((gap["months"] for gap in gaps), default=0)
    found = [
        "history not derived" if retailer["underived"] else "",
        _nothing(retailer),
        _some(listings.count("excluded"), "address excluded", "addresses excluded"),
        _some(listings.count("failed"), "address not listed", "addresses not listed"),
        _some(
            sum(page["listing"] == "complete" and bool(page["reason"]) for page in retailer["pages"]),
            "damaged list of captures",
            "damaged lists of captures",
        ),
        *(
            f"{part['captures']} {_TO_FETCH.get(part['state'], part['state'])}"
            for part in retailer["missing"]
        ),
        _some(sum(retailer["over_limit"].values()), "capture over a limit", "captures over a limit"),
        "addresses disagree" if retailer["disagreements"] else "",
        _some(len(retailer["conflicts"]), "capture with two bodies", "captures with two bodies"),
        f"{counted(len(gaps), 'gap')}, up to {longest} months" if len(gaps) > 1 else "",
        f"1 gap of {longest} months" if len(gaps) == 1 else "",
    ]
    return [what for what in dict.fromkeys(found) if what]


def _row(retailer: Retailer) -> tuple[str | int, ...]:
    return (
        escaped_line(readable(retailer["domain"])),
        retailer["versions"],
        retailer["changes"],
        (retailer["last_good"] or "never")[:10],
        sum(retailer["captures"].values()),
        "; ".join(missing(retailer)),
    )


def _nothing(retailer: Retailer) -> str:
    if not retailer["captures"]:
        is_new = retailer["pages"] and all(page["listing"] is None for page in retailer["pages"])
        return "not listed yet" if is_new else "no capture"
    return "" if retailer["last_good"] else "no good capture"


def _some(count: int, noun: str, nouns: str) -> str:
    return counted(count, noun, nouns) if count else ""
