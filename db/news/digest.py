"""The news since a moment: the changes that became known, and how many there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from sqlite_utils import Database

from db.news import entries, html, markdown, passages, text
from db.news.entries import Entry
from db.query import changes
from db.query.changes import ChangeFilter

FORMATS: Mapping[str, ModuleType] = {"text": text, "markdown": markdown, "html": html}


@dataclass(frozen=True)
class Digest:
    """Changes that became known since a moment (ISO 8601; "" for the beginning).

    `entries` are the latest of them, by retailer and time. `total` is the number of all, and `retailers` of
    how many retailers they are.
    """

    since: str
    entries: tuple[Entry, ...]
    total: int
    retailers: int

    @property
    def title(self) -> str:
        """How many changes became known, in one line."""
        since = f" since {self.since}" if self.since else ""
        number = f"{self.total} change{'s' if self.total != 1 else ''}"
        of = f"{self.retailers} retailer{'s' if self.retailers != 1 else ''}"
        return f"{number} of {of} became known{since}" if self.total else f"No news{since}"

    @property
    def left_out(self) -> int:
        """How many changes have no entry."""
        return self.total - len(self.entries)


def digest(db: Database, wanted: ChangeFilter, limit: int | None = None) -> Digest:
    """Return the wanted changes as news since `wanted.known_since`, with at most `limit` entries.

    Raises UnknownRetailerError.
    """
    total, of_retailers = changes.count(db, wanted)
    found = changes.find(db, wanted, limit=limit)
    found.sort(key=lambda change: (change.domain, change.first_new, change.id))
    return Digest(wanted.known_since, tuple(entries.read(db, found)), total, of_retailers)


def parts(news: Digest, form: str, most: int = passages.MOST) -> Iterator[str]:
    """Yield the entries in a format of FORMATS, each with at most `most` paragraphs; 0 for only its title."""
    return (FORMATS[form].part(entry, most) for entry in news.entries)


def page(news: Digest, form: str) -> str:
    """Return all news in a format of FORMATS."""
    more = [FORMATS[form].more(news.left_out)] if news.left_out else []
    return str(FORMATS[form].page(news.title, [*parts(news, form), *more]))
