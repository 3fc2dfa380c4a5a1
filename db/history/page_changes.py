"""The captures of a page that show another wording than the capture before, and the dates they state."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlite_utils import Database

from db.history.dates import stated_date
from db.history.good_captures import TIE_BREAK
from db.history.noise import Step, follow
from db.history.page_text import SourceText, mark_extraction
from db.history.timeline import Witness
from db.history.token_diff import Hunk, compare
from db.history.trace import page_reader, text_reader

_CACHED_TEXTS = 64  # texts and pages in memory
_PAIRS = 50_000  # comparisons in memory: on the next call most pairs of a page are the same


class PageChanges:
    """The changes of wording of pages, as the history finds them; remembers comparisons."""

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
        def stated(text_id: int, seen: date) -> date | None:
            found = stated_date("\n".join(read(text_id).blocks), seen)
            return date.fromisoformat(found) if found else None

        self._read, self._compared, self._is_change, self._stated = read, compared, is_change, stated

    def of_page(self, page_id: int) -> dict[int, bool]:
        """Return by id whether good captures have another wording than the one before.

        Imported texts are left out, because only a body shows what was on its page.
        """
        witnesses = self._witnesses(page_id)
        return dict(zip(witnesses, self.among(list(witnesses.values())), strict=True))

    def among(self, witnesses: Sequence[Witness]) -> list[bool]:
        """Return which captures of one page, in order of time, have another wording than the one before."""
        steps = follow(witnesses, self._read, self._compared)
        changed = {s.number for s in steps if s.is_change and self._is_change(s.old, s.new, tuple(s.hunks))}
        return [number in changed for number in range(len(witnesses))]

    def stated_dates(self, page_id: int) -> dict[int, date | None]:
        """Return by id the date that each good capture states as its policy's own; None without any."""
        return {number: self.stated(witness) for number, witness in self._witnesses(page_id).items()}

    def stated(self, witness: Witness) -> date | None:
        """Return the date that the text of a capture states as its own; None without any."""
        return self._stated(witness.text_id, date.fromisoformat(witness.captured_at[:10]))

    def _witnesses(self, page_id: int) -> dict[int, Witness]:
        rows = self._db.execute(
            f"""select c.id, c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor
            from pages g join captures c on c.page_id = g.id join texts t on t.id = c.text_id
            where g.id = ? and c.verdict = 'policy' and c.captured_at is not null and c.body_id is not null
            order by c.captured_at, {TIE_BREAK}""",
            [page_id],
        )
        return {int(row[0]): Witness(*row[1:]) for row in rows}
