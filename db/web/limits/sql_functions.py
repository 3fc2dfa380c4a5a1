"""SQLite's functions for visitors' SQL. A call of SQLite's own can take seconds that nothing can interrupt.

- `instr`, `replace`, `trim`, `ltrim` and `rtrim` compare every place of a text with another text. Ours take
  time in proportion to the length, with the same result.
- `json_patch` compares every key with every other one. It gets short values only.
- `printf` and `format` repeat a character as often as a number says. Ours refuse long repetitions.
- `snippet` compares all found words with each other. Visitors cannot call it.
"""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

# The largest product of the lengths of the arguments of one call, in bytes. It takes a tenth of a second.
_WORK = 50_000_000
_REPETITION = re.compile(r"\.(\d+|\*)l*c")
_NUMBER = re.compile(r"\d{1,20}")


def replace_functions(connection: sqlite3.Connection) -> None:
    """Replace the functions of a connection that could take long. Its limits must be set before."""
    functions = _Functions(connection)
    for name in ("printf", "format"):
        connection.create_function(name, -1, functions.printf(name), deterministic=True)
    for name, count, of_texts in _OF_TEXTS:
        connection.create_function(name, count, functions.bounded(name, of_texts), deterministic=True)
    connection.set_authorizer(_without_snippet)


class _Functions:
    """Functions that call SQLite's own ones, on another connection, if that cannot take long."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._longest = connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
        self._own = sqlite3.connect(":memory:", check_same_thread=False)
        self._own.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._longest)

    def _call(self, name: str, *values: Any) -> Any:
        marks = ", ".join("?" * len(values))
        return self._own.execute(f"select {name}({marks})", values).fetchone()[0]

    def printf(self, name: str) -> Callable[..., Any]:
        """Return SQLite's `printf`, which returns None for long repetitions, as for any long result."""
        return lambda *values: None if _repeats(values) > self._longest else self._call(name, *values)

    def bounded(self, name: str, of_texts: Callable[..., str | int | None] | None) -> Callable[..., Any]:
        """Return `of_texts` for texts, and SQLite's function for other values.

        If these are long, the query ends with SQLite's error for a long value.
        """

        def called(*values: Any) -> Any:
            if of_texts and all(isinstance(value, str) for value in values):
                found = of_texts(*values, longest=self._longest)
                return self._too_long() if found is None else found
            first, second, *_ = map(_length, values)
            return self._too_long() if first * second > _WORK else self._call(name, *values)

        return called

    def _too_long(self) -> bytes:
        """Return a value that SQLite refuses: Python would print an exception, with a traceback."""
        return bytes(self._longest + 1)


def _length(value: object) -> int:
    return len(value) if isinstance(value, str | bytes) else 30


def _instr(text: str, part: str, **_: int) -> int:
    return text.find(part) + 1


def _replace(text: str, old: str, new: str, *, longest: int) -> str | None:
    """Return a text with other words, or None if it would be too long."""
    if not old:
        return text
    length = len(text) + text.count(old) * (len(new) - len(old))
    return None if length > longest else text.replace(old, new)


def _ltrim(text: str, signs: str, **_: int) -> str:
    return text[_leading(text, signs) :]


def _rtrim(text: str, signs: str, **_: int) -> str:
    return text[: len(text) - _leading(text[::-1], signs)]


def _trim(text: str, signs: str, **_: int) -> str:
    return _rtrim(_ltrim(text, signs), signs)


def _leading(text: str, signs: str) -> int:
    """Return how many characters at the beginning of a text are among `signs`."""
    any_of = set(signs)
    return next((place for place, sign in enumerate(text) if sign not in any_of), len(text))


# Name, number of arguments, and our function for texts.
_OF_TEXTS: tuple[tuple[str, int, Callable[..., str | int | None] | None], ...] = (
    ("instr", 2, _instr),
    ("replace", 3, _replace),
    ("trim", 2, _trim),
    ("ltrim", 2, _ltrim),
    ("rtrim", 2, _rtrim),
    ("json_patch", 2, None),
)


def _repeats(values: tuple[Any, ...]) -> int:
    """Return the most characters that a call of `printf` can repeat: 0 without such a place in its format.

    Every number in the format and among the values can be for a `*`.
    """
    times = len(_REPETITION.findall(values[0])) if values and isinstance(values[0], str) else 0
    texts = (value for value in values if isinstance(value, str))
    numbers = (abs(int(value)) for value in values if isinstance(value, int | float))
    found = (*numbers, *(int(number) for text in texts for number in _NUMBER.findall(text))) if times else ()
    return times * max(found, default=0)


def _without_snippet(action: int, _first: str | None, function: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and function == "snippet":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
