"""Which captures of a page show another wording than the one before, by the captures that are held so far."""

from functools import lru_cache

from sqlite_utils import Database

from db.blocks import Reading
from db.bodies import Bodies
from db.history import steps_of
from db.hunks import Hunk, compare
from db.noise import Seen
from db.shown import letters_of_page

_READINGS = 64  # texts kept taken apart
_PAIRS = 50_000  # comparisons kept: a page that is looked at again has mostly the pairs that it had


class Wordings:
    """Tells where the wording changes, as the history would; remembers what it compared, for it is asked time and again."""

    def __init__(self, db: Database) -> None:
        self._db = db
        bodies = Bodies(db)

        @lru_cache(_READINGS)
        def read(text_id: int) -> Reading:
            (markdown,) = db.execute("select markdown from texts where id = ?", [text_id]).fetchone()
            return Reading(markdown)

        @lru_cache(_PAIRS)
        def compared(old: int, new: int) -> tuple[Hunk, ...]:
            return compare(read(old), read(new))

        @lru_cache(_READINGS)
        def page_of(body_id: int) -> str:
            return letters_of_page(bodies.get(body_id))

        self._read, self._compared, self._page_of = read, compared, page_of

    def of_page(self, page_id: int) -> dict[int, bool]:
        """The good captures of a page by id, and whether the wording is another one than that of the good one before."""
        rows = self._db.execute(
            """select id, captured_at, text_id, body_id from captures
            where page_id = ? and verdict = 'policy' and text_id is not null and captured_at is not null
            order by captured_at, timestamp, original, digest""",
            [page_id],
        ).fetchall()
        steps = steps_of((Seen(at, text, body) for _, at, text, body in rows), self._read, self._compared, self._page_of)
        changed = {step.number for step in steps if step.is_change}
        return {int(row[0]): number in changed for number, row in enumerate(rows)}
