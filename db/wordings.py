"""Which captures of a page show another wording than the one before, by the captures that are held so far."""

from functools import lru_cache

from sqlite_utils import Database

from db.blocks import Reading
from db.bodies import Bodies
from db.hunks import Hunk, compare
from db.noise import Seen, Step, follow
from db.shown import is_of_the_extractor, letters_of_page

_READINGS = 64  # texts and pages kept taken apart
_PAIRS = 50_000  # comparisons kept: a page that is looked at again has most of the pairs that it had


class Wordings:
    """Tells where the wording changes, as the history would; remembers what it compared, for it is asked time and again."""

    def __init__(self, db: Database) -> None:
        self._db = db
        bodies = Bodies(db)

        @lru_cache(_READINGS)
        def read(text_id: int) -> Reading:
            (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
            return Reading(markdown)

        @lru_cache(_READINGS)
        def page_of(body_id: int) -> str:
            return letters_of_page(bodies.get(body_id))

        @lru_cache(_PAIRS)
        def compared(old: int, new: int) -> tuple[Hunk, ...]:
            return compare(read(old), read(new))

        @lru_cache(_PAIRS)
        def extracted(hunk: Hunk, texts: tuple[int, int], pages: tuple[int, int]) -> bool:
            return is_of_the_extractor(hunk, read(texts[0]), read(texts[1]), page_of(pages[0]), page_of(pages[1]))

        self._read, self._compared, self._extracted = read, compared, extracted

    def of_page(self, page_id: int) -> dict[int, bool]:
        """The good captures of a page by id, and whether the wording is another one than that of the good one before."""
        rows = self._db.execute(
            """select id, captured_at, text_id, body_id from captures
            where page_id = ? and verdict = 'policy' and text_id is not null and captured_at is not null
            order by captured_at, timestamp, original, digest""",
            [page_id],
        ).fetchall()
        steps = follow((Seen(at, text, body) for _, at, text, body in rows), self._read, self._compared)
        changed = {step.number for step in steps if self._is_change(step)}
        return {int(row[0]): number in changed for number, row in enumerate(rows)}

    def _is_change(self, step: Step) -> bool:
        """Whether a word changed that is the policy's, and not only the extractor's: a single one is enough."""
        old, new = step.old, step.new
        texts, pages = (old.text_id, new.text_id), (old.body_id or 0, new.body_id or 0)
        return any(hunk.reason == "wording" and not self._extracted(hunk, texts, pages) for hunk in step.hunks)
