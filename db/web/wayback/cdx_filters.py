"""The parameters `filter` and `collapse` of a CDX query (docs/wayback.md, "Index parameters").

Clients send regular expressions, and these must not block the server: with `re`, `(a|aa)+$` could run for
years. The `regex` module stops after a time limit. An expression is refused before it is compiled if that
would need too much memory, or if it uses features that no filter needs (recursion, fuzzy matching,
backtracking verbs).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import regex  # type: ignore[import-untyped]

from db.web.common.errors import BadQueryError
from db.web.wayback.cdx_rows import CdxRow, field_number

# The cost of an expression is its length times its counted repeats. This limit means at most about 10 MB.
MAX_COST = 5_000
MATCH_SECONDS = 2.0  # processor time that all filters of one response may use
_ESCAPED = re.compile(r"\\[pP]\{[^}]{0,99}\}|\\.")
_COUNTED = re.compile(r"\{([^}]*)\}?")
_STRANGE_GROUP = re.compile(r"\(\*|\(\?(?!:|=|!|<=|<!|i\))")


@dataclass
class RegexTimeLimit:
    """The processor time that is left for all filters of one response."""

    seconds: float = MATCH_SECONDS

    def fullmatch(self, pattern: "regex.Pattern[str]", text: str) -> bool:
        """Return whether a pattern matches the whole text.

        Raises BadQueryError if no time is left.
        """
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
    """One parameter `filter`.

    `[!]field:regex` must match a whole field, and `~[!]field:substring` a part of a field. If no known field
    is before the colon, the whole line of seven fields is searched. `!` selects all other rows.
    """

    column: int | None
    negated: bool
    contains: str | None
    pattern: "regex.Pattern[str] | None" = field(default=None)

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """Read one parameter. Raises BadQueryError for an expression that is invalid or too costly."""
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
        """Return whether a row stays in the response. Raises BadQueryError if no time is left."""
        text = " ".join(row) if self.column is None else row[self.column]
        found = (
            self.contains in text if self.contains is not None else time_limit.fullmatch(self.pattern, text)
        )
        return found is not self.negated


@dataclass(frozen=True)
class Collapse:
    """One parameter `collapse`: of rows in sequence with an equal field, only the first stays."""

    column: int
    characters: int | None

    @classmethod
    def parse(cls, text: str) -> "Collapse":
        """Read `field` or `field:N`. Raises BadQueryError.

        N is the number of characters that are compared.
        """
        name, colon, number = text.partition(":")
        if colon and not re.fullmatch(r"\d{1,9}", number):
            raise BadQueryError(f"collapse={text[:60]}: after the colon comes a number of characters")
        return cls(field_number(name), int(number) if colon else None)

    def value(self, row: CdxRow) -> str:
        """Return the text of a row that is compared with the row before."""
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
    except RecursionError as error:
        raise BadQueryError("filter: the groups of the regular expression are too deep") from error


def make_compare(collapses: tuple[Collapse, ...], last: list[str | None]) -> Callable[[CdxRow], bool]:
    """Return a function that takes a row and returns whether the row stays.

    `last` has the previous value for each collapse, and the function updates it. Several collapses are
    applied one after the other, each to the rows that the one before it keeps.
    """

    def is_new(row: CdxRow) -> bool:
        for number, collapse in enumerate(collapses):
            value = collapse.value(row)
            if value == last[number]:
                return False
            last[number] = value
        return True

    return is_new
