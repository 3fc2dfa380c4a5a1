"""The verification of an archive file: of the file, its facts, and its derived data."""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import WorkersError
from crawler.jobs.verified_histories import HistoryCheck
from crawler.workers.derive import run_per_policy
from crawler.workers.pool import WorkerPool
from db.schema.ids import text_id
from db.store import extraction_queue
from db.store.texts import Text
from db.verify import file, run_checks, stored_results
from db.verify.faults import Faults, Problem, captures_of_text, the_capture
from extract import EXTRACTOR

# The beginning of a verdict's reason after a time-out. Another machine may be faster, so such verdicts are
# not compared.
_TOO_SLOW = "extraction took"


@dataclass(frozen=True)
class Sample:
    """A part of an archive file to verify: `size` bodies with their texts, and `size` policies.

    The same seed always chooses the same part.
    """

    size: int
    seed: int

    def of(self, ids: Iterable[int]) -> set[int]:
        """Return `size` of the given ids, or all ids if there are not more."""
        return set(
            nsmallest(self.size, ids, key=lambda n: hashlib.sha256(f"{self.seed} {n}".encode()).digest())
        )


def verify(
    path: Path,
    sample: Sample | None = None,
    jobs: int = 0,
    done: Callable[[int], object] = lambda _: None,
    expect: Callable[[int], object] = lambda _: None,
) -> Faults:
    """Check an archive file, or a sample of it, and return all problems.

    Nothing is written. `jobs` is the number of worker processes (0: one per processor core). `done` is called
    with the id of each capture that was extracted again, and `expect` before that with their number.

    Raises NoArchiveError, NotAnArchiveError, NewerSchemaError, StoreError.
    """
    faults = Faults()
    db = file.open_damaged(path)
    try:
        file.check(path, db, faults)
        run_checks.guarded(faults, "bodies", lambda: _check_rows(db, faults, sample, jobs, done, expect))
    finally:
        db.close()
    return faults


def _check_rows(
    db: Database,
    faults: Faults,
    sample: Sample | None,
    jobs: int,
    done: Callable[[int], object],
    expect: Callable[[int], object],
) -> None:
    bodies = sample.of(stored_results.body_ids(db)) if sample else None
    texts = None if bodies is None else stored_results.texts_of_bodies(db, bodies)
    run_checks.check_rows(db, faults, bodies, texts)
    if faults.cut_off:  # a worker process reads nothing of such a file
        faults.notes.append("a repair saves what can be read, and then checks texts and histories")
        return
    run_checks.guarded(
        faults,
        "texts",
        lambda: asyncio.run(_check_results(db, faults, sample, bodies, jobs, done, expect)),
    )


async def _check_results(
    db: Database,
    faults: Faults,
    sample: Sample | None,
    bodies: Collection[int] | None,
    jobs: int,
    done: Callable[[int], object],
    expect: Callable[[int], object],
) -> None:
    """Extract texts and compute histories again, and compare them with the stored ones."""
    if unjudged := sum(extraction_queue.policies_to_judge(db).values()):
        faults.notes.append(
            f"{unjudged} captures wait to be judged: the next crawl, import or rebuild does that"
        )
    policies = stored_results.policy_ids(db)
    with WorkerPool(db, jobs=jobs) as pool:
        texts = _TextCheck(db, pool, faults)
        readable = [
            (capture_id, body_id)
            for capture_id, body_id in stored_results.judged_captures(db)
            if body_id not in faults.blocked and capture_id not in faults.bad_captures
        ]
        ids = [capture_id for capture_id, body_id in readable if bodies is None or body_id in bodies]
        faults.left_out["captures' texts"] = len(readable) - len(ids)
        expect(len(ids))
        await pool.in_chunks(ids, lambda chunk: texts.check(chunk, done))
        if bodies is None:
            texts.check_shared_values()
        some = sample.of(policies) if sample else policies
        sound = [policy_id for policy_id in some if not _rests_on_damage(db, policy_id, faults)]
        faults.left_out["histories"] = len(policies) - len(sound)
        histories = HistoryCheck(db, pool, faults)
        await run_per_policy(sound, histories.check)


