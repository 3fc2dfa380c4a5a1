"""The normalisation contract: when two Markdown texts have the same wording.

These differences make no other wording: white space, U+00A0, the forms of quotes and dashes, ligatures, soft
hyphens and zero-width characters, Unicode forms, list markers, heading levels, emphasis, link targets, table
rules and line breaks. Every other letter, digit or sign makes another wording, and so does upper or lower
case. All rules with examples are in docs/normalisation.md.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_BLOCK_MARK = re.compile(r"^[ \t]*(?:>[ \t]*)*(?:#{1,6}(?=\s)|[*+-](?=\s)|\d{1,9}[.)](?=\s))?[ \t]*", re.M)
_RULE = re.compile(
    r"^[ \t]*+(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+|(?=[^\n]*---)[ \t|:-]++)$", re.M
)
_EMPHASIS = re.compile(r"[*_]+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = 0xE000  # escaped signs are no markup: they become private characters until the markup is removed
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SIGNS = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    **{chr(_HIDDEN + code): chr(code) for code in range(128)},
}
_SIGN = re.compile(f"[{''.join(map(re.escape, _SIGNS))}]")


def wording(markdown: str) -> str:
    """Return the words and signs of a Markdown text, with one space between words.

    Returns "" for a text without words and signs. Most lines have little of what is looked for, so a cheap
    look comes before each expression.
    """
    text = markdown
    if "\\" in text:
        text = _ESCAPED.sub(lambda match: chr(_HIDDEN + ord(match[1])), text)
    text = text.replace("<br>", " ")  # within a cell of a table
    if "*" in text or "-" in text or "_" in text:
        text = _RULE.sub("", text)
    text = _BLOCK_MARK.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(_without_emphasis, text)
    text = text.replace("|", " ")
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    if not text.isascii() or "`" in text:  # the only sign of them in ASCII
        text = _SIGN.sub(lambda match: _SIGNS[match[0]], text)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _without_emphasis(match: re.Match[str]) -> str:
    """Return the replacement for a sequence of ``*`` and ``_`` in a text.

    It is "" (the marks are removed), but underscores between letters stay, as in ``user_name``.
    """
    before = match.string[max(0, match.start() - 1) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    inside = before.isalnum() and after.isalnum()
    return match[0] if inside and "*" not in match[0] else ""


@lru_cache(maxsize=4)
def wording_key(markdown: str) -> str:
    """Return the key of a text's wording: its SHA-256 as 64 hexadecimal digits.

    The last ones are cached, because captures that follow each other mostly have the same text.
    """
    return hashlib.sha256(wording(markdown).encode("utf-8", "surrogatepass")).hexdigest()
