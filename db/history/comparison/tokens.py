"""The tokens of a line of Markdown: words, numbers and signs, in which texts are compared."""

import re
import unicodedata
from collections.abc import Iterable

from db.history.comparison.line_cache import cached
from db.normalisation import wording

Tokens = tuple[str, ...]

# A word also ends before a capital that follows a small letter: a page lost a space there ("SearchHome").
# Each sign of a script without spaces (Thai, Lao, Khmer, kana, Han) is a word of its own.
UNSPACED = (
    "\u0e00-\u0edf\u1780-\u17d3\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W\d_{UNSPACED}]+|\d+|[^\w\s]|_")
_JOINT = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_HAS_JOINT = re.compile(r"[A-Z](?<=[^\W\d_A-Z].)")  # finds the same, and looks at capitals only
# UTF-8 that was decoded as Windows-1252: an apostrophe becomes three characters. Some servers did it for
# weeks.
_MISREAD = re.compile("â€[\x80-\xbf\u0152-\u0178\u02dc\u2013-\u2122]")
_MISREAD_QUOTE = re.compile("â€\ufffd?")  # a quote: its last byte does not exist in Windows-1252
_MISREAD_SPACE = re.compile(r"(?<!\w)Â(?!\w)")
# On some pages every semicolon became a full stop, also in entities: "Terms &. Conditions".
_MANGLED = re.compile(r"&\.(?=\s)")
# Some pages show Markdown as text: `[text][name]` is a link, and `[name]: address` its target.
_REFERENCE = re.compile(r"\[([^\[\]]*)\]\[[\w-]+\]")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")  # CommonMark's link whose text is its address
_DEFINITION = re.compile(r"\[[\w-]+\]: *\S+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


@cached
def read_line(line: str) -> tuple[str, Tokens]:
    """Return the wording of a line and its tokens."""
    text = wording(_mend(line))
    text = _AUTOLINK.sub(r"\1", _REFERENCE.sub(r"\1", text))
    if _DEFINITION.match(text):
        return "", ()
    return text, tuple(tokens_of(text))


def tokens_of(text: str) -> list[str]:
    """Return the tokens of a text without markup."""
    tokens: list[str] = _TOKEN.findall(text)
    if not _HAS_JOINT.search(text):  # of nearly every text
        return tokens
    return [part for token in tokens for part in _JOINT.split(token)]


def _mend(line: str) -> str:
    if "&." in line:
        line = _MANGLED.sub("&", line)
    if "â€" in line:
        line = _MISREAD_QUOTE.sub('"', _MISREAD.sub(_reread, line))
    return _MISREAD_SPACE.sub(" ", line) if "Â" in line else line


def _reread(match: re.Match[str]) -> str:
    try:
        return b"".join(sign.encode("latin-1" if sign < "\xa0" else "cp1252") for sign in match[0]).decode()
    except UnicodeError:
        return match[0]


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case, without anything between them."""
    # A space instead of this one is what NFKC makes of it. Most texts are in this form without it.
    lower = unicodedata.normalize("NFKC", text.replace("\xa0", " ")).lower()
    # Most of what is left out are signs of ASCII, and bytes are left out much faster than an expression does.
    found = (
        lower.encode("utf-8", "surrogatepass").translate(None, _ASCII_SIGNS).decode("utf-8", "surrogatepass")
    )
    return found if found.isascii() else _NOT_LETTERS.sub("", found)


def words_of(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens that are words or numbers."""
    return tuple(token for token in tokens if token.isalnum())
