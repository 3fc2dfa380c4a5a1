"""The marks of all versions and changes of a policy."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlite_utils import Database

from db.history.marks.announced import Announced, announced
from db.history.marks.suspect import ChangeSize, MarkedText, suspects
from db.history.noise.steps import ReadText
from db.history.timeline import Timeline
from db.store.texts import IMPORTED


class VersionMarks(NamedTuple):
    """The date that a version states, and what is suspect about it; None without."""

    stated_date: str | None
    suspect: str | None


class ChangeMarks(NamedTuple):
    """The dates that the old and the new text state, what they say about the change, and what is suspect."""

    stated_before: str | None
    stated_date: str | None
    announced: Announced
    suspect: str | None


class Marks(NamedTuple):
    """Version number -> its marks, and the marks of each change."""

    versions: dict[int, VersionMarks]
    changes: list[ChangeMarks]


def of_timeline(db: Database, timeline: Timeline, sizes: Sequence[ChangeSize], read: ReadText) -> Marks:
    """Return the marks of a policy's versions and changes.

    `sizes` has the size of each change. `read` takes a text's id.
    """

    @cache
    def facts(text_id: int) -> MarkedText:
        query = "select language, completeness, stated_date, extractor from texts where id = ?"
        language, completeness, stated, extractor = db.execute(query, [text_id]).fetchone()
        return MarkedText(language, None if extractor == IMPORTED else completeness, stated)

    found = suspects(timeline, sizes, facts, read)
    return Marks(
        {
            version.number: VersionMarks(
                facts(version.text_id).stated_date, found.versions.get(version.number)
            )
            for version in timeline.versions
        },
        [
            _of_change(
                facts(change.old_text), facts(change.new_text), change.last_old, change.first_new, suspect
            )
            for change, suspect in zip(timeline.changes, found.changes, strict=True)
        ],
    )


def _of_change(
    old: MarkedText, new: MarkedText, last_old: str, first_new: str, suspect: str | None
) -> ChangeMarks:
    before, after = old.stated_date, new.stated_date
    return ChangeMarks(before, after, announced(before, after, last_old, first_new), suspect)
