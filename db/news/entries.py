"""The entries of news: changes, each with its changed paragraphs and the two captures of its bracket."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from sqlite_utils import Database

from db.history.comparison.differences import Difference, fit
from db.history.comparison.tokenized import TokenizedText
from db.history.comparison.words import Words
from db.history.good_captures import GoodCapture
from db.history.readable_diff import Piece, pieces
from db.idn import to_unicode
from db.known_archives import read_address
from db.query import changes, comparisons, findings
from db.query.changes import FoundChange
from db.query.findings import Meaning

# The namespace of all ids. If it changed, every entry would be new to feed readers.
NAMESPACE = uuid.UUID("6f1c7a1e-5d0b-5a52-9f0e-706f6c747261")
# Of longer texts together, the words are not shown: one shop must not delay the news of all others.
SHOWN = 1_000_000
_KEPT = 2 * 30  # changes that stay in memory, because feed readers request the same ones again and again


@dataclass(frozen=True)
class Entry:
    """A change of wording for people.

    `pieces` are its changed paragraphs, () for texts with more than SHOWN characters (`is_long`). `old` and
    `new` are the captures of its bracket, None while its history is derived again. `meaning` says what the
    text says otherwise.
    """

    change: FoundChange
    pieces: tuple[Piece, ...]
    old: GoodCapture | None
    new: GoodCapture | None
    meaning: Meaning = field(default_factory=Meaning)
    is_long: bool = False

    @property
    def id(self) -> str:
        """The id of the entry. It is the same in every archive file and on every server."""
        change = self.change
        key = (change.domain, change.old_wording, change.new_wording, str(change.occurrence))
        return uuid.uuid5(NAMESPACE, "\n".join(key)).urn

    @property
    def shop(self) -> str:
        """The name of the retailer, else its domain as people read it."""
        return self.change.name or to_unicode(self.change.domain)

    @property
    def title(self) -> str:
        """The retailer, the two days between which the policy changed, and how much."""
        change = self.change
        return (
            f"{self.shop}: changed between {change.last_old[:10]} and {change.first_new[:10]}"
            f" (+{change.words_added} −{change.words_removed} words)"
        )

    @property
    def marks(self) -> list[str]:
        """What the stated dates say about the change, and what is suspect, for people."""
        suspect = self.change.suspect
        said = (self.change.announcement, f"suspect: {suspect}" if suspect else "")
        long = "the texts are too long to show the words here" if self.is_long else ""
        return [line for line in (*said, long) if line]

    @property
    def aside(self) -> str:
        """How many places do not count, for people; "" if all count."""
        aside = self.change.set_aside
        return f"{aside} {'place' if aside == 1 else 'places'} not counted" if aside else ""

    @property
    def statements(self) -> list[str]:
        """What the text says otherwise, for people: the weightiest findings, and what they leave out."""
        found, shown = self.meaning.findings, findings.SHOWN
        more = [f"and {len(found) - shown} more"] if len(found) > shown else []
        rest = [self.meaning.rest] if self.meaning.rest else []
        return [*(f"{one.head}: {one.sentence}" for one in found[:shown]), *more, *rest]

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """Where the last old and the first new capture can be read: pairs of day and address.

        A capture that others cannot reach is left out.
        """
        found = ((capture, _address(capture)) for capture in (self.old, self.new) if capture)
        return [(capture.captured_at[:10], address) for capture, address in found if address]


def read(db: Database, found: Iterable[FoundChange]) -> Iterator[Entry]:
    """Yield the entries of some changes, in the same order."""
    for change in found:
        old, new = changes.evidence(db, change)
        is_long = _length(db, change) > SHOWN
        shown = () if is_long else _pieces(db, change)
        yield Entry(change, shown, old, new, findings.of_change(db, change.id), is_long)


def _length(db: Database, change: FoundChange) -> int:
    """Return how many characters the two texts of a change have together."""
    (length,) = db.execute(
        "select sum(length(markdown)) from texts where id in (?, ?)", [change.old_text_id, change.new_text_id]
    ).fetchone()
    return int(length or 0)


def _address(capture: GoodCapture) -> str | None:
    return read_address(capture.archive, capture.replay_key or capture.timestamp, capture.original)


def _pieces(db: Database, change: FoundChange) -> tuple[Piece, ...]:
    """Return the changed paragraphs of a change; () while its history is derived again."""
    texts = db.execute(
        "select a.markdown, b.markdown from texts a, texts b where a.id = ? and b.id = ?",
        [change.old_text_id, change.new_text_id],
    ).fetchone()
    shown = stored_pieces(*texts, comparisons.stored(db, change.id)) if texts else None
    if shown is None:
        compared = comparisons.of_change(db, change.id)
        shown = changed(compared.pieces()) if compared else ()
    return shown


@lru_cache(maxsize=_KEPT)
def stored_pieces(old: str, new: str, found: tuple[Difference, ...]) -> tuple[Piece, ...] | None:
    """Return the changed paragraphs of a change: of two Markdown texts with their stored differences.

    Returns None if the differences are not of these texts.
    """
    before, after = Words(TokenizedText(old)), Words(TokenizedText(new))
    return changed(pieces(before, after, found)) if found and fit(before, after, found) else None


def changed(shown: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the paragraphs with words that count."""
    return tuple(piece for piece in shown if piece.kind not in ("same", "aside"))
