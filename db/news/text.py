"""News as plain text. Unprintable characters stay: what prints it escapes them."""

from collections.abc import Iterable, Iterator

from db.history.readable_diff import Op
from db.news import passages
from db.news.entries import Entry

_MARKS: dict[Op, str] = {"added": "{{+{}+}}", "removed": "[-{}-]"}


def part(entry: Entry, most: int = passages.MOST) -> str:
    """Return an entry in lines: its title, its marks, at most `most` paragraphs, and the two captures."""
    return "\n  ".join((entry.title, *(_below(entry, most) if most else ()))) + "\n"


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole text."""
    return "\n".join((f"{title}\n", *parts))


def more(number: int) -> str:
    """Return the line that says how many changes are left out."""
    return f"… and {number} more\n"


def _below(entry: Entry, most: int) -> Iterator[str]:
    yield from entry.marks
    yield from entry.statements
    for section, of_section in passages.sections(entry.pieces, most):
        yield f"@@ {section or '(before the first heading)'}"
        for piece in of_section:
            yield "  " + " ".join(passages.line(piece, _marked).split())
    if len(entry.pieces) > most:
        yield f"… and {len(entry.pieces) - most} more"
    yield from [entry.aside] if entry.aside else []
    for day, address in entry.addresses:
        yield f"capture of {day}: {address}"


def _marked(op: Op, words: str) -> str:
    return _MARKS.get(op, "{}").format(words)
