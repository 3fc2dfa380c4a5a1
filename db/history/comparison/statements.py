"""Whether a block of a text is a statement, a date or a copyright line, by its form alone.

Whether words are a sentence of the policy is another question: `PolicyPart.sentences` (policy_part.py)
compares them with the words of the text.
"""

import re

from db.history.comparison.line_cache import cached
from db.history.comparison.tokens import UNSPACED

_SIGNS_WITHOUT_SPACES = re.compile(rf"(?:[{UNSPACED}]\W*){{8}}")
# A sentence has at least four words. Both expressions together, so that each looks at a block once.
_THREE_WORDS = re.compile(r"\s*+(?:\S++\s++){3}")
_STOP = re.compile(r"\w[)\"']?\s?[.?!:;](?=\s|$)")
_DATE_LABEL = re.compile(
    r"(?i)\b(?:effective|updated?|revised|revision|modified|amended|changed|version|dated?|as of)\b"
)
_DIGIT = re.compile(r"\d")
# A line with ©, or one that begins with "(c)" or "Copyright" and a year. "(c)" alone can be an item after
# (a) and (b), and "Copyright" the heading of a section.
_COPYRIGHT = re.compile(
    r"(?i)^\W*(?:(?:copyright\W*)?©|(?:copyright|\(c\))(?:\W*?(?:copyright\b|\(c\)))?\W*+(?:19|20)\d\d\b"
    r"|copyright\b[^.]{1,60}\b(?:19|20)\d\d\b)"
)
COPYRIGHT_WORDS = 25  # a longer block that begins with © is more than a copyright line


@cached
def is_statement(text: str) -> bool:
    """Return whether a block states something.

    It does if it has a sentence, a date, an e-mail address, at least five digits, or eight signs of a script
    without spaces.
    """
    return bool(
        _SIGNS_WITHOUT_SPACES.search(text)
        or _has_sentence(text)
        or is_stated_date(text)
        or "@" in text
        or sum(map(str.isdigit, text)) >= 5
    )


def _has_sentence(text: str) -> bool:
    start = _THREE_WORDS.match(text)
    return bool(start and _STOP.search(text, start.end()))


def is_stated_date(text: str) -> bool:
    """Return whether a block states a date of the policy ("last updated May 25, 2018")."""
    label = _DATE_LABEL.search(text)
    return bool(label and _DIGIT.search(text, label.end()))


def is_copyright(text: str) -> bool:
    """Return whether a block is a copyright line."""
    return bool(_COPYRIGHT.match(text)) and len(text.split()) <= COPYRIGHT_WORDS
