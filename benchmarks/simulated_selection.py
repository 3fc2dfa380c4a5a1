"""`--select bisect` on imported captures, in one process: `crawler.crawl.bisection` without requests.

A simulated fetch only uncovers what the import stored. Texts are compared and changes are derived by the
history itself. Pages that redirect, captures that could not be fetched and budgets are left out.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.crawl import bisection
from crawler.crawl.bisection import CaptureState
from db import times
from db.history import noise
from db.history.dates import capture_dates
from db.history.good_captures import TIE_BREAK
from db.history.page_changes import PageChanges
from db.history.timeline import Witness
from db.history.trace import page_reader, text_reader, trace
from db.store.bodies import Bodies
from extract.html.source_text import source_text

EPOCH = date(1970, 1, 1)


class Found(NamedTuple):
    """What bisecting some histories costs and finds."""

    all: int = 0  # fetches of an exhaustive crawl
    fetches: int = 0
    changes: int = 0  # of an exhaustive crawl
    found: int = 0  # of these, at exactly that capture

    def __add__(self, other: tuple[int, ...]) -> "Found":  # type: ignore[override]
        """Add up two results."""
        return Found(*(one + more for one, more in zip(self, other, strict=True)))

    def __str__(self) -> str:
        """Return the cells of a row."""
        shares = self.fetches / self.all, self.found / (self.changes or 1), self.fetches / (self.found or 1)
        row = (
            f"{self.all} | {self.fetches} | {shares[0]:.1%} | {self.changes} | {self.found} | {shares[1]:.1%}"
        )
        return f"{row} | {shares[2]:.1f}"


@dataclass(frozen=True)
class Stored:
    """A capture of the corpus. `key` is equal for captures of one digest; `stated` in days since 1970."""

    day: float
    key: str
    length: int | None
    packed: int | None
    witness: Witness | None
    stated: float | None


Pages = Mapping[str, Sequence[Sequence[Stored]]]  # by retailer: the captures of each of its pages


_Seen = tuple[tuple[str, str, int], ...]  # the page, time and text of captures


class Corpus:
    """The captures of an archive file, and their true changes."""

    def __init__(self, archive: Path) -> None:
        self._db = Database(archive)
        self._changes = PageChanges(self._db, source_text)
        self._read = text_reader(self._db, 4096)
        self._letters = page_reader(self._db, source_text, 512)
        self._known: dict[_Seen, list[bool]] = {}
        self._timelines: dict[_Seen, list[tuple[str, str]]] = {}
        # Called for the same hunks in every round.
        vars(noise)["capture_dates"] = cache(capture_dates)
        self.pages: Pages = self._pages()

    def _pages(self) -> Pages:
        found: dict[str, dict[int, list[Stored]]] = defaultdict(lambda: defaultdict(list))
        packed = lru_cache(4096)(lambda body: len(zlib.compress(Bodies(self._db).get(body))))
        for retailer, page, number, timestamp, digest, length, verdict, body, *witness in self._db.execute(
            f"""select p.retailer, g.id, c.id, c.timestamp, c.digest, c.length, c.verdict, c.body_id,
                c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor
            from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
            left join texts t on t.id = c.text_id
            where c.state = 'fetched' and c.captured_at is not null and coalesce(c.status, 200) < 300
            order by c.captured_at, {TIE_BREAK}"""
        ):
            seen = Witness(*witness) if verdict == "policy" else None
            stated = self._changes.stated(seen) if seen else None
            moment = times.moment(timestamp)
            found[retailer][page].append(
                Stored(
                    moment.timestamp() / 86_400 if moment else 0.0,
                    digest or str(number),
                    length,
                    packed(body) if body is not None else None,
                    seen,
                    float((stated - EPOCH).days) if stated else None,
                )
            )
        return {retailer: list(pages.values()) for retailer, pages in found.items()}

    def thinned(self, share: float, seed: int) -> Pages:
        """Return a random share of the captures of each page."""
        chance = random.Random(seed)
        return {
            retailer: [kept for page in pages if (kept := [c for c in page if chance.random() < share])]
            for retailer, pages in self.pages.items()
        }

    def bisect(self, pages: Sequence[Sequence[Stored]], *, packed: bool = False) -> Found:
        """Bisect the pages of a retailer. With `packed`, lengths are those of compressed bodies."""
        if packed:
            pages = [[replace(c, length=c.packed) for c in page] for page in pages]
        fetched = [self._bisect(page) for page in pages]
        few = {new for _, new in self.changes([c for page in fetched for c in page])}
        whole = self.changes([c for page in pages for c in page])
        of_all, of_few = (sum(len({c.key for c in page}) for page in some) for some in (pages, fetched))
        return Found(of_all, of_few, len(whole), sum(new in few for _, new in whole))

    def _bisect(self, page: Sequence[Stored]) -> list[Stored]:
        """Return the captures of a page that are fetched, and those of equal digest."""
        keys: set[str] = set()
        while True:
            states = self._states(page, keys)
            asked = {page[span.capture].key for span in bisection.uncertain_spans(states, bisection.LEAST)}
            if not asked:
                return [c for c in page if c.key in keys]
            keys |= asked

    def _states(self, page: Sequence[Stored], keys: set[str]) -> list[CaptureState]:
        good = [c.witness for c in page if c.key in keys and c.witness]
        known = tuple((w.page, w.captured_at, w.text_id) for w in good)
        if known not in self._known:
            self._known[known] = self._changes.among(good)
        changed = iter(self._known[known])
        states = []
        for c in page:
            if c.key not in keys:
                states.append(CaptureState(c.day, c.key, c.length))
            elif not c.witness:
                states.append(CaptureState(c.day, c.key, c.length, "useless"))
            else:
                states.append(CaptureState(c.day, c.key, c.length, "good", next(changed), c.stated))
        return states

    def changes(self, captures: Sequence[Stored]) -> list[tuple[str, str]]:
        """Return the last old and the first new capture of each change of wording among some captures."""
        witnesses = sorted((c.witness for c in captures if c.witness), key=lambda w: w.captured_at)
        seen = tuple((w.page, w.captured_at, w.text_id) for w in witnesses)
        if seen not in self._timelines:
            timeline = trace(witnesses, self._read, self._letters).timeline
            wordings = [change for change in timeline.changes if change.kind == "wording"]
            self._timelines[seen] = [(change.last_old, change.first_new) for change in wordings]
        return self._timelines[seen]


def total(found: Mapping[str, Found]) -> Found:
    """Add up the results of several retailers."""
    return sum(found.values(), start=Found())


def leave_one_out(
    results: Mapping[str, Sequence[Found]], best: Callable[[Sequence[Found]], int], others: Sequence[Found]
) -> tuple[dict[str, Found], list[int]]:
    """Return the result of each retailer with the settings that are best for all the others.

    `results` has one result for each setting, and `others` the sums over another corpus. `best` returns the
    number of a setting.
    """
    sums = [sum(column, start=other) for other, *column in zip(others, *results.values(), strict=True)]
    held_out, chosen = {}, []
    for retailer, of_settings in results.items():
        rest = [
            Found(*(a - b for a, b in zip(one, own, strict=True)))
            for one, own in zip(sums, of_settings, strict=True)
        ]
        chosen.append(best(rest))
        held_out[retailer] = of_settings[chosen[-1]]
    return held_out, chosen
