"""News as Markdown (CommonMark), with the words of strangers escaped."""

import re
from collections.abc import Iterable, Iterator

from db.history.readable_diff import Op
from db.news import passages
from db.news.entries import Entry

# Emphasis, code, links, HTML, tables, mentions; and what lets GitHub make a link of an address.
_SPECIAL = re.compile(r"[\\`*_\[\]<|~&@$]|:(?=//)|(?<=\bmailto):|(?<=\bwww)\.", re.I)
_AT_THE_START = re.compile(r"[-+=#>]|[0-9]+(?=[.)](?: |$))")  # a list, a heading, a quotation
_MARKS: dict[Op, str] = {"added": "**{}**", "removed": "~~{}~~"}


def escape(text: str) -> str:
    """Return a text as one line in which no character is markup. Addresses in it are no links."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    found = _AT_THE_START.match(line)
    if found and found[0][-1].isdigit():
        return f"{found[0]}\\{line[found.end() :]}"
    return f"\\{line}" if found else line


def part(entry: Entry, most: int = passages.MOST) -> str:
    """Return an entry: its title as a heading, its marks, at most `most` paragraphs, and the two captures."""
    return "\n".join((f"## {escape(entry.title)}", *(_below(entry, most) if most else ()), ""))


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole document."""
    return "\n".join((f"# {escape(title)}\n", *parts))


def more(number: int) -> str:
    """Return the paragraph that says how many changes are left out."""
    return f"… and {number} more\n"


def _below(entry: Entry, most: int) -> Iterator[str]:
    if lines := [*entry.marks, *entry.statements]:
        yield from ("", *(f"- {escape(line)}" for line in lines))
    for section, of_section in passages.sections(entry.pieces, most):
        yield from ("", f"### {escape(section)}") if section else ()
        for piece in of_section:
            yield from ("", passages.line(piece, _marked))
    if len(entry.pieces) > most:
        yield from ("", f"… and {len(entry.pieces) - most} more")
    yield from ("", entry.aside) if entry.aside else ()
    if entry.addresses:
        links = (f"[Capture of {day}](<{_target(address)}>)" for day, address in entry.addresses)
        yield from ("", " · ".join(links))


def _target(address: str) -> str:
    return re.sub(r"[<>\\\s]", lambda sign: f"%{ord(sign[0]):02X}", address)


def _marked(op: Op, words: str) -> str:
    return _MARKS.get(op, "{}").format(escape(words))
