"""Lists of earlier versions of a policy: links with a date each, which grow with each version.

They are no part of what the policy states. The policy's own date is, so a line with it is never in such a
list.
"""

import re

from db.history.comparison.statements import is_copyright
from db.history.comparison.tokenized import TokenizedText

DATES = 3  # a list of versions has at least this many lines in a row with a date each
LINE_WORDS = 5  # "Version of 25 May 2018 (archived)"
LONGEST = 1_000  # characters of the lines; longer ones are not looked through for each difference in them
OTHER_WORDS = 5  # in one line with all dates, at most this many words belong to each date

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?i)\b(?:we|you|your|our|wir|sie|ihre|nous|vous|votre|usted|su|voi|wij|uw)\b")
# The date after such a label can be the policy's own.
_OWN = re.compile(r"(?i)\b(?:effective|updated?|revised|modified|amended|changed|as of|in force|valid)\b")


def is_in_list_of_versions(text: TokenizedText, start: int, end: int) -> bool:
    """Return whether a range of tokens is within lines of a list of versions. An empty range is not."""
    if start >= end or text.states_own_date(start, end):
        return False
    first, last = text.block_at(start), text.block_at(end - 1)
    lines = text.blocks[first : last + 1]
    if sum(map(len, lines)) > LONGEST:
        return False
    if len(lines) == 1 and _has_all_dates(lines[0]):
        return True
    if not all(map(_is_version, lines)):
        return False
    while first > 0 and last - first < DATES and _is_version(text.blocks[first - 1]):
        first -= 1
    while last + 1 < len(text.blocks) and last - first < DATES and _is_version(text.blocks[last + 1]):
        last += 1
    return last - first + 1 >= DATES


def _is_version(line: str) -> bool:
    """Return whether a line is one date with a few words."""
    one = len(_YEAR.findall(line)) == 1 and len(_WORD.findall(line)) <= LINE_WORDS
    return one and not line.rstrip().endswith((".", "!", "?", ":")) and _may_be_versions(line)


def _has_all_dates(line: str) -> bool:
    """Return whether a line is a whole list of dates with a few words each."""
    years = len(_YEAR.findall(line))
    return years >= DATES and len(_WORD.findall(line)) <= OTHER_WORDS * years and _may_be_versions(line)


def _may_be_versions(line: str) -> bool:
    return not (_OWN.search(line) or is_copyright(line) or _SENTENCE.search(line))
