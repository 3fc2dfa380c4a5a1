"""The lines about the findings of a change, for `log`, `show` and `diff`."""

from collections.abc import Iterator

from crawler import fitting, terminal
from db.query.findings import SHOWN, FindingFilter, Meaning

_ALL = FindingFilter()


def finding_lines(meaning: Meaning, width: int | None, wanted: FindingFilter = _ALL) -> Iterator[str]:
    """Yield a line for each finding, the weightiest first, and one about the rest.

    Without a filter, SHOWN findings have a line, and the others are counted. With `wanted`, all findings that
    it takes have a line, and no others. A line is cut to `width` columns; None leaves it whole.
    """
    found = meaning.only(wanted).findings
    for one in found if wanted else found[:SHOWN]:
        line = terminal.escaped_line(f"{one.head}: {one.sentence}")
        yield fitting.cut(line, width) if width else line
    more = len(found) - SHOWN
    if more > 0 and not wanted:
        yield f"and {more} more"
    if meaning.rest and not wanted:
        yield meaning.rest
