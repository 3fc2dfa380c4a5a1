"""A pool of worker processes. A page that hangs or crashes a worker affects no other page."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Self, TypeVar

from sqlite_utils import Database

from crawler.errors import WorkersError
from crawler.workers import tasks
from crawler.workers.extractor import Extractor
from crawler.workers.parts import beside_each_other, in_parts
from crawler.workers.processes import NoResultError, OverLimitError, Processes
from crawler.workers.rules import rules_of_findings
from crawler.workers.tasks import ChangesOfPage, Extract, extract_text
from crawler.workers.together import Together
from crawler.workers.undone import Undone
from db.claims import stored as stored_claims
from db.database import file_of, transaction
from db.findings import stored as meaning
from db.findings.reading import OVER_LIMIT, ChangeTexts
from db.history import underived
from db.history import versions as history
from db.history.text_distance import TextDistance
from db.history.versions import Rows
from db.store import extraction_queue, retailers, texts
from db.store.extraction_queue import ExtractionInput
from db.store.texts import Text
from extract import EXTRACTOR, claims
from extract.links import NO_LINKS, Links

CHUNK = 8  # how many captures a worker gets at once
Pair = tuple[int | None, int | None]
# A change or the id of a text -> what was read in it; None if that went over a limit.
Read = dict[ChangeTexts | int, Any]
T = TypeVar("T")
logger = logging.getLogger(__name__)


class WorkerPool:
    """A pool of worker processes for one archive file. Use it as a context manager.

    - `jobs`: the number of workers; 0 for one per processor core.
    - `seconds`: the limit of processor time for one page.
    - `history_seconds`: the limit of processor time for one history, and for other comparisons of texts.
    - `megabytes`: the memory limit (address space) of one worker. A page over a limit gets the verdict
      `unreadable`, with the reason; of a history over a limit, the reason is stored.
    - `extract`: the function that makes a text from a body.
    - `again`: whether to derive histories again that went over a limit before, with this extractor.
    - `processes`: the worker processes; None to start `jobs` of them, and to stop them in `close`.

    `undone` counts what went over a limit, and what the machine prevented.
    """

    def __init__(
        self,
        db: Database,
        *,
        jobs: int = 0,
        seconds: float = 30,
        history_seconds: float = 60,
        megabytes: int = 2048,
        extract: Extract = extract_text,
        again: bool = False,
        processes: Processes | None = None,
    ) -> None:
        self._db, self._path, self._extract, self._again = db, file_of(db), extract, again
        self._seconds, self._history_seconds = seconds, history_seconds
        workers = jobs or os.cpu_count() or 1
        self._room = asyncio.Semaphore(3 * workers)
        self._captures = Together(self._extract_some, at_once=3 * workers, most=CHUNK)
        self._deriving: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._is_own = processes is None
        self._processes = processes or Processes(workers, megabytes)
        self.undone = Undone()
        self._extractor = Extractor[ExtractionInput](
            self._processes, self._extracted, self.undone, self._prevent
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers. Unfinished work is lost."""
        if self._is_own:
            self._processes.close()

    async def extract_captures(
        self, capture_ids: Iterable[int], done: Callable[[int], object] = lambda _: None
    ) -> None:
        """Extract the texts of captures, and store them with their verdicts.

        Captures that wait for a worker are extracted in one call and stored in one transaction, also those of
        several callers.
        A capture that gets another body in the meantime does not keep a verdict of the old one: whoever
        stores the new body passes it on for extraction. Captures without a body are left out.

        `done` is called with the id of each capture after it is stored. Raises WorkersError, and
        StoreError, also for a damaged body.
        """
        await self._captures.do(capture_ids, done)

    async def _extract_some(self, capture_ids: list[int]) -> None:
        inputs = extraction_queue.inputs_with_body(self._db, capture_ids)
        found = await self.texts(inputs.values())
        with transaction(self._db):
            now = extraction_queue.inputs_with_body(self._db, inputs)
            for capture_id, made_of in inputs.items():
                if now.get(capture_id) == made_of and made_of in found:
                    texts.judge(self._db, capture_id, found[made_of], EXTRACTOR)

    async def in_chunks(self, ids: Iterable[int], work: Callable[[list[int]], Any]) -> None:
        """Call `work` with lists of up to CHUNK ids, and wait until all are done.

        Enough calls run at once to keep all workers busy.
        """
        left, running = iter(ids), set[asyncio.Task[None]]()
        while chunk := list(islice(left, CHUNK)):
            await self._room.acquire()
            task = asyncio.create_task(work(chunk))
            running.add(task)
            task.add_done_callback(lambda finished: self._room.release())
            for finished in [task for task in running if task.done()]:
                running.discard(finished)
                finished.result()
        await asyncio.gather(*running)

    async def texts(self, inputs: Iterable[ExtractionInput]) -> dict[ExtractionInput, Text]:
        """Return the texts of captures, without storing them. Raises StoreError, WorkersError.

        If a page goes over a limit or crashes its worker, all pages of this call fail. They are then tried
        again one by one, so that only the bad page gets the verdict `unreadable`. A page that the machine
        prevented from being extracted is left out.
        """
        return await self._extractor.texts(inputs)

    async def _extracted(self, inputs: Sequence[ExtractionInput]) -> list[Text]:
        made: list[Text] = await self._ask(
            self._seconds, tasks.texts_of, inputs, self._seconds, self._extract
        )
        return made

    async def links(self, capture_id: int) -> Links:
        """Return the links of a fetched capture. Raises StoreError, WorkersError.

        Return no links if the page cannot be read.
        """
        captured = extraction_queue.extraction_input(self._db, capture_id)
        try:
            links: Links = await self._ask(self._seconds, tasks.links_of_capture, captured)
        except (OverLimitError, NoResultError):
            return NO_LINKS
        return links

    async def judge(self, function: Callable[[], T]) -> T | None:
        """Call a function that judges texts of strangers. Return None if it goes over the limits of a page.

        Raises WorkersError, also where the machine prevented the judgement.
        """
        try:
            found: T = await self._processes.call(self._seconds, function)
        except OverLimitError:
            return None
        except NoResultError as error:
            raise WorkersError(f"nothing was judged: {error}") from None
        return found

    async def derive(self, policy_id: int, *, anew: bool = False, with_claims: bool = True) -> None:
        """Store the history of a policy, what its changes mean and its texts state, in one transaction.

        Calls for the same policy run one after the other. Of a history over a limit, the old one stays, and
        the reason is stored; the same extractor does not try it again, unless `again`. What the same rules
        have read is not read again, unless `anew`. Without `with_claims`, texts are not read.

        Raises StoreError, WorkersError.
        """
        async with self._deriving[policy_id]:
            if not self._again and underived.by_extractor(self._db, policy_id) == EXTRACTOR:
                return
            try:
                rows = await self.history(policy_id)
            except NoResultError as error:
                self._prevent(error)
                return
            except OverLimitError as error:
                self.undone.histories += 1
                with transaction(self._db):
                    underived.put(self._db, policy_id, str(error), EXTRACTOR)
                return
            read: Read = {}
            while not await self._store(policy_id, rows, read, anew=anew, with_claims=with_claims):
                logger.debug("a text of policy %s lost its claims meanwhile: they are read again", policy_id)
            logger.info("the history of %s is derived", retailers.domain_of(self._db, policy_id))

    async def _store(self, policy_id: int, rows: Rows, read: Read, *, anew: bool, with_claims: bool) -> bool:
        """Read what a history means, and store all in one transaction; return whether it is stored.

        It is not if another policy dropped the claims of a text meanwhile that both have. `read` is what was
        read before, and gets what is read now.
        """
        rules, texts_of_history = claims.version(), stored_claims.texts_of(rows)
        is_needed = with_claims and not anew
        known = stored_claims.known(self._db, texts_of_history, rules) if is_needed else set()
        wanted = [one for one in texts_of_history if one not in known] if with_claims else []
        found, stated = await self.meanings(policy_id, rows, wanted, anew=anew, read=read)
        with transaction(self._db):
            if with_claims:
                if known != stored_claims.known(self._db, known, rules):
                    return False
                stored_claims.store(self._db, policy_id, texts_of_history, stated)
            (history.replace if anew else history.store)(self._db, policy_id, rows)
            meaning.store(self._db, policy_id, found)
            underived.drop(self._db, policy_id)
        return True

    async def history(self, policy_id: int) -> Rows:
        """Return the rows of a policy's history, without storing them.

        Raises StoreError, OverLimitError, NoResultError, WorkersError.
        """
        rows: Rows = await self._ask(self._history_seconds, tasks.history_of, policy_id)
        return rows

    async def meanings(
        self, policy_id: int, rows: Rows, wanted: Sequence[int], *, anew: bool, read: Read | None = None
    ) -> tuple[Rows, stored_claims.Rows]:
        """Return the rows of what the changes of a policy mean, and of what its texts state.

        `rows` are those of its history, and `wanted` the ids of the texts to read. Without `anew`, the stored
        readings of the same rules are used. What is in `read` is not read again, and what is read now comes
        into it. Nothing is stored. Raises StoreError, WorkersError.
        """
        read = {} if read is None else read
        rules, changes = rules_of_findings(), meaning.changes_of(rows)
        known = {} if anew else meaning.known(self._db, policy_id, rules)
        new = [change for change in changes.values() if change not in known]
        found, over = await in_parts(
            [one for one in beside_each_other(new, wanted) if one not in read],
            lambda part: self._ask(self._seconds, tasks.meanings_of, part, self._seconds),
            self._prevent,
        )
        read |= found | dict.fromkeys(over)
        stated = {one: read[one] for one in wanted if one in read}
        known |= {one: read[one] or OVER_LIMIT for one in new if one in read}
        self.undone.readings += len(over.intersection(new))
        self.undone.texts += len(over.intersection(wanted))
        readings = {number: known[change] for number, change in changes.items() if change in known}
        return meaning.derived(rows, readings, rules), stored_claims.derived(stated, claims.version())

    async def page_changes(self, page_id: int) -> ChangesOfPage:
        """Return which captures of a page changed, and what their texts state: `PageChanges`.

        Both are empty if the comparison goes over a limit. Raises StoreError, WorkersError.
        """
        try:
            found: ChangesOfPage = await self._ask(self._history_seconds, tasks.page_changes_of, page_id)
        except (OverLimitError, NoResultError):
            return {}, {}
        return found

    async def text_distances(self, pairs: Sequence[Pair]) -> list[TextDistance | None]:
        """Compare pairs of texts, given by their ids; None for no text. Raises StoreError, WorkersError.

        The result of a pair over a limit is None.
        """
        try:
            found: list[TextDistance | None] = await self._ask(
                self._history_seconds, tasks.distances_of, pairs, self._history_seconds
            )
        except (OverLimitError, NoResultError):
            if len(pairs) == 1:
                return [None]
            return [(await self.text_distances([pair]))[0] for pair in pairs]
        return found

    def _prevent(self, error: NoResultError) -> None:
        if not self._processes.is_closed:  # the end of a stopped run is no news
            self.undone.prevent(error)

    async def _ask(self, seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in a worker. Its first argument is the path of the archive file."""
        return await self._processes.call(seconds, function, self._path, *arguments)
