"""Import of texts without bodies, from Markdown files.

The files come from the Princeton-Leuven corpus, or from `policytrail export --format markdown`. The first
line of a file is a provenance line, which names a capture (docs/format.md "Provenance line"). The text is
stored unchanged for this capture, until the body of the capture is fetched
(docs/decisions/0014-imported-texts.md). Workers read the files, under the limits of a page.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import MarkdownError
from crawler.importing.folders import markdown_files, printable
from crawler.importing.markdown_file import MarkdownFile, read_files
from crawler.importing.warc_import import ImportResult
from crawler.workers.processes import NoResultError, OverLimitError, Processes
from db.database import transaction
from db.store import captures, retailers, texts
from db.store.captures import IndexRow

_SECONDS, _MEGABYTES = 30.0, 2048  # for one file, as for one page (crawler/settings.py)
_CHUNK = 8  # files that a worker reads at once
_BATCH, _BATCH_BYTES = 64, 16 << 20  # in one transaction: so many files, or so many bytes

Read = MarkdownFile | MarkdownError


def import_markdown(
    db: Database,
    paths: Iterable[Path],
    result: ImportResult,
    domain: str | None = None,
    done: Callable[[int], object] = lambda _: None,
    jobs: int = 0,
    seconds: float = _SECONDS,
) -> None:
    """Store the texts of Markdown files, and add to `result` what was imported.

    For a folder, all Markdown files in it are imported. A text belongs to the retailer `domain`, or without
    `domain` to the retailer that the first line of the file names. A capture that already has a body or an
    imported text is not changed. `done` is called after each file with the size of the file in characters.
    For each file that cannot be imported, a line is added to `result.problems`.

    `jobs` is the number of worker processes (0: one per processor core). Each file has `seconds` of processor
    time. Raises WorkersError.
    """
    batches = _batches(markdown_files(paths, result.problems))
    first = next(batches, None)
    if first is None:
        return
    with closing(Processes(jobs or os.cpu_count() or 1, _MEGABYTES)) as processes:
        for files in (first, *batches):
            read = asyncio.run(_read(processes, files, domain, seconds))
            with transaction(db):
                for file, one in zip(files, read, strict=True):
                    try:
                        done(_store(db, one, result))
                    except MarkdownError as error:
                        result.problems.append(f"{printable(file)}: {error}")


def _batches(files: Iterable[Path]) -> Iterator[list[Path]]:
    """Yield the files in lists of at most _BATCH files, which have about _BATCH_BYTES bytes together."""
    batch: list[Path] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.stat().st_size if file.is_file() else 0
        if len(batch) == _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _read(
    processes: Processes, files: Sequence[Path], domain: str | None, seconds: float
) -> list[Read]:
    """Return what each file says, or why it cannot be imported."""
    chunks = [files[at : at + _CHUNK] for at in range(0, len(files), _CHUNK)]
    read = await asyncio.gather(*(_read_chunk(processes, chunk, domain, seconds) for chunk in chunks))
    return [one for chunk in read for one in chunk]


async def _read_chunk(
    processes: Processes, files: Sequence[Path], domain: str | None, seconds: float
) -> list[Read]:
    """Return what each file says. If one goes over a limit, they are read again one by one."""
    try:
        found: list[Read] = await processes.call(seconds, read_files, files, domain, seconds)
    except (OverLimitError, NoResultError) as error:
        if len(files) == 1:
            return [MarkdownError(f"it cannot be read: {error}")]
        found = [one for file in files for one in await _read_chunk(processes, [file], domain, seconds)]
    return found


def _store(db: Database, read: Read, result: ImportResult) -> int:
    """Store the text of one file. Return its size in characters. Raises MarkdownError."""
    if isinstance(read, MarkdownError):
        raise read
    result.read += 1
    policy_id = retailers.add_policy(db, read.retailer)
    page = retailers.add_page(db, policy_id, read.stated.original, "given")
    row = IndexRow.at(page.urlkey, read.stated.timestamp, read.stated.original)
    result.new += captures.record_rows(db, page.id, read.archive, [row])
    capture = captures.find(db, page.id, row)
    stored = captures.text_of(db, capture.id) if capture else None
    if capture and stored is None:
        texts.take(db, capture.id, read.text)
        result.policies.add(policy_id)
    elif capture and capture.state != "fetched" and stored != read.text.sha256:
        raise MarkdownError("its capture already has another imported text, which was kept")
    return read.size