class _TextCheck:
    """Compares stored verdicts and texts of captures with new extractions of their bodies."""

    def __init__(self, db: Database, pool: WorkerPool, faults: Faults) -> None:
        self._db, self._pool, self._faults = db, pool, faults
        self._shared: dict[int, tuple[float, str | None]] = {}
        self._has_older_texts = stored_results.has_older_texts(db, EXTRACTOR)

    async def check(self, chunk: list[int], done: Callable[[int], object]) -> None:
        """Compare some captures. Call `done` with the id of each."""
        try:
            inputs = {
                capture_id: extraction_queue.extraction_input(self._db, capture_id) for capture_id in chunk
            }
            found = await self._pool.texts(inputs.values())
        except (WorkersError, MemoryError):
            raise
        except Exception as error:  # a damaged file can fail in any way
            what = (
                f"{len(chunk)} captures from this one on cannot be extracted: {type(error).__name__} {error}"
            )
            self._faults.add(Problem("texts", "captures", chunk[0], what[:300]))
            return
        for capture_id in chunk:
            if text := found.get(inputs[capture_id]):
                self._compare(capture_id, text)
            else:  # the machine prevented it
                self._faults.left_out["captures' texts"] += 1
            done(capture_id)

    def _compare(self, capture_id: int, text: Text) -> None:
        stored = stored_results.text_of_capture(self._db, capture_id)
        if str(stored.reason).startswith(_TOO_SLOW) or text.reason.startswith(_TOO_SLOW):
            self._faults.left_out["captures' texts"] += 1
            return
        if self._is_of_an_older_extractor(stored, text):
            self._faults.checked["texts of an older extractor"] += 1
            return
        self._faults.checked["captures' texts"] += 1
        number = text_id(text.sha256) if text.words else None
        if stored.text_id is not None and stored.text_id == number:
            lowest, earliest = self._shared.get(number, (1.0, None))
            dates = filter(None, (earliest, text.stated_date))
            self._shared[number] = min(text.completeness, lowest), min(dates, default=None)
        wrong = self._difference(stored, text, number)
        if wrong:
            captures = the_capture(self._db, capture_id)
            self._faults.add(Problem("texts", "captures", capture_id, wrong, captures))

    def _is_of_an_older_extractor(self, stored: stored_results.StoredText, text: Text) -> bool:
        if stored.extractor is not None:
            return stored.extractor != EXTRACTOR
        return stored.text_id is None and self._has_older_texts and stored.verdict != text.verdict

    def _difference(self, stored: stored_results.StoredText, text: Text, number: int | None) -> str | None:
        """Return how a stored text differs from a new text of the same body; None if equal.

        `number` is the id that the new text has.
        """
        if (stored.verdict, stored.reason) != (text.verdict, text.reason):
            counts_as = f"it counts as {stored.verdict} ({stored.reason})"
            return f"{counts_as}, but its body is {text.verdict} ({text.reason})"[:300]
        if stored.text_id != number:
            return f"its text is {stored.text_id}, but its body gives {number}"
        if stored.text_id is None or stored.text_id in self._faults.bad_texts:
            return None
        if (stored.title, stored.language, stored.words) != (text.title, text.language, text.words):
            return (
                f"what text {stored.text_id} says of its title, language or words is not what its body gives"
            )
        return None

    def check_shared_values(self) -> None:
        """Compare the stored completeness and stated date of each text with the newly computed ones.

        A text has the lowest completeness and the earliest stated date of all captures that share it.
        """
        for number, (lowest, earliest) in sorted(self._shared.items()):
            completeness, stated = stored_results.shared_values(self._db, number)
            if (completeness, stated) != (lowest, earliest):
                what = f"its completeness is {completeness}, but its bodies give {lowest}"
                if completeness == lowest:
                    what = f"its stated date is {stated}, but its bodies give {earliest}"
                captures = captures_of_text(self._db, number)
                self._faults.add(Problem("texts", "texts", number, what, captures))


def _rests_on_damage(db: Database, policy_id: int, faults: Faults) -> bool:
    """Return whether bodies or texts of a policy are damaged.

    The history of such a policy cannot be computed.
    """
    if not (faults.blocked or faults.bad_texts):
        return False
    return stored_results.rests_on(db, policy_id, faults.blocked, faults.bad_texts)
