"""Import of texts without bodies, from Markdown files.

The files come from the Princeton-Leuven corpus, or from `policytrail export --format markdown`. The first
line of a file is a provenance line, which names a capture (docs/format.md "Provenance line"). The text is
stored unchanged for this capture, until the body of the capture is fetched
(docs/decisions/0014-imported-texts.md).
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import MarkdownError, RetailerListError
from crawler.importing.folders import markdown_files, printable
from crawler.importing.warc_import import BATCH, ImportResult
from crawler.retailer_lists import normal_domain
from crawler.webarchive import sources
from db import lengths, times
from db.database import transaction
from db.normalisation import wording_key
from db.store import captures, retailers, texts
from db.store.captures import IndexRow
from db.store.texts import Text
from db.urlkey import is_web_address
from extract import words
from extract.language import language
from extract.provenance import Stated, read_provenance
from extract.stated_date import stated_date

MAX_BYTES = 8 << 20  # the maximum size of a file; the longest policies have a few hundred kilobytes
_WHY = "an imported text: another tool made it, and the page is not held"


def import_markdown(
    db: Database,
    paths: Iterable[Path],
    result: ImportResult,
    domain: str | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> None:
    """Store the texts of Markdown files, and add to `result` what was imported.

    For a folder, all Markdown files in it are imported. A text belongs to the retailer `domain`, or without
    `domain` to the retailer that the first line of the file names. A capture that already has a body or an
    imported text is not changed. `done` is called after each file with the size of the file in characters.
    For each file that cannot be imported, a line is added to `result.problems`.
    """
    found = markdown_files(paths, result.problems)
    while files := list(islice(found, BATCH)):
        with transaction(db):
            for file in files:
                try:
                    done(_import_file(db, file, result, domain))
                except MarkdownError as error:
                    result.problems.append(f"{printable(file)}: {error}")


def _import_file(db: Database, file: Path, result: ImportResult, domain: str | None) -> int:
    """Store the text of one file. Return its size in characters. Raises MarkdownError."""
    content = _read(file)
    line, _, rest = content.partition("\n")
    stated = read_provenance(line)
    if stated is None:
        raise MarkdownError(
            "its first line is no provenance line, so nobody knows to which capture the text belongs"
        )
    retailer, archive = _check(stated, domain)
    text = _text(rest, retailer, stated)
    result.read += 1
    policy_id = retailers.add_policy(db, retailer)
    page = retailers.add_page(db, policy_id, stated.original, "given")
    row = IndexRow.at(page.urlkey, stated.timestamp, stated.original)
    result.new += captures.record_rows(db, page.id, archive, [row])
    capture = captures.find(db, page.id, row)
    stored = captures.text_of(db, capture.id) if capture else None
    if capture and stored is None:
        texts.take(db, capture.id, text)
        result.policies.add(policy_id)
    elif capture and capture.state != "fetched" and stored != text.sha256:
        raise MarkdownError("its capture already has another imported text, which was kept")
    return len(content)


def _read(file: Path) -> str:
    """Return the content of a file, with a line feed at the end of each line.

    Raises MarkdownError.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise MarkdownError(f"it cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise MarkdownError(f"it is larger than {MAX_BYTES >> 20} MB, so it is no policy")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkdownError("it is no text in UTF-8") from error
    if "\0" in text:
        raise MarkdownError("it is no text: it contains zero bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(stated: Stated, domain: str | None) -> tuple[str, str]:
    """Return the retailer's domain and the web archive that a provenance line names.

    Raises MarkdownError if the provenance line cannot be right.
    """
    try:
        retailer = domain or normal_domain(stated.domain)
    except RetailerListError as error:
        raise MarkdownError(f"its first line names no domain: {printable(stated.domain)}") from error
    moment = times.moment(times.padded(stated.timestamp))
    if moment is None or moment.date().isoformat() != stated.day:
        raise MarkdownError(
            f"its first line contradicts itself: archived on {stated.day},"
            f" but a snapshot of {stated.timestamp}"
        )
    if not (is_web_address(stated.original) and lengths.is_address(stated.original)):
        raise MarkdownError(f"its first line names no http address: {printable(stated.original)}")
    archive = stated.archive or next(
        (s.name for s in sources.KNOWN.values() if s.replay == stated.replay), None
    )
    if archive is None:
        raise MarkdownError(f"its snapshot is in an unknown archive: {printable(str(stated.replay))}")
    return retailer, archive


def _text(rest: str, retailer: str, stated: Stated) -> Text:
    """Make a text from the lines of a file below its first line (`stated`), without changes.

    Raises MarkdownError if there are no words.
    """
    markdown = rest.strip("\n") + "\n"
    title = re.match(r"# (.+)\n", markdown)
    body = markdown[title.end() :] if title else markdown
    count, spoken = words.count(body), language(body)
    if not count:
        raise MarkdownError("it has no text below its first line")
    sha256 = hashlib.sha256(markdown.encode()).hexdigest()
    # The completeness is 0, because it cannot be computed without the page.
    return Text(
        sha256,
        title[1].strip() if title else retailer,
        markdown,
        spoken,
        count,
        0.0,
        wording_key(markdown),
        "policy",
        _WHY,
        stated_date(markdown, language=spoken, url=stated.original, seen=date.fromisoformat(stated.day)),
    )
