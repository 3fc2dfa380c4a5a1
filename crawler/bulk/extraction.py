"""The texts of records, made in a process beside this one, with few bodies in memory at once."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from multiprocessing.util import Finalize
from typing import TypeVar

from crawler.bulk.records import DerivedRecord
from crawler.errors import WorkersError
from crawler.importing.warc_reader import FactsRecord
from crawler.workers import tasks
from crawler.workers.extractor import Extractor
from crawler.workers.processes import NoResultError, Processes
from crawler.workers.tasks import CapturedBody
from crawler.workers.undone import Undone
from db.store.extraction_queue import ExtractionInput, content_type
from db.store.texts import Text

# How many captures, or about how many bytes of them, a worker process gets at once.
_CHUNK, CHUNK_BYTES = 8, 4 << 20
_SECONDS, _MEGABYTES = 30.0, 2048  # for one page, as in `import`
Item = TypeVar("Item")


def processes() -> Processes:
    """Return the process in which this one extracts pages and derives histories; its start takes a second."""
    return _processes(os.getpid())


@cache
def _processes(_: int) -> Processes:
    started = Processes(1, _MEGABYTES)
    # Not by `atexit`: before that, a worker of Dask would wait for this process until it is killed.
    Finalize(None, started.close, exitpriority=1)
    return started


def with_texts(
    found: Iterable[tuple[str, DerivedRecord]], undone: Undone
) -> Iterator[tuple[str, DerivedRecord]]:
    """Yield records, each with the domain of its retailer, with the texts of their bodies.

    `undone` counts those that went over a limit. Raises WorkersError where the machine prevented a text.
    """

    async def ask(inputs: Sequence[CapturedBody]) -> list[Text]:
        made: list[Text] = await processes().call(_SECONDS, tasks.texts_of_bodies, inputs, _SECONDS)
        return made

    def prevented(error: NoResultError) -> None:
        raise WorkersError(f"a text was not made, because {error}")

    extractor = Extractor[CapturedBody](processes(), ask, undone, prevented, _name)
    with asyncio.Runner() as runner:
        for chunk in chunks(found, lambda one: size_of(one[1]), _CHUNK):
            inputs = [text_input(derived) for _, derived in chunk]
            texts = runner.run(extractor.texts(one for one in inputs if one))
            for (domain, derived), one in zip(chunk, inputs, strict=True):
                yield domain, replace(derived, text=texts.get(one) if one else None)


def chunks(
    items: Iterable[Item], size: Callable[[Item], int], most: int, most_bytes: int = CHUNK_BYTES
) -> Iterator[list[Item]]:
    """Yield items in lists of up to `most`, which end where their sizes in bytes reach `most_bytes`."""
    chunk: list[Item] = []
    total = 0
    for item in items:
        chunk.append(item)
        total += size(item)
        if len(chunk) == most or total >= most_bytes:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk


def size_of(derived: DerivedRecord) -> int:
    """Return how many bytes the bodies of a record have."""
    entry = derived.entry
    return 0 if isinstance(entry, FactsRecord) else len(entry.body or b"") + len(entry.raw)


def text_input(derived: DerivedRecord) -> CapturedBody | None:
    """Return what the text of a record depends on; None if *history* has to find that out."""
    entry = derived.entry
    if isinstance(entry, FactsRecord) or derived.keeps_raw or entry.body is None or entry.problem:
        return None
    kind = content_type(entry.headers, entry.mimetype)
    return CapturedBody(ExtractionInput(0, entry.original, kind, entry.status, entry.headers), entry.body)


def _name(one: CapturedBody) -> Hashable:
    """Return what stands for a body in the memory of texts: without it, 256 bodies would stay in memory."""
    return one.captured, hashlib.sha256(one.body).digest()
