"""Good captures of a page that show another wording than the capture before."""

from functools import lru_cache

from sqlite_utils import Database

from db.history.comparison.hunks import Hunk
from db.history.comparison.token_diff import compare
from db.history.good_captures import TIE_BREAK
from db.history.noise import Step, follow
from db.history.other_languages import other_languages
from db.history.page_text import SourceText, mark_extraction
from db.history.timeline import Witness
from db.history.trace import page_reader, text_reader

_CACHED_TEXTS = 64  # this many texts and this many pages are kept in memory
_PAIRS = 50_000  # this many comparisons are kept in memory: the next call needs most of them again


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

        self._read, self._compared, self._is_change = read, compared, is_change

    def of_page(self, page_id: int) -> dict[int, bool]:
        """Return capture id -> whether its wording differs from the good capture before it.

        The first good capture has False, and so have captures in another language than most. Captures with an
        imported text are left out, because only a body shows what was on the page. Returns {} if the page has
        no good captures.
        """
        rows = self._db.execute(
            f"""select c.id, c.captured_at, cast(g.id as text), c.text_id, t.wording, c.body_id, t.extractor,
            t.language
            from pages g join captures c on c.page_id = g.id join texts t on t.id = c.text_id
            where g.id = ? and c.verdict = 'policy' and c.captured_at is not null and c.body_id is not null
            order by c.captured_at, {TIE_BREAK}""",
            [page_id],
        ).fetchall()
        page = [Witness(*row[1:]) for row in rows]
        others = set(other_languages(page, self._read))
        main = [
            (int(row[0]), witness) for row, witness in zip(rows, page, strict=True) if witness not in others
        ]
        steps = follow((witness for _, witness in main), self._read, self._compared)
        changed = {s.number for s in steps if s.is_change and self._is_change(s.old, s.new, tuple(s.hunks))}
        known = {capture: number in changed for number, (capture, _) in enumerate(main)}
        return {int(row[0]): known.get(int(row[0]), False) for row in rows}
