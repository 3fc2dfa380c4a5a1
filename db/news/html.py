"""News as HTML, for feed readers, mails and browsers.

Feed readers have no style sheet of ours, so `ins` and `del` mark added and removed words.
"""

from collections.abc import Iterable
from html import escape

import nh3

from db.history.readable_diff import Op
from db.news import passages
from db.news.entries import Entry
from db.news.frame import frame

_TAGS = {"p", "h4", "ins", "del", "a"}
_TAG_OF: dict[Op, str] = {"added": "ins", "removed": "del"}
_STYLE = """:root { color-scheme: light dark; }
body { font: 16px/1.5 sans-serif; margin: 1em auto; max-width: 45em; padding: 0 1em; }
ins { background: #00a00026; } del { background: #ff000026; }"""


def content(entry: Entry, most: int = passages.MOST) -> str:
    """Return what changed between the two captures of an entry, as HTML.

    It begins with a sentence about these captures. At most `most` paragraphs are shown.
    """
    change = entry.change
    written = [
        f"<p>It changed between {escape(change.last_old)}, the last capture that shows the old text,"
        f" and {escape(change.first_new)}, the first that shows the new one.</p>"
    ]
    written += [f"<p>{escape(mark[:1].upper() + mark[1:])}.</p>" for mark in entry.marks]
    written += [f"<p>{escape(line)}</p>" for line in entry.statements]
    for section, of_section in passages.sections(entry.pieces, most):
        written += [f"<h4>{escape(section)}</h4>"] if section else []
        written += [f"<p>{passages.line(piece, _marked)}</p>" for piece in of_section]
    if len(entry.pieces) > most:
        written.append(f"<p>… and {len(entry.pieces) - most} more.</p>")
    written += [f"<p>{entry.aside}.</p>"] if entry.aside else []
    links = (f'<a href="{escape(address)}">Capture of {day}</a>' for day, address in entry.addresses)
    written += [f"<p>{' · '.join(links)}</p>"] if entry.addresses else []
    # Everything above is escaped already. This removes a tag that was not escaped by mistake.
    return nh3.clean(
        "\n".join(written),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )


def part(entry: Entry, most: int = passages.MOST) -> str:
    """Return an entry as a part of a page: its title as a heading, and its content; with 0 only the title."""
    heading = f"<h3>{escape(entry.title)}</h3>"
    return f"{heading}\n{content(entry, most)}" if most else heading


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole page."""
    return frame(title, _STYLE, "\n".join(parts))


def more(number: int) -> str:
    """Return the part that says how many changes are left out."""
    return f"<p>… and {number} more.</p>"


def _marked(op: Op, words: str) -> str:
    tag = _TAG_OF.get(op)
    return f"<{tag}>{escape(words)}</{tag}>" if tag else escape(words)
