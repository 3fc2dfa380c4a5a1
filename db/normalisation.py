"""The normalisation contract: when two Markdown texts are the same wording.

The same wording: other white space, U+00A0, quotes, dashes, ligatures, soft hyphens and zero-width
characters, Unicode forms, list markers, heading levels, emphasis, link targets, table rules, wrapping. Any
other letter, digit or sign is another wording; letter case counts.
"""

import hashlib
import re
import unicodedata

_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_BLOCK_MARK = re.compile(r"^[ \t]*(?:>[ \t]*)*(?:#{1,6}(?=\s)|[*+-](?=\s)|\d{1,9}[.)](?=\s))?[ \t]*", re.M)
_RULE = re.compile(
    r"^[ \t]*+(?:(?:\*[ \t]*+){3,}+|(?:-[ \t]*+){3,}+|(?:_[ \t]*+){3,}+|(?=[^\n]*---)[ \t|:-]++)$", re.M
)
_EMPHASIS = re.compile(r"[*_]+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = 0xE000  # escaped signs are moved to a private area while the markup goes, for they are none
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SIGNS = (
    dict.fromkeys("‘’‚‛′`´ʼ", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
    | {chr(_HIDDEN + code): chr(code) for code in range(128)}
)  # fmt: skip
_SIGN = re.compile(f"[{''.join(map(re.escape, _SIGNS))}]")


def wording(markdown: str) -> str:
    """Reduce a Markdown text to its words and signs, one space between them. Empty for a text without any."""
    text = _ESCAPED.sub(lambda match: chr(_HIDDEN + ord(match[1])), markdown).replace(
        "<br>", " "
    )  # within a table's cell
    text = _BLOCK_MARK.sub("", _RULE.sub("", text))
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(_without_emphasis, text).replace("|", " ")
    text = _SIGN.sub(lambda match: _SIGNS[match[0]], _UNSEEN.sub("", text))
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _without_emphasis(match: re.Match[str]) -> str:
    """Take emphasis away, but leave the underscores inside a word."""
    before, after = (
        match.string[max(0, match.start() - 1) : match.start()],
        match.string[match.end() : match.end() + 1],
    )
    inside = before.isalnum() and after.isalnum()
    return match[0] if inside and "*" not in match[0] else ""


def wording_key(markdown: str) -> str:
    """The hash by which wordings are compared: hexadecimal SHA-256."""
    return hashlib.sha256(wording(markdown).encode("utf-8", "surrogatepass")).hexdigest()
