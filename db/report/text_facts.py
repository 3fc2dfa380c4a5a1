"""What the tables need to know of each text, measured once, so that no text stays in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from sqlite_utils import Database

from db import processor_time
from db.report.texts import plain, vocabulary
from db.report.texts.masking import MaskedText, masked, masked_sentences
from db.report.texts.readability import Readability, readability
from db.report.texts.simhash import simhash

T = TypeVar("T")
R = TypeVar("R")

LENGTH = "length"  # what tables need, beside the names of tables whose terms are looked for
SIMHASH, TEMPLATES = "simhash", "templates"
_AT_ONCE = 200  # texts of one query


class Spread(Protocol):
    """A function that calls another one with each of many things, and yields what it returns, in order."""

    def __call__(self, function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]: ...


def in_turn(function: Callable[[T], R], things: Iterable[T], /) -> Iterator[R]:
    """Call a function in this process, as `map` does."""
    return map(function, things)


class WantedText(NamedTuple):
    """What to measure of a text: what tables need, and policy id -> the names of a shop that has it."""

    needs: frozenset[str]
    shops: dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MeasuredText:
    """What was measured of a text. What was not asked for is empty.

    `wording` is a part of the key of its wording: texts with the same number have the same words. `masked` is
    policy id -> the text, masked for that shop.
    """

    words: int = 0
    readability: Readability | None = None
    terms: frozenset[str] = frozenset()
    simhash: int = 0
    wording: int = 0
    masked: Mapping[int, MaskedText] = field(default_factory=dict)


Facts = Mapping[int, MeasuredText]


def text_facts(
    db: Database, wanted: Mapping[int, WantedText], *, as_published: bool, spread: Spread = in_turn
) -> dict[int, MeasuredText]:
    """Return text id -> its facts, for each wanted text, in their order. Each text is read once.

    `spread` can do the work in other processes. Texts that follow each other should be of one policy: what
    they share is measured once. Raises MissingExtraError.
    """
    rows = ((row, wanted[row[0]]) for row in texts_of(db, wanted))
    return dict(spread(partial(_measured, as_published), rows))


def _measured(as_published: bool, asked: "tuple[TextRow, WantedText]") -> tuple[int, MeasuredText]:
    (text_id, markdown, language, wording), (needs, shops) = asked
    return text_id, measure(markdown, language, wording, needs, shops, as_published=as_published)


def measure(
    markdown: str,
    language: str | None,
    wording: str,
    needs: frozenset[str],
    shops: Mapping[int, tuple[str, ...]],
    *,
    as_published: bool,
) -> MeasuredText:
    """Return the facts of one text. `needs` has LENGTH, SIMHASH, TEMPLATES, and names of tables of terms."""
    markdown = markdown[: plain.MOST_LETTERS]
    lines = plain.blocks(markdown)
    text = " ".join(lines)
    words = plain.words(text) if needs & {LENGTH, SIMHASH} else []
    tables = needs - {LENGTH, SIMHASH, TEMPLATES}
    return MeasuredText(
        len(words) if LENGTH in needs else 0,
        readability(words, len(plain.sentences(lines)), language) if LENGTH in needs else None,
        vocabulary.found(text, markdown, tables, as_published=as_published) if tables else frozenset(),
        simhash(words) if SIMHASH in needs else 0,
        int(wording[:15] or "0", 16) if TEMPLATES in needs else 0,
        {policy_id: masked(masked_sentences(lines, names)) for policy_id, names in shops.items()},
    )


TextRow = tuple[int, str, str | None, str]


def texts_of(db: Database, text_ids: Iterable[int]) -> Iterator[TextRow]:
    """Yield each text once, in this order: id, Markdown, language, and the key of its wording."""
    ids = list(dict.fromkeys(text_ids))
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        numbers = ",".join(map(str, some))
        rows = db.execute(f"select id, markdown, language, wording from texts where id in ({numbers})")
        found = {row[0]: row for row in rows}
        yield from processor_time.in_time(found[text_id] for text_id in some)
