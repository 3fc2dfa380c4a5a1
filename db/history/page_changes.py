"""Good captures of a page that show another wording than the capture before, and what their texts state."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from db.history.comparison.hunks import Hunk
from db.history.comparison.token_diff import compare
from db.history.good_captures import TIE_BREAK
from db.history.noise.follow import follow
from db.history.noise.steps import Step
from db.history.other_languages import other_languages
from db.history.page_text import SourceText, mark_extraction
from db.history.timeline import Witness
from db.history.trace import page_reader, text_reader

_CACHED_TEXTS = 64  # this many texts and this many pages are kept in memory
_PAIRS = 50_000  # this many comparisons are kept in memory: the next call needs most of them again
_SECONDS_A_DAY = 86_400


class StatedFacts(NamedTuple):
    """What a text states about itself.

    `stated` is the date that it states as its own, in days since 1970, or None; the first day of a month or
    a year. `size` is its length in characters.
    """

    stated: float | None
    size: int


class PageChanges:
    """The changes of wording on a page, as the history finds them. It remembers comparisons."""

    def __init__(self, db: Database, source_text: SourceText) -> None:
        self._db = db
        read, page_of = text_reader(db, _CACHED_TEXTS), page_reader(db, source_text, _CACHED_TEXTS)

        @lru_cache(_PAIRS)
        def compared(old: int, new: int) -> tuple[Hunk, ...]:
            return compare(read(old), read(new))

        @lru_cache(_PAIRS)
        def is_change(old: Witness, new: Witness, hunks: tuple[Hunk, ...]) -> bool:
            step = Step(0, old, new, list(hunks))
            mark_extraction(step, read, page_of)
            return step.is_change

        @lru_cache(_PAIRS)
        def facts(text_id: int) -> StatedFacts:
            (found, size) = db.execute(
                "select stated_date, length(markdown) from texts where id = ?", [text_id]
            ).fetchone()
            # A month or a year (2018-05) begins with its first day.
            moment = datetime.fromisoformat(f"{found}-01-01"[:10]).replace(tzinfo=UTC) if found else None
            return StatedFacts(moment.timestamp() / _SECONDS_A_DAY if moment else None, size)

        self._read, self._compared, self._is_change, self._facts = read, compared, is_change, facts

    def of_page(self, page_id: int) -> dict[int, bool]:
        """Return capture id -> whether its wording differs from the good capture before it.

        The first good capture has False, and so have captures in another language than most. Captures with an
        imported text are left out, because only a body shows what was on the page. Returns {} if the page has
        no good captures.
        """
        witnesses = self._witnesses(page_id)
        return dict(zip(witnesses, self.among(list(witnesses.values())), strict=True))

    def among(self, witnesses: Sequence[Witness]) -> list[bool]:
        """Return for each good capture whether its wording differs from the one before; the first has False.

        `witnesses` are good captures of one page in order of time. Those in another language than most have
        False.
        """
        others = set(other_languages(witnesses, self._read))
        main = [witness for witness in witnesses if witness not in others]
        steps = follow(main, self._read, self._compared)
        changed = {s.new for s in steps if s.is_change and self._is_change(s.old, s.new, tuple(s.hunks))}
        return [witness in changed for witness in witnesses]

    def texts(self, page_id: int) -> dict[int, StatedFacts]:
        """Return capture id -> what its text states, for the captures of `of_page`."""
        return {number: self.facts(witness) for number, witness in self._witnesses(page_id).items()}

    def facts(self, witness: Witness) -> StatedFacts:
        """Return what the text of a good capture states."""
        return self._facts(witness.text_id)

    def _witnesses(self, page_id: int) -> dict[int, Witness]:
        rows = self._db.execute(
            f"""select c.id, c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor,
            t.language
            from pages g join captures c on c.page_id = g.id join texts t on t.id = c.text_id
            where g.id = ? and c.verdict = 'policy' and c.captured_at is not null and c.body_id is not null
            order by c.captured_at, {TIE_BREAK}""",
            [page_id],
        )
        return {int(row[0]): Witness(*row[1:]) for row in rows}
