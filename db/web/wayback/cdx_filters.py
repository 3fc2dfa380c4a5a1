"""The `filter` and `collapse` parameters of a CDX query (docs/wayback.md, "Index parameters").

Clients send the regular expressions, so an expression must not be able to block the server: `re` could run
for years on `(a|aa)+$`. The `regex` module stops after a time limit. Expressions are refused beforehand if
they would take much memory to compile, or use what no filter needs (recursion, fuzzy matching, backtracking
verbs).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import regex  # type: ignore[import-untyped]

from db.web.common.errors import BadQueryError
from db.web.wayback.cdx_rows import CdxRow, field_number

# The cost of one expression is its length times its counted repeats; this limit means at most about 10 MB.
MAX_COST = 5_000
MATCH_SECONDS = 2.0  # processor time for all filters of one response
_ESCAPED = re.compile(r"\\[pP]\{[^}]*\}|\\.")
_COUNTED = re.compile(r"\{([^}]*)\}?")
_STRANGE_GROUP = re.compile(r"\(\*|\(\?(?!:|=|!|<=|<!|i\))")


@dataclass
class RegexTimeLimit:
    """The processor time that is left for matching, shared by all filters of one response."""

    seconds: float = MATCH_SECONDS

    def fullmatch(self, pattern: "regex.Pattern[str]", text: str) -> bool:
        """Return whether the whole text matches. Raises BadQueryError when the time is used up."""
        if self.seconds <= 0:
            raise BadQueryError(
                "the filter takes too long; write a simpler regular expression or ask for fewer captures"
            )
        began = time.thread_time()
        try:
            return pattern.fullmatch(text, timeout=self.seconds, concurrent=True) is not None
        except TimeoutError:
            self.seconds = 0
            return self.fullmatch(pattern, text)
        finally:
            self.seconds -= time.thread_time() - began


@dataclass(frozen=True)
class Filter:
    """One `filter` parameter.

    `[!]field:regex` matches a whole field, `~[!]field:substring` a part of it. If there is no known field
    before the colon, the whole line of seven fields is matched.
    """

    column: int | None
    negated: bool
    contains: str | None
    pattern: "regex.Pattern[str] | None" = field(default=None)

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """Parse one parameter. Raises BadQueryError for an expression that is invalid or too costly."""
        marks = re.match(r"[!~]{0,2}", text)
        assert marks is not None  # noqa: S101 - the expression also matches the empty text
        rest = text[marks.end() :]
        name, colon, value = rest.partition(":")
        try:
            column = field_number(name) if colon else None
        except BadQueryError:
            column = None
        value = rest if column is None else value
        negated = "!" in marks.group()
        if "~" in marks.group():
            return cls(column, negated, value)
        return cls(column, negated, None, _compile(value))

    def passes(self, row: CdxRow, time_limit: RegexTimeLimit) -> bool:
        """Return whether the row stays in the response. Raises BadQueryError when the time is used up."""
        text = " ".join(row) if self.column is None else row[self.column]
        found = (
            self.contains in text if self.contains is not None else time_limit.fullmatch(self.pattern, text)
        )
        return found is not self.negated


@dataclass(frozen=True)
class Collapse:
    """One `collapse` parameter: of neighbouring rows with an equal field, only the first stays."""

    column: int
    characters: int | None

    @classmethod
    def parse(cls, text: str) -> "Collapse":
        """Parse `field` or `field:N` (N: number of characters to compare). Raises BadQueryError."""
        name, colon, number = text.partition(":")
        if colon and not re.fullmatch(r"\d{1,9}", number):
            raise BadQueryError(f"collapse={text[:60]}: after the colon comes a number of characters")
        return cls(field_number(name), int(number) if colon else None)

    def value(self, row: CdxRow) -> str:
        """Return the text that is compared with the previous row."""
        return row[self.column][: self.characters]


def _compile(pattern: str) -> "regex.Pattern[str]":
    bare = _ESCAPED.sub("x", pattern)
    cost = len(pattern) * 2 ** min(bare.count(")+"), 20)
    for counts in _COUNTED.findall(bare):
        if not re.fullmatch(r"\d{0,6}(,\d{0,6})?", counts):
            raise BadQueryError(
                f"filter: {{{counts[:20]}}} is not understood; write \\{{ for the character itself"
            )
        cost *= max([int(number) for number in counts.split(",") if number] or [1])
    if cost > MAX_COST:
        raise BadQueryError("filter: the regular expression is too long or repeats too much")
    if _STRANGE_GROUP.search(bare):
        raise BadQueryError(
            "filter: of the groups that begin with (? or (* only (?: (?= (?! (?<= (?<! (?i) are understood"
        )
    try:
        return regex.compile(pattern)
    except regex.error as error:
        raise BadQueryError(f"filter: {error}") from error


def make_compare(collapses: tuple[Collapse, ...], last: list[str | None]) -> Callable[[CdxRow], bool]:
    """Return a test whether a row starts a new run under all collapses.

    The test keeps the previous values in `last`, one for each collapse. Several collapses work one after the
    other, each on the rows that the one before it leaves.
    """

    def is_new(row: CdxRow) -> bool:
        for number, collapse in enumerate(collapses):
            value = collapse.value(row)
            if value == last[number]:
                return False
            last[number] = value
        return True

    return is_new
