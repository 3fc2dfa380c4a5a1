"""The words of a version around the words that a search found.

SQLite chooses the best place of a text, but compares all found words with each other for it: 15 seconds for a
text that consists of one word 50,000 times. So the found words are counted first, and of a text with very
many the first place is shown.
"""

import re
from collections.abc import Sequence

from sqlite_utils import Database

_SIZE = 24  # tokens of a snippet, as SQLite counts them
# SQLite marks found words with these characters. Texts never contain them, so no other word is marked.
_FOUND = ("\x02", "\x03")
# In a text with more found words, no best place is searched. Policies have a few hundred.
_MOST_FOUND = 2_000
# Characters of a snippet that are read. Between two words, strangers can write any number of signs.
_CHARACTERS = 2_000
_SHORT = 200  # characters of a snippet of the first place
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\)|$)")
_BLOCK_MARK = re.compile(r"(?m)^[ \t]*(?:#{1,6}|\*|[0-9]{1,9}\.)[ \t]+|\|")
_EMPHASIS = re.compile(r"\\([!-/:-@\[-`{-~])|\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)")


def snippets(db: Database, match: str, version_ids: Sequence[int], marks: tuple[str, str]) -> dict[int, str]:
    """Return version id -> snippet, for those of the versions that match the FTS5 expression `match`.

    A snippet is one line without Markdown. Found words are between the two `marks`.
    """
    marked = _read(db, match, version_ids, "highlight(versions_fts, 1, char(2), char(3))")
    few = [version_id for version_id, text in marked.items() if text.count(_FOUND[0]) <= _MOST_FOUND]
    found = _read(db, match, few, f"snippet(versions_fts, 1, char(2), char(3), ' … ', {_SIZE})")
    for version_id in marked.keys() - found.keys():
        found[version_id] = _first_place(marked[version_id])
    return {version_id: without_markdown(found[version_id], marks) for version_id in marked}


def _read(db: Database, match: str, version_ids: Sequence[int], column: str) -> dict[int, str]:
    """Return version id -> the value of a column of `versions_fts`."""
    ids = ",".join(map(str, version_ids)) or "null"
    sql = f"select rowid, {column} from versions_fts where versions_fts match ? and rowid in ({ids})"
    return dict(db.execute(sql, [match]).fetchall())


def _first_place(marked: str) -> str:
    """Return the text around the first found word, with the marks of SQLite."""
    return f" … {_cut(marked[marked.index(_FOUND[0]) :], _SHORT)} … "


def without_markdown(snippet: str, marks: tuple[str, str]) -> str:
    """Return the text of a snippet of SQLite as one line, with found words between the two `marks`."""
    plain = _BLOCK_MARK.sub("", _cut(snippet, _CHARACTERS))
    while plain != (plainer := _LINK.sub(r"\1", plain)):
        plain = plainer
    line = " ".join(_EMPHASIS.sub(r"\1", plain).split())
    return line.replace(_FOUND[0], marks[0]).replace(_FOUND[1], marks[1])


def _cut(snippet: str, characters: int) -> str:
    """Return the beginning of a long snippet; a found word at its end is ended."""
    short = snippet[:characters]
    return short + _FOUND[1] if short.rfind(_FOUND[0]) > short.rfind(_FOUND[1]) else short
