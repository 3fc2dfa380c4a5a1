"""Merging of archive files: the facts of several machines become one archive file.

The result is the same in whatever order the files are merged. Facts are joined row by row (`join_rules`).
Derived data is copied if it was derived from the same facts. If the facts of a policy changed, its history is
derived again. docs/decisions/0015-merging.md has the rules, and docs/scale.md explains the use.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Any

from sqlite_utils import Database

from db.database import transaction
from db.history import underived
from db.merge import pages
from db.merge.captures import CaptureCounts, Captures
from db.merge.join_rules import PageFacts, TextFacts, join_texts
from db.merge.source_file import SourceArchive, check_source, is_same, open_source
from db.store import attributes, run_log, searches, texts
from db.store.bodies import Bodies, Read
from db.store.coverage import Coverage
from db.store.retailers import add_policy

__all__ = ["Merged", "check_source", "is_same", "merge", "open_source"]

_TEXT = ("extractor", "completeness", "language", "words", "title", "wording", "stated_date")
_TEXT_COLUMNS = ", ".join(_TEXT)


@dataclass
class Merged:
    """How much a merge added.

    `policies` are the ids of the policies whose history may have changed.
    """

    retailers: int = 0
    pages: int = 0
    bodies: int = 0
    captures: CaptureCounts = field(default_factory=CaptureCounts)
    policies: set[int] = field(default_factory=set)

    def add(self, other: "Merged") -> None:
        """Add the counts of another merge to this one."""
        self.retailers += other.retailers
        self.pages += other.pages
        self.bodies += other.bodies
        self.captures.add(other.captures)
        self.policies |= other.policies


def merge(
    db: Database,
    other: SourceArchive,
    extractor: str,
    done: Callable[[int], object] = lambda _: None,
) -> Merged:
    """Add the contents of another archive file to `db`, in one transaction.

    The histories of the policies in `Merged.policies` wait to be derived again (table `underived`). If the
    two files have different verdicts for a capture, its verdict is removed, and the present `extractor` must
    judge it again. `done` is called with the id of each capture. Raises DamagedArchiveError (nothing was
    added) and StoreError.
    """
    other.check()
    with transaction(db):
        try:
            return _Merge(db, other, extractor, done).run()
        except (ValueError, sqlite3.IntegrityError) as error:  # the tables refuse impossible rows
            raise other.damaged(str(error)) from error


class _Merge:
    """The merge of one archive file into another."""

    def __init__(
        self,
        db: Database,
        other: SourceArchive,
        extractor: str,
        done: Callable[[int], object],
    ) -> None:
        self._db, self._other, self._extractor, self._done = db, other, extractor, done
        self._bodies = Bodies(db)
        self._captures = Captures(db, self._bodies, other.rows)
        self._pages: dict[int, int] = {}  # page id in the other archive file -> page id here
        self._merged = Merged(captures=self._captures.counts)

    def run(self) -> Merged:
        before = {table: self._count(table) for table in ("retailers", "pages", "bodies")}
        self._texts()
        for domain, name in self._other.rows("select domain, name from retailers order by domain"):
            pages.put_retailer(self._db, domain, name)
            kinds = "select kind from policies where retailer = ? order by id"
            for (kind,) in self._other.rows(kinds, domain):
                add_policy(self._db, domain, kind=kind)
            noted = "select name, value, noted_at from retailer_attributes where retailer = ? order by name"
            attributes.join(self._db, domain, self._other.rows(noted, domain))
            self._retailer(domain)
        self._page_records(self._other.rows, self._pages)
        searches.take_over(
            self._db, self._other.rows(f"select {searches.ROW} from searches order by retailer, archive, way")
        )
        run_log.take_over(self._db, self._other.rows(f"select {run_log.RUN} from crawls order by id"))
        privacy = {int(i) for (i,) in self._db.execute("select id from policies where kind = 'privacy'")}
        self._merged.policies &= privacy
        for policy_id in self._merged.policies:
            underived.put(self._db, policy_id, "not derived since a merge", "")
        new = {table: self._count(table) - count for table, count in before.items()}
        self._merged.retailers, self._merged.pages = new["retailers"], new["pages"]
        self._merged.bodies = new["bodies"]
        return self._merged

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"select count(*) from {table}").fetchone()[0])

    def _texts(self) -> None:
        """Merge all texts, including texts without a capture.

        What an extractor recorded about a text does not depend on the captures.
        """
        rows = self._other.rows(f"select id, sha256, {_TEXT_COLUMNS} from texts order by id")
        for number, sha256, *values in rows:
            there = TextFacts(*values)
            row = self._db.execute(
                f"select sha256, {_TEXT_COLUMNS} from texts where id = ?", [number]
            ).fetchone()
            if row is None:
                self._new_text(number, sha256, there)
                continue
            if row[0] != sha256:
                raise ValueError(f"text {sha256[:16]} has the number of another one")
            here = TextFacts(*row[1:])
            joined = join_texts(here, there, self._extractor)
            if joined != here:
                changes = ", ".join(f"{name} = ?" for name in _TEXT)
                self._db.execute(f"update texts set {changes} where id = ?", [*astuple(joined), number])
                self._touch("select page_id from captures where text_id = ?", number)

    def _new_text(self, number: int, sha256: str, facts: TextFacts) -> None:
        ((markdown,),) = self._other.rows("select markdown from texts where id = ?", number)
        if not texts.is_of(markdown, sha256, number):
            raise ValueError(f"text {sha256[:16]} does not match its hash")
        marks = ", ".join("?" * (3 + len(_TEXT)))
        self._db.execute(
            f"insert into texts (id, sha256, markdown, {_TEXT_COLUMNS}) values ({marks})",
            [number, sha256, markdown, *astuple(facts)],
        )

    def _retailer(self, domain: str) -> None:
        """Merge the pages and captures of a retailer."""
        added = []
        for number, _, urlkey, *facts in self._other.rows(
            f"{pages.SELECT} where p.retailer = ? order by g.id", domain
        ):
            self._pages[number] = pages.put_page(self._db, domain, urlkey, PageFacts(*facts))
            added.append(number)
        for number in added:
            if self._captures.take(number, self._pages[number], self._done):
                self._touch("?", self._pages[number])
        for moved, kept in pages.to_move(self._db, domain):
            self._move(moved, kept)
            self._pages.update((number, kept) for number in added if self._pages[number] == moved)

    def _move(self, moved: int, kept: int) -> None:
        """Merge the page `moved` of this archive file into the page `kept`.

        The page is handled as if it came from another archive file.
        """

        def read(query: str, *values: object) -> list[tuple[Any, ...]]:
            return list(self._db.execute(query, values))

        facts = [
            PageFacts(*read(f"{pages.SELECT} where g.id = ?", page_id)[0][3:]) for page_id in (kept, moved)
        ]
        pages.write_page(self._db, kept, *facts)
        self._touch("?, ?", kept, moved)
        Captures(self._db, self._bodies, read).take(moved, kept, lambda _: None)
        self._page_records(read, {moved: kept}, of=moved)
        pages.replace_captures(self._db, moved, lambda number: self._same_as(read, {moved: kept}, number))
        pages.drop_page(self._db, moved)

    def _page_records(self, read: Read, here: dict[int, int], of: int | None = None) -> None:
        """Merge coverage, discovery evidence and save requests, of all pages or of the page `of`.

        `here` maps page ids of the other archive file to page ids here.
        """
        where, values = ("where page_id = ?", [of]) if of else ("", [])
        for page_id, archive, *window in read(
            f"""select page_id, archive, listed_from, listed_to, whole_at from coverage {where}
            order by page_id, archive""",
            *values,
        ):
            pages.put_window(self._db, here[page_id], archive, Coverage(*window))
        for page_id, way, seen_in, *words in read(
            f"select page_id, way, capture_id, text, noted_at from clues {where} order by id", *values
        ):
            pages.put_clue(self._db, here[page_id], way, self._same_as(read, here, seen_in), *words)
        saves = "page_id, archive, asked_at, job, state, reason, capture_id"
        for page_id, archive, asked_at, job, state, reason, made in read(
            f"select {saves} from saves {where} order by id", *values
        ):
            outcome = job, state, reason, self._same_as(read, here, made)
            pages.put_save(self._db, here[page_id], archive, asked_at, outcome)

    def _same_as(self, read: Read, here: dict[int, int], number: int | None) -> int | None:
        """Return the id here of a capture of the other archive file, or None.

        `here` maps page ids of the other archive file to page ids here.
        """
        if number is None:
            return None
        ((page_id, timestamp, original, digest),) = read(
            "select page_id, timestamp, original, digest from captures where id = ?", number
        )
        return self._captures.find(here.get(int(page_id), int(page_id)), timestamp, original, digest)

    def _touch(self, page_ids: str, *values: object) -> None:
        """Note the policies of some pages, so that their histories are derived again."""
        rows = self._db.execute(f"select distinct policy_id from pages where id in ({page_ids})", values)
        self._merged.policies |= {int(row[0]) for row in rows.fetchall()}
