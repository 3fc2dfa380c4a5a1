"""Differences that name the moment of each capture ("current as of ...")."""

from datetime import date
from functools import lru_cache

from db.history.comparison.hunks import with_reason
from db.history.comparison.tokenized import TokenizedText
from db.history.dates import capture_dates
from db.history.noise.steps import ReadText, Step
from db.history.timeline import Witness


def mark_capture_dates(step: Step, read: ReadText) -> None:
    """Set the reason `clock` where both texts name the moment of their capture."""
    old, new = read(step.old.text_id), read(step.new.text_id)
    for index, hunk in enumerate(step.hunks):
        sides = ((old, hunk.old_start, hunk.old_end, step.old), (new, hunk.new_start, hunk.new_end, step.new))
        if hunk.reason == "wording" and all(_is_capture_date(*side) for side in sides):
            step.hunks[index] = with_reason(hunk, "clock")


def _is_capture_date(text: TokenizedText, start: int, end: int, seen: Witness) -> bool:
    named = _capture_dates(text.blocks_text(start, end), date.fromisoformat(seen.captured_at[:10]))
    changed = {*text.tokens[start:end]}
    return bool(named & changed) and changed <= {*named, *"/:,.-"}


@lru_cache(4)  # a long block can have many differences
def _capture_dates(text: str, day: date) -> frozenset[str]:
    """Return the tokens of the dates in a text that name a day, the day of the capture."""
    named = capture_dates(text, day)
    return frozenset(TokenizedText(named).tokens) if named else frozenset()
