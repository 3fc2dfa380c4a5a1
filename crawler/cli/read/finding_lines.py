"""The lines about the findings of a change, for `log` and `show`."""

from collections.abc import Iterator

from crawler import fitting, terminal
from db.query.findings import SHOWN, Meaning, StoredFinding


def is_wanted(one: StoredFinding, kind: str, move: str) -> bool:
    """Return whether a finding has a kind and a move; "" stands for any."""
    return kind in ("", one.kind) and move in ("", one.move)


def finding_lines(meaning: Meaning, width: int | None, kind: str = "", move: str = "") -> Iterator[str]:
    """Yield a line for each finding, the weightiest first, and one about the rest.

    Without `kind` and `move`, SHOWN findings have a line, and the others are counted. With one of them, all
    findings with it have a line, and no others. A line is cut to `width` columns; None leaves it whole.
    """
    chosen = kind or move
    found = [one for one in meaning.findings if is_wanted(one, kind, move)]
    for one in found if chosen else found[:SHOWN]:
        line = terminal.escaped_line(f"{one.head}: {one.sentence}")
        yield fitting.cut(line, width) if width else line
    more = len(found) - SHOWN
    if more > 0 and not chosen:
        yield f"and {more} more"
    if meaning.rest and not chosen:
        yield meaning.rest
