r"""Text from strangers on terminals and in logs: unprintable characters are shown escaped.

A terminal obeys control characters: they clear it, change its title, or write over what it shows. Characters
that change the direction of writing let a text look like another one (https://trojansource.codes). Both can
be in names, addresses, reasons and texts that others chose. They are shown as in Python: `\x1b`, `\u202e`.
"""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

import click

from crawler import fitting

_WIDTH, _QUIET = "crawler.terminal.width", "crawler.terminal.quiet"  # keys of click's context
PRINTED = "policytrail.printed"  # the logger of the lines that a command prints

# Unprintable for Python, but harmless: a line feed, a tab, and spaces of other widths.
_HARMLESS = frozenset("\n\t\xa0\u1680\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}


def escaped(text: str) -> str:
    """Return a text with its unprintable characters escaped. Line feeds, tabs and spaces stay."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in _HARMLESS else _code(sign) for sign in text)


def escaped_line(text: str) -> str:
    """Return a text as one line, with its unprintable characters and line feeds escaped."""
    return escaped(text).replace("\n", r"\n")


class Styled(str):
    """A text that is escaped already, with a style. Joined to another text it is a normal text again."""

    __slots__ = ()


def styled(text: str, **style: Any) -> Styled:
    """Return a text as one line, escaped, with a style of `click.style`, such as `bold=True`."""
    return Styled(click.style(escaped_line(text), **style))


def uses_color(choice: str, environment: Mapping[str, str]) -> bool | None:
    """Return whether to print colours; None: only on a terminal.

    `choice` is `always`, `never` or `auto`. With `auto`, NO_COLOR (https://no-color.org) and then FORCE_COLOR
    decide, if they are set and not empty.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    return True if environment.get("FORCE_COLOR") else None


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun: `1 change`, `2 changes`; `nouns` is a plural that does not end in s."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def fit_to(columns: int | None) -> None:
    """Fit the lines that this command prints from now on to a number of columns; None: print them whole."""
    click.get_current_context().meta[_WIDTH] = columns


def width() -> int | None:
    """Return the number of columns that lines have to fit into; None for lines of any length."""
    context = click.get_current_context(silent=True)
    columns = context.meta.get(_WIDTH) if context else None
    return columns if isinstance(columns, int) else None


def be_quiet() -> None:
    """Show no progress of this command from now on."""
    click.get_current_context().meta[_QUIET] = True


def is_quiet() -> bool:
    """Return whether this command shows no progress."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_QUIET))


def print_line(*parts: str, err: bool = False, prose: bool = False) -> None:
    """Print one line on standard output, or on standard error. Its parts are escaped, except `Styled`.

    On a terminal, a line is fitted to its width: `crawler.fitting.folded`.
    """
    line = "".join(part if isinstance(part, Styled) else escaped_line(part) for part in parts)
    logging.getLogger(PRINTED).info(click.unstyle(line))
    columns = None if err and not sys.stderr.isatty() else width()
    shown = fitting.folded(line, columns, hang=0 if prose else 4, prose=prose) if columns else (line,)
    for one in shown:
        click.echo(one, err=err)


def print_text(text: str, *, nl: bool = True, as_is: bool = False) -> None:
    """Print a text of any number of lines on standard output; `nl` adds a line feed at its end.

    On a terminal its lines are broken between words, if it is not printed `as_is`.
    """
    shown, columns = escaped(text), width()
    logging.getLogger(PRINTED).info(shown)
    if columns and not as_is:
        lines = (fitting.folded(line, columns, prose=True) for line in shown.split("\n"))
        shown = "\n".join(one for line in lines for one in line)
    click.echo(shown, nl=nl)


def as_json(found: Any) -> str:
    """Return an object as indented JSON; unprintable characters are escapes of JSON, so nothing is lost."""
    text = json.dumps(found, indent=2, ensure_ascii=False)
    return text if text.isprintable() else "".join(map(_in_json, text))


class EscapingFormatter(logging.Formatter):
    """Formats a log record as another formatter does, with unprintable characters escaped.

    All lines but the first are indented, so that no text in a record looks like a further record.
    """

    def __init__(self, formatter: logging.Formatter | None = None) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return escaped(self._formatter.format(record)).replace("\n", "\n  ")


def escape_logs() -> None:
    """Let all handlers of the root logger escape unprintable characters. It can be called repeatedly."""
    for handler in filter(None, (*logging.root.handlers, logging.lastResort)):
        if not isinstance(handler.formatter, EscapingFormatter):
            handler.setFormatter(EscapingFormatter(handler.formatter))


def _code(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def _in_json(sign: str) -> str:
    if sign.isprintable() or sign in _HARMLESS:
        return sign
    return json.dumps(sign)[1:-1] if ord(sign) > 0x7E else f"\\u{ord(sign):04x}"
