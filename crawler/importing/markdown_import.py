"""Texts without bodies: Markdown files of the Princeton-Leuven corpus, or of our own export, into an archive.

The first line of such a file says of which capture the text is (extract/provenance.py); that capture gets it as it stands, and
keeps it until its body is fetched (docs/decisions/0014-imported-texts.md).
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import MarkdownError, RetailerListError
from crawler.importing.warc_import import BATCH, Imported
from crawler.retailer_lists import normal_domain
from crawler.webarchive import sources
from db import times
from db.database import transaction
from db.normalisation import wording_key
from db.store import captures, retailers, texts
from db.store.captures import IndexRow
from db.store.texts import Text
from db.urlkey import is_web_address
from extract import words
from extract.language import language
from extract.provenance import Stated, read_provenance

MAX_BYTES = 8 << 20  # of a file; the longest policies have some hundred kilobytes
_WHY = "an imported text: another tool made it, and the page is not held"


def is_markdown(path: Path) -> bool:
    """Whether a path given to `import` is for this module: a folder, or a file named as Markdown."""
    return path.is_dir() or path.suffix.lower() == ".md"


def import_markdown(
    db: Database,
    paths: Iterable[Path],
    imported: Imported,
    domain: str | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> None:
    """Store the texts of Markdown files, and of all such files below folders, and add to `imported` what that brought.

    They belong to the retailer that their first line names, or to `domain`. What has a body already is left as it is, and so is
    a text that was imported before. `done` hears of each file with its size. A file that cannot be taken is a line in
    `imported.problems`.
    """
    found = _files(paths, imported.problems)
    while files := list(islice(found, BATCH)):
        with transaction(db):
            for file in files:
                try:
                    done(_take(db, file, imported, domain))
                except MarkdownError as error:
                    imported.problems.append(f"{_shown(file)}: {error}")


def _files(paths: Iterable[Path], problems: list[str]) -> Iterator[Path]:
    """The Markdown files of paths; those of folders by name, without what links lead to and what Git keeps."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        count = 0
        for folder, folders, names in os.walk(
            path, onerror=lambda error: problems.append(f"{_shown(error.filename)} cannot be read")
        ):
            folders[:] = sorted(name for name in folders if name != ".git")
            for file in (Path(folder, name) for name in sorted(names) if name.lower().endswith(".md")):
                count += 1
                if file.is_symlink() or not file.is_file():
                    problems.append(f"{_shown(file)} is a link or no plain file, and was passed over")
                else:
                    yield file
        if not count:
            problems.append(f"{_shown(path)} has no Markdown file")


def _take(db: Database, file: Path, imported: Imported, domain: str | None) -> int:
    """Store the text of a file, and give its size. Raises MarkdownError."""
    content = _read(file)
    line, _, rest = content.partition("\n")
    stated = read_provenance(line)
    if stated is None:
        raise MarkdownError(
            "its first line is no provenance line, so nobody knows of which capture the text is"
        )
    retailer, archive = _check(stated, domain)
    text = _text(rest, retailer)
    imported.read += 1
    policy_id = retailers.add_policy(db, retailer)
    page = retailers.add_page(db, policy_id, stated.original, "given")
    row = IndexRow(page.urlkey, stated.timestamp, stated.original)
    imported.new += captures.record_rows(db, page.id, archive, [row])
    capture = captures.find(db, page.id, row)
    held = captures.text_of(db, capture.id) if capture else None
    if capture and held is None:
        texts.take(db, capture.id, text)
        imported.policies.add(policy_id)
    elif capture and capture.state != "fetched" and held != text.sha256:
        raise MarkdownError("its capture has another imported text already, which was left")
    return len(content)


def _read(file: Path) -> str:
    """The content of a file, with a line feed at the end of each line. Raises MarkdownError."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise MarkdownError(f"it cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise MarkdownError(f"it is larger than {MAX_BYTES >> 20} MB, and so no policy")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkdownError("it is no text in UTF-8") from error
    if "\0" in text:
        raise MarkdownError("it is no text: it has bytes of zero")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(stated: Stated, domain: str | None) -> tuple[str, str]:
    """Whose capture a line states, and of which archive. Raises MarkdownError for what cannot be."""
    try:
        retailer = domain or normal_domain(stated.domain)
    except RetailerListError as error:
        raise MarkdownError(f"its first line names no domain: {_shown(stated.domain)}") from error
    moment = times.moment(stated.timestamp)
    if moment is None or moment.date().isoformat() != stated.day:
        raise MarkdownError(
            f"its first line contradicts itself: archived on {stated.day}, a snapshot of {stated.timestamp}"
        )
    if not is_web_address(stated.original):
        raise MarkdownError(f"its first line names no http address: {_shown(stated.original)}")
    archive = stated.archive or next(
        (s.name for s in sources.KNOWN.values() if s.replay == stated.replay), None
    )
    if archive is None:
        raise MarkdownError(f"its snapshot is in an archive that is not known: {_shown(str(stated.replay))}")
    return retailer, archive


def _text(rest: str, retailer: str) -> Text:
    """The text of a file: title and body, as they stand. Raises MarkdownError where there is none."""
    markdown = rest.strip("\n") + "\n"
    title = re.match(r"# (.+)\n", markdown)
    body = markdown[title.end() :] if title else markdown
    count = words.count(body)
    if not count:
        raise MarkdownError("it has no text below its first line")
    sha256 = hashlib.sha256(markdown.encode()).hexdigest()
    # How much of the page's policy is in it nobody can know: 0 claims nothing.
    return Text(sha256, title[1].strip() if title else retailer, markdown, language(body), count, 0.0, wording_key(markdown),
                "policy", _WHY)  # fmt: skip


def _shown(name: object) -> str:
    """What strangers wrote, on one line and not too long."""
    text = str(name)
    return "".join(c if c.isprintable() else "�" for c in text[:200]) + ("…" if len(text) > 200 else "")
