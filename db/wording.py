"""The normalisation contract: when two Markdown texts are the same wording.

The same wording: other white space, U+00A0, quotes, dashes, ligatures, soft hyphens and zero-width characters, Unicode
forms, list markers, heading levels, emphasis, link targets, table rules, wrapping. Any other letter, digit or sign is
another wording; letter case counts.
"""

import hashlib
import re
import unicodedata

_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\]\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)")
_BLOCK_MARK = re.compile(r"^[ \t]*(?:>[ \t]*)*(?:#{1,6}(?=\s)|[*+-](?=\s)|\d{1,9}[.)](?=\s))?[ \t]*", re.M)
_RULE = re.compile(r"^[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|[ \t|:-]*-{3,}[ \t|:-]*)$", re.M)
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))")
_CELL = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SIGNS = str.maketrans(
    dict.fromkeys("‘’‚‛′`´ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
)


def wording(markdown: str) -> str:
    """Reduce a Markdown text to its words and signs, one space between them. Empty for a text without any.

    Idempotent on its own output as far as that holds no Markdown.
    """
    text = _RULE.sub("", markdown)
    text = _BLOCK_MARK.sub("", text)
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _ESCAPE.sub(r"\1", _EMPHASIS.sub("", _CELL.sub(" ", text)))
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_SIGNS))
    return " ".join(text.split())


def wording_key(markdown: str) -> str:
    """The hash by which wordings are compared: hexadecimal SHA-256."""
    return hashlib.sha256(wording(markdown).encode("utf-8", "surrogatepass")).hexdigest()
