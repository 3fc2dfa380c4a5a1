"""Merging archives: what several machines gathered becomes one archive, the same in whatever order.

Facts are joined, thing by thing (joins.py); what was derived from the same facts is taken over, and the histories of the
policies to which something came are derived anew. docs/decisions/0015 has the rules, docs/scale.md what it is good for.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from db.database import transaction
from db.history import versions
from db.history.page_text import SourceText
from db.merge import pages
from db.merge.captures import CaptureCounts, Captures
from db.merge.join_rules import PageFacts, TextFacts, Window, join_texts
from db.merge.source_file import SourceArchive, is_same, look_at, opened
from db.store import run_log, searches, texts
from db.store.bodies import Bodies, Read
from db.store.retailers import add_policy

__all__ = ["Merged", "is_same", "look_at", "merge", "opened"]

_TEXT = "extractor, completeness, language, words, title, wording"


@dataclass
class Merged:
    """What a merge brought: new retailers and pages, captures, and the policies whose timelines it may have changed."""

    retailers: int = 0
    pages: int = 0
    captures: CaptureCounts = field(default_factory=CaptureCounts)
    policies: set[int] = field(default_factory=set)

    def add(self, other: "Merged") -> None:
        """Add what another merge brought."""
        self.retailers += other.retailers
        self.pages += other.pages
        self.captures.add(other.captures)
        self.policies |= other.policies


def merge(
    db: Database,
    other: SourceArchive,
    extractor: str,
    source_text: SourceText,
    done: Callable[[int], object] = lambda _: None,
) -> Merged:
    """Take all that another archive holds into `db`, in one transaction, with the histories that follow from it.

    Captures that the archives judged differently have no verdict afterwards: they are to be judged anew, by the present
    `extractor`. `source_text` returns all text of a body. `done` hears of each capture. Raises DamagedArchiveError (then nothing was taken), StoreError.
    """
    other.check()
    with transaction(db):
        try:
            return _Merging(db, other, extractor, source_text, done).run()
        except (ValueError, sqlite3.IntegrityError) as error:  # the tables refuse what no archive can hold
            raise other.damaged(str(error)) from error


class _Merging:
    """One archive on its way into another."""

    def __init__(
        self,
        db: Database,
        other: SourceArchive,
        extractor: str,
        source_text: SourceText,
        done: Callable[[int], object],
    ) -> None:
        self._db, self._other, self._extractor, self._done = db, other, extractor, done
        self._source_text = source_text
        self._bodies = Bodies(db)
        self._captures = Captures(db, self._bodies, other.rows)
        self._pages: dict[int, int] = {}  # of the other archive: their ids here
        self._merged = Merged(captures=self._captures.brought)

    def run(self) -> Merged:
        before = self._count("retailers"), self._count("pages")
        self._texts()
        for domain, name in self._other.rows("select domain, name from retailers order by domain"):
            pages.put_retailer(self._db, domain, name)
            for (kind,) in self._other.rows(
                "select kind from policies where retailer = ? order by id", domain
            ):
                add_policy(self._db, domain, kind=kind)
            self._retailer(domain)
        self._beside(self._other.rows, self._pages)
        searches.take_over(
            self._db, self._other.rows(f"select {searches.ROW} from searches order by retailer, archive, way")
        )
        run_log.take_over(self._db, self._other.rows(f"select {run_log.RUN} from crawls order by id"))
        privacy = {int(i) for (i,) in self._db.execute("select id from policies where kind = 'privacy'")}
        self._merged.policies &= privacy
        for policy_id in sorted(self._merged.policies):
            versions.refresh(self._db, policy_id, self._source_text)
        self._merged.retailers, self._merged.pages = (
            self._count("retailers") - before[0],
            self._count("pages") - before[1],
        )
        return self._merged

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"select count(*) from {table}").fetchone()[0])

    def _texts(self) -> None:
        """All texts, also those that no capture has: what is said of a text does not depend on who has it."""
        for number, sha256, *values in self._other.rows(f"select id, sha256, {_TEXT} from texts order by id"):
            row = self._db.execute(f"select sha256, {_TEXT} from texts where id = ?", [number]).fetchone()
            there = TextFacts(*values)
            if row is None:
                self._new_text(number, sha256, there)
            elif row[0] != sha256:
                raise ValueError(f"text {sha256[:16]} has the number of another one")
            elif (joined := join_texts(TextFacts(*row[1:]), there, self._extractor)) != TextFacts(*row[1:]):
                changes = ", ".join(f"{name} = ?" for name in _TEXT.split(", "))
                self._db.execute(f"update texts set {changes} where id = ?", [*_values(joined), number])
                self._touch("select page_id from captures where text_id = ?", number)

    def _new_text(self, number: int, sha256: str, facts: TextFacts) -> None:
        ((markdown,),) = self._other.rows("select markdown from texts where id = ?", number)
        if not texts.is_of(markdown, sha256, number):
            raise ValueError(f"text {sha256[:16]} is not what its hash says")
        self._db.execute(
            f"insert into texts (id, sha256, markdown, {_TEXT}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [number, sha256, markdown, *_values(facts)],
        )

    def _retailer(self, domain: str) -> None:
        """A retailer's pages and captures."""
        came = []
        for number, _, urlkey, *facts in self._other.rows(
            f"{pages.SELECT} where p.retailer = ? order by g.id", domain
        ):
            self._pages[number] = pages.put_page(self._db, domain, urlkey, PageFacts(*facts))
            came.append(number)
        for number in came:
            if self._captures.take(number, self._pages[number], self._done):
                self._touch("?", self._pages[number])
        for moved, kept in pages.to_move(self._db, domain):
            self._move(moved, kept)
            self._pages.update((number, kept) for number in came if self._pages[number] == moved)

    def _move(self, moved: int, kept: int) -> None:
        """Merge a page of this archive into another one, as if it came from elsewhere."""

        def read(query: str, *values: object) -> list[tuple[Any, ...]]:
            return list(self._db.execute(query, values))

        facts = [
            PageFacts(*read(f"{pages.SELECT} where g.id = ?", page_id)[0][3:]) for page_id in (kept, moved)
        ]
        pages.write_page(self._db, kept, *facts)
        self._touch("?, ?", kept, moved)
        Captures(self._db, self._bodies, read).take(moved, kept, lambda _: None)
        self._beside(read, {moved: kept}, of=moved)
        pages.point_elsewhere(self._db, moved, lambda number: self._same_as(read, {moved: kept}, number))
        pages.drop_page(self._db, moved)

    def _beside(self, read: Read, here: dict[int, int], of: int | None = None) -> None:
        """What is known beside the captures: windows, clues and requests to save, of all pages or of one."""
        where, values = ("where page_id = ?", [of]) if of else ("", [])
        query = f"select page_id, archive, listed_from, listed_to, whole_at from coverage {where} order by page_id, archive"
        for page_id, archive, *window in read(query, *values):
            pages.put_window(self._db, here[page_id], archive, Window(*window))
        for page_id, way, seen_in, *words in read(
            f"select page_id, way, capture_id, text, noted_at from clues {where} order by id", *values
        ):
            pages.put_clue(self._db, here[page_id], way, self._same_as(read, here, seen_in), *words)
        for page_id, archive, asked_at, job, state, reason, made in read(
            f"select page_id, archive, asked_at, job, state, reason, capture_id from saves {where} order by id",
            *values,
        ):
            pages.put_save(
                self._db,
                here[page_id],
                archive,
                asked_at,
                (job, state, reason, self._same_as(read, here, made)),
            )

    def _same_as(self, read: Read, here: dict[int, int], number: int | None) -> int | None:
        """The capture of this archive that is a capture of another one, whose pages are `here` under other numbers."""
        if number is None:
            return None
        ((page_id, timestamp, original, digest),) = read(
            "select page_id, timestamp, original, digest from captures where id = ?", number
        )
        return self._captures.find(here.get(int(page_id), int(page_id)), timestamp, original, digest)

    def _touch(self, page_ids: str, *values: object) -> None:
        """Note the policies of some pages: their histories are to be derived anew."""
        rows = self._db.execute(f"select distinct policy_id from pages where id in ({page_ids})", values)
        self._merged.policies |= {int(row[0]) for row in rows.fetchall()}


def _values(facts: TextFacts) -> Iterable[Any]:
    return [getattr(facts, name) for name in _TEXT.split(", ")]
