"""Verifying an archive: its file, its facts, and whether what is derived follows from them: it is derived once more."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

from sqlite_utils import Database

from crawler.workers.derive import run_per_policy
from crawler.workers.pool import WorkerPool
from db.history import versions
from db.schema.ids import text_id
from db.store import extraction_queue
from db.store.texts import Text
from db.verify import file
from db.verify import run_checks as rows
from db.verify.findings import Findings, Problem, captures_of_text, the_capture
from extract import EXTRACTOR

_OVERTAXED = "extraction took"  # how the reason begins where a machine, not a page, may have been too slow


@dataclass(frozen=True)
class Sample:
    """So many bodies, with their texts, and so many policies: always the same ones for a seed."""

    size: int
    seed: int

    def of(self, ids: Iterable[int]) -> set[int]:
        """Choose among ids."""
        return set(
            nsmallest(self.size, ids, key=lambda n: hashlib.sha256(f"{self.seed} {n}".encode()).digest())
        )


def verify(
    path: Path, sample: Sample | None = None, jobs: int = 0, done: Callable[[int], object] = lambda _: None
) -> Findings:
    """Look for everything that is wrong with an archive; nothing is written. `done` hears of each capture extracted again.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, StoreError.
    """
    findings = Findings()
    db = file.open_damaged(path)
    try:
        file.check(path, db, findings)
        rows.guarded(findings, "bodies", lambda: _rows(db, findings, sample, jobs, done))
    finally:
        db.close()
    return findings


def _rows(
    db: Database, findings: Findings, sample: Sample | None, jobs: int, done: Callable[[int], object]
) -> None:
    chosen = sample.of(row[0] for row in db.execute("select id from bodies")) if sample else None
    shown = (
        None
        if chosen is None
        else {row[0] for row in db.execute("select text_id, body_id from captures") if row[1] in chosen}
    )
    rows.check_rows(db, findings, chosen, shown)
    rows.guarded(findings, "texts", lambda: asyncio.run(_derived(db, findings, sample, chosen, jobs, done)))


async def _derived(
    db: Database,
    findings: Findings,
    sample: Sample | None,
    chosen: Collection[int] | None,
    jobs: int,
    done: Callable[[int], object],
) -> None:
    if unjudged := sum(extraction_queue.policies_to_judge(db).values()):
        findings.notes.append(
            f"{unjudged} captures wait to be judged: the next crawl, import or rebuild does that"
        )
    policies = [row[0] for row in db.execute("select id from policies order by id")]
    with WorkerPool(db, jobs=jobs) as extraction:
        texts = _Texts(db, extraction, findings)
        held = [
            row
            for row in db.execute(_HELD)
            if row[1] not in findings.blocked and row[0] not in findings.bad_captures
        ]
        ids = [row[0] for row in held if chosen is None or row[1] in chosen]
        findings.left_out["captures' texts"] = len(held) - len(ids)
        await extraction.in_chunks(ids, lambda chunk: texts.check(chunk, done))
        if chosen is None:
            texts.check_completeness()
        some = sample.of(policies) if sample else policies
        sound = [policy_id for policy_id in some if not _rests_on_damage(db, policy_id, findings)]
        findings.left_out["histories"] = len(policies) - len(sound)
        histories = _Histories(db, extraction, findings)
        await run_per_policy(sound, histories.check)


_HELD = """select id, body_id from captures where state = 'fetched' and body_id is not null and verdict is not null
    order by page_id, timestamp, id"""
_JUDGED = """select c.verdict, c.reason, c.text_id, t.extractor, t.title, t.language, t.words, t.completeness
    from captures c left join texts t on t.id = c.text_id where c.id = ?"""


class _Texts:
    """Compares what the archive has of captures' texts with what their bodies give."""

    def __init__(self, db: Database, extraction: WorkerPool, findings: Findings) -> None:
        self._db, self._extraction, self._findings = db, extraction, findings
        self._lowest: dict[int, float] = {}
        self._old = bool(
            db.execute(
                """select 1 from captures c join texts t on t.id = c.text_id where c.body_id is not null and t.extractor != ?
                limit 1""",
                [EXTRACTOR],
            ).fetchone()
        )

    async def check(self, chunk: list[int], done: Callable[[int], object]) -> None:
        """Compare some captures."""
        try:
            evidence = {
                capture_id: extraction_queue.extraction_input(self._db, capture_id) for capture_id in chunk
            }
            found = await self._extraction.texts(evidence.values())
        except Exception as error:  # what is damaged may fail in any way
            what = (
                f"{len(chunk)} captures from this one on cannot be extracted: {type(error).__name__} {error}"[
                    :300
                ]
            )
            self._findings.add(Problem("texts", "captures", chunk[0], what))
            return
        for capture_id in chunk:
            self._compare(capture_id, found[evidence[capture_id]])
            done(capture_id)

    def _compare(self, capture_id: int, text: Text) -> None:
        verdict, reason, held, extractor, *row = self._db.execute(_JUDGED, [capture_id]).fetchone()
        if _OVERTAXED in (str(reason)[: len(_OVERTAXED)], text.reason[: len(_OVERTAXED)]):
            self._findings.left_out["captures' texts"] += 1
            return
        given = text_id(text.sha256) if text.words else None
        if extractor not in (None, EXTRACTOR) or (
            extractor is None and held is None and self._old and verdict != text.verdict
        ):
            self._findings.checked["texts of an older extractor"] += 1
            return
        self._findings.checked["captures' texts"] += 1
        if held is not None and held == given:
            self._lowest[held] = min(text.completeness, self._lowest.get(held, 1.0))
        wrong = None
        if (verdict, reason) != (text.verdict, text.reason):
            wrong = f"it counts as {verdict} ({reason}), but its body is {text.verdict} ({text.reason})"[:300]
        elif held != given:
            wrong = f"its text is {held}, but its body gives {given}"
        elif (
            held not in self._findings.bad_texts
            and held is not None
            and row[:3] != [text.title, text.language, text.words]
        ):
            wrong = f"what text {held} says of its title, language or words is not what its body gives"
        if wrong:
            self._findings.add(
                Problem("texts", "captures", capture_id, wrong, the_capture(self._db, capture_id))
            )

    def check_completeness(self) -> None:
        """Of several captures with one text the lowest is kept: so all of them must have been looked at."""
        for number, lowest in sorted(self._lowest.items()):
            (held,) = self._db.execute("select completeness from texts where id = ?", [number]).fetchone()
            if held != lowest:
                what = f"its completeness is {held}, but its bodies give {lowest}"
                self._findings.add(
                    Problem("texts", "texts", number, what, captures_of_text(self._db, number))
                )


