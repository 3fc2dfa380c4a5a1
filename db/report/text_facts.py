"""What the tables need to know of each text, measured once, so that no text stays in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from db import processor_time
from db.report.texts import plain, vocabulary
from db.report.texts.readability import Readability, readability
from db.report.texts.simhash import simhash

LENGTH = "length"  # what tables need, beside the names of tables whose terms are looked for
SIMHASH, TEMPLATES = "simhash", "templates"
_AT_ONCE = 200  # texts of one query


@dataclass(frozen=True)
class MeasuredText:
    """What was measured of a text. What was not asked for is empty."""

    words: int = 0
    readability: Readability | None = None
    terms: frozenset[str] = frozenset()


Facts = Mapping[int, MeasuredText]


def text_facts(
    db: Database, text_ids: Iterable[int], needs: frozenset[str], *, as_published: bool
) -> dict[int, MeasuredText]:
    """Return text id -> its facts. `needs` has LENGTH, and names of tables whose terms are looked for.

    Raises MissingExtraError.
    """
    return {
        text_id: measure(markdown, language, needs, as_published=as_published)
        for text_id, markdown, language, _ in texts_of(db, text_ids)
    }


def simhashes(db: Database, text_ids: Iterable[int]) -> dict[int, int]:
    """Return text id -> the simhash of its words."""
    return {
        text_id: simhash(plain.words(" ".join(plain.blocks(markdown))))
        for text_id, markdown, *_ in texts_of(db, text_ids)
    }


def measure(
    markdown: str, language: str | None, needs: frozenset[str], *, as_published: bool
) -> MeasuredText:
    """Return the facts of one text, as `text_facts` does."""
    markdown = markdown[: plain.MOST_LETTERS]
    lines = plain.blocks(markdown)
    text = " ".join(lines)
    tables = needs - {LENGTH, SIMHASH, TEMPLATES}
    return MeasuredText(
        len(plain.words(text)) if LENGTH in needs else 0,
        readability(lines, language) if LENGTH in needs else None,
        vocabulary.found(text, markdown, tables, as_published=as_published) if tables else frozenset(),
    )


def texts_of(db: Database, text_ids: Iterable[int]) -> Iterator[tuple[int, str, str | None, str]]:
    """Yield texts by id: id, Markdown, language, and the key of its wording."""
    ids = sorted(set(text_ids))
    for at in range(0, len(ids), _AT_ONCE):
        some = ",".join(map(str, ids[at : at + _AT_ONCE]))
        rows = db.execute(
            f"select id, markdown, language, wording from texts where id in ({some}) order by id"
        )
        yield from processor_time.in_time(rows)
