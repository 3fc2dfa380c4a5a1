"""`--select bisect` on imported captures, in one process and without requests.

A simulated fetch only uncovers what the import stored, so each text is extracted once. Texts are compared and
changes are derived by the history itself. Pages that redirect, captures that could not be fetched and budgets
are left out.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sqlite_utils import Database

from crawler.crawl.bisecting import bisection
from crawler.crawl.bisecting.change_likelihood import CaptureState
from db import times
from db.history.comparison.hunks import Hunk
from db.history.comparison.token_diff import compare
from db.history.dates import capture_dates
from db.history.good_captures import TIE_BREAK
from db.history.noise.steps import ReadText
from db.history.page_changes import PageChanges
from db.history.timeline import Witness
from db.history.trace import page_reader, text_reader, trace
from db.store.bodies import Bodies
from extract.html.source_text import source_text

PAGES = 4096  # this many are kept in memory: a simulation reads each again and again


class Found(NamedTuple):
    """What bisecting some histories costs and finds."""

    all: int = 0  # fetches of an exhaustive crawl
    fetches: int = 0
    changes: int = 0  # of an exhaustive crawl
    found: int = 0  # of these, at exactly that capture

    @property
    def cost(self) -> float:
        """The share of the captures that are fetched."""
        return self.fetches / (self.all or 1)

    @property
    def recall(self) -> float:
        """The share of the changes that are found; 1 without changes."""
        return self.found / self.changes if self.changes else 1.0

    def __str__(self) -> str:
        """Return the cells of a row."""
        each = self.fetches / (self.found or 1)
        return (
            f"{self.all} | {self.fetches} | {self.cost:.1%} | {self.changes} | {self.found} | "
            f"{self.recall:.1%} | {each:.1f}"
        )


@dataclass(frozen=True)
class Stored:
    """A capture of the corpus.

    `key` is equal for captures of one digest, `packed` the length of its compressed body. `witness` is None
    for a capture that does not show the policy.
    """

    day: float
    key: str
    length: int | None
    packed: int | None
    witness: Witness | None


Pages = Mapping[str, Sequence[Sequence[Stored]]]  # by retailer: the captures of each of its pages
_Seen = tuple[tuple[str, str, int], ...]  # the page, time and text of captures


class Corpus:
    """The captures of an archive file, and their true changes. Comparisons are made once."""

    def __init__(self, archive: Path) -> None:
        self._db = Database(archive)
        with patch("db.history.page_changes._CACHED_TEXTS", PAGES):
            self._changes = PageChanges(self._db, source_text)
        self._read = text_reader(self._db, PAGES)
        self._letters = page_reader(self._db, source_text, PAGES)
        self._compared = cache(lambda old, new: compare(self._read(old), self._read(new)))
        self._known: dict[_Seen, list[bool]] = {}
        self._timelines: dict[_Seen, list[str]] = {}
        self._patches = ExitStack()
        # Called for the same hunks in every round.
        self._patches.enter_context(
            patch("db.history.noise.capture_dates.capture_dates", cache(capture_dates))
        )
        self._patches.enter_context(patch("db.history.trace.comparer", self._comparer))
        self.pages: Pages = self._pages()

    def close(self) -> None:
        """Undo what makes repeated comparisons fast."""
        self._patches.close()
        self._db.close()

    def _comparer(
        self, read: ReadText, *, other_address: bool = False
    ) -> Callable[[int, int], tuple[Hunk, ...]]:
        if other_address:
            return lambda old, new: compare(read(old), read(new), other_address=True)
        return self._compared

    def _pages(self) -> Pages:
        found: dict[str, dict[int, list[Stored]]] = defaultdict(lambda: defaultdict(list))
        packed = lru_cache(PAGES)(lambda body: len(zlib.compress(Bodies(self._db).get(body))))
        for retailer, page, number, timestamp, digest, length, verdict, body, *witness in self._db.execute(
            f"""select p.retailer, g.id, c.id, c.timestamp, c.digest, c.length, c.verdict, c.body_id,
                c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor
            from captures c join pages g on g.id = c.page_id join policies p on p.id = g.policy_id
            left join texts t on t.id = c.text_id
            where c.state = 'fetched' and c.captured_at is not null and coalesce(c.status, 200) < 300
            order by c.captured_at, {TIE_BREAK}"""
        ):
            moment = times.moment(timestamp)
            stored = Stored(
                moment.timestamp() / 86_400 if moment else 0.0,
                digest or str(number),
                length,
                packed(body) if body is not None else None,
                Witness(*witness) if verdict == "policy" else None,
            )
            found[retailer][page].append(stored)
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
        few = set(self.changes([c for page in fetched for c in page]))
        whole = self.changes([c for page in pages for c in page])
        of_all, of_few = (sum(len({c.key for c in page}) for page in some) for some in (pages, fetched))
        return Found(of_all, of_few, len(whole), sum(new in few for new in whole))

    def _bisect(self, page: Sequence[Stored]) -> list[Stored]:
        """Return the captures of a page that are fetched, and those of equal digest."""
        keys: set[str] = set()
        while True:
            spans = bisection.uncertain_spans(self._states(page, keys), bisection.LEAST)
            if not spans:
                return [c for c in page if c.key in keys]
            keys |= {page[span.capture].key for span in spans}

    def _states(self, page: Sequence[Stored], keys: set[str]) -> list[CaptureState]:
        good = [c.witness for c in page if c.key in keys and c.witness]
        known = _seen(good)
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
                facts = self._changes.facts(c.witness)
                states.append(CaptureState(c.day, c.key, c.length, "good", next(changed), *facts))
        return states

    def changes(self, captures: Sequence[Stored]) -> list[str]:
        """Return the time of the first new capture of each change of wording among some captures."""
        witnesses = sorted((c.witness for c in captures if c.witness), key=lambda w: w.captured_at)
        seen = _seen(witnesses)
        if seen not in self._timelines:
            timeline = trace(witnesses, self._read, self._letters).timeline
            self._timelines[seen] = [c.first_new for c in timeline.changes if c.kind == "wording"]
        return self._timelines[seen]


def _seen(witnesses: Sequence[Witness]) -> _Seen:
    return tuple((w.page, w.captured_at, w.text_id) for w in witnesses)


def total(found: Sequence[Found]) -> Found:
    """Add up several results."""
    return Found(*map(sum, zip(*found, strict=True))) if found else Found()


def leave_one_out(
    results: Mapping[str, Sequence[Found]], best: Callable[[Sequence[Found]], int]
) -> dict[str, tuple[int, Found]]:
    """Return for each history the setting that is best for all others, and its result with that setting.

    `results` has one result for each setting. `best` takes a result for each setting, and returns the number
    of a setting.
    """
    held_out = {}
    for name, of_settings in results.items():
        others = [found for other, found in results.items() if other != name]
        number = best([total(of_setting) for of_setting in zip(*others, strict=True)])
        held_out[name] = number, of_settings[number]
    return held_out