class _Histories:
    """Compares the stored versions, changes and variants of policies with what follows from their captures."""

    def __init__(self, db: Database, extraction: WorkerPool, findings: Findings) -> None:
        self._db, self._extraction, self._findings = db, extraction, findings

    async def check(self, policy_id: int) -> None:
        (retailer,) = self._db.execute("select retailer from policies where id = ?", [policy_id]).fetchone()
        try:
            derived = await self._extraction.history(policy_id)
        except Exception as error:  # what is damaged may fail in any way
            what = f"the history of {retailer} cannot be derived: {type(error).__name__} {error}"[:300]
            self._findings.add(Problem("history", "policies", policy_id, what))
            return
        self._findings.checked["histories"] += 1
        for table, stored in versions.stored(self._db, policy_id).items():
            held, due = {row[0]: row for row in stored}, {row[0]: row for row in derived[table]}
            for number in sorted(held.keys() | due.keys()):
                if held.get(number) != due.get(number):
                    missing, extra = number not in held, number not in due
                    what = (
                        "is missing"
                        if missing
                        else "should not be there"
                        if extra
                        else "does not follow from the captures"
                    )
                    self._findings.add(Problem("history", table, number, f"{what}: {retailer}"))


def _rests_on_damage(db: Database, policy_id: int, findings: Findings) -> bool:
    """Whether a policy has bodies or texts that are damaged: then its history cannot be told from them."""
    if not (findings.blocked or findings.bad_texts):
        return False
    rows = db.execute(
        "select c.body_id, c.text_id from captures c join pages g on g.id = c.page_id where g.policy_id = ?",
        [policy_id],
    )
    return any(row[0] in findings.blocked or row[1] in findings.bad_texts for row in rows)
