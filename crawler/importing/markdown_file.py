"""Read a Markdown file for `import`: the capture that its first line names, and the text below it.

This runs in workers, because everything in the file is a stranger's.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crawler.errors import MarkdownError, RetailerListError
from crawler.importing.folders import printable
from crawler.retailer_lists import normal_domain
from crawler.webarchive import sources
from crawler.workers import limits
from db import lengths, times
from db.normalisation import wording_key
from db.store.texts import Text
from db.urlkey import is_web_address
from extract import words
from extract.language import language
from extract.provenance import Stated, read_provenance
from extract.stated_date import stated_date

MAX_BYTES = 8 << 20  # the maximum size of a file; the longest policies have a few hundred kilobytes
_WHY = "an imported text: another tool made it, and the page is not held"


@dataclass(frozen=True)
class MarkdownFile:
    """What a file says: the retailer's domain, the web archive, the capture, and its text.

    `size` is the size of the file in characters.
    """

    retailer: str
    archive: str
    stated: Stated
    text: Text
    size: int


def read_files(
    files: Sequence[Path], domain: str | None, seconds: float
) -> list[MarkdownFile | MarkdownError]:
    """Read files. For each, return what it says, or why it cannot be imported.

    The texts belong to the retailer `domain`, or without it to the one that the first line names. Each file
    has `seconds` of processor time.
    """
    return list(_each(files, domain, seconds))


def _each(
    files: Sequence[Path], domain: str | None, seconds: float
) -> Iterator[MarkdownFile | MarkdownError]:
    for file in files:
        limits.restart(seconds)
        try:
            yield parse(_read(file), domain)
        except MarkdownError as error:
            yield error


def parse(content: str, domain: str | None) -> MarkdownFile:
    """Return what the content of a file says. Raises MarkdownError."""
    line, _, rest = content.partition("\n")
    stated = read_provenance(line)
    if stated is None:
        raise MarkdownError(
            "its first line is no provenance line, so nobody knows to which capture the text belongs"
        )
    retailer, archive = _check(stated, domain)
    return MarkdownFile(retailer, archive, stated, _text(rest, retailer, stated), len(content))


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
