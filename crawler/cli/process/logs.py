"""What a command logs: on standard error, chosen by `-q` and `-v`, and in a file, by `--log-file`."""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from crawler import terminal
from crawler.errors import LogFileError
from db.errors import PolicytrailError

F = TypeVar("F", bound=Callable[..., Any])

QUIET, NORMAL, REQUESTS, ALL = -1, 0, 1, 2
# The loggers of policytrail: of its packages, and of its spiders.
_OWN = {"policytrail", "crawler", "db", "extract", "history", "discover", "save"}
_EACH_REQUEST = {"scrapy.core.engine", "scrapy.downloadermiddlewares.retry"}
_KEYS = ("IA_ACCESS_KEY", "IA_SECRET_KEY")
_ADDRESSES = "POLICYTRAIL_NOTIFY"  # NAME=ADDRESS, with blanks between; the addresses have passwords

logger = logging.getLogger("policytrail")
printed = logging.getLogger(terminal.PRINTED)


class Chosen(logging.Filter):
    """Lets a record pass if it belongs to a level: QUIET, NORMAL, REQUESTS or ALL.

    A file (`is_file`) also gets what the command prints, and what policytrail does.
    """

    def __init__(self, level: int, *, is_file: bool) -> None:
        super().__init__()
        self._level, self._is_file = level, is_file

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record passes."""
        if record.name == terminal.PRINTED:
            return self._is_file
        is_own = record.name.partition(".")[0] in _OWN and record.levelno >= logging.INFO
        if self._level == QUIET and not self._is_file:
            return record.levelno >= logging.ERROR
        return bool(
            self._level >= ALL
            or record.levelno >= logging.WARNING
            or (is_own and (self._is_file or self._level >= REQUESTS))
            or (self._level >= REQUESTS and record.name in _EACH_REQUEST and record.levelno == logging.DEBUG)
        )


class LogFormatter(terminal.EscapingFormatter):
    """Formats a record as escaped lines with the time in UTC, and without the secrets of the environment."""

    def __init__(self) -> None:
        formatter = logging.Formatter(
            "%(asctime)s [%(name)s] %(levelname)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ"
        )
        formatter.converter = time.gmtime
        super().__init__(formatter)
        self._secrets = list(_secrets(os.environ))

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    yield from filter(None, (environment.get(name, "").strip() for name in _KEYS))
    yield from filter(None, (part.partition("=")[2] for part in environment.get(_ADDRESSES, "").split()))


def with_log(command: F) -> F:
    """Add the options `-q`, `-v` and `--log-file` to a command that runs long."""

    @click.option(
        "-q", "--quiet", is_flag=True, help="Print only errors, and the result only if work is left."
    )
    @click.option(
        "-v", "--verbose", count=True, help="Log every request and piece of work; -vv: everything (see docs)."
    )
    @click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Append a log with times in UTC to FILE.",
    )
    @wraps(command)
    def logged(*arguments: Any, quiet: bool, verbose: int, log_file: Path | None, **options: Any) -> Any:
        if quiet and verbose:
            raise click.UsageError("--quiet and --verbose contradict each other")
        with running(QUIET if quiet else min(verbose, ALL), log_file):
            return command(*arguments, **options)

    return cast("F", logged)


@contextmanager
def running(level: int, file: Path | None) -> Iterator[None]:
    """Log what happens meanwhile at a level, also to a file. QUIET holds the result back until work is left.

    Raises LogFileError.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file:
        handlers.append(_file_handler(file))
    for number, handler in enumerate(handlers):
        handler.addFilter(Chosen(level, is_file=number > 0))
        handler.setFormatter(LogFormatter())
        logging.root.addHandler(handler)
    before = logging.root.level
    logging.root.setLevel(logging.DEBUG if level >= REQUESTS else logging.INFO if file else before)
    try:
        with _held_back() if level == QUIET else nullcontext(), _begin_and_end():
            yield
    finally:
        logging.root.setLevel(before)
        for handler in handlers:
            logging.root.removeHandler(handler)
            handler.close()


def _file_handler(file: Path) -> logging.FileHandler:
    try:
        return logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise LogFileError(f"the log {file} cannot be written: {error.strerror}") from error


@contextmanager
def _begin_and_end() -> Iterator[None]:
    """Log the command line, and the exit status with its error."""
    logger.info("policytrail %s", click.get_current_context().obj)
    status: object = 0
    try:
        yield
    except (SystemExit, click.exceptions.Exit) as end:
        status = end.code if isinstance(end, SystemExit) else end.exit_code
        raise
    except PolicytrailError as error:
        status = error.exit_status
        printed.error("Error: %s", error)
        raise
    except click.ClickException as error:
        status = error.exit_code
        printed.error("Error: %s", error.format_message())
        raise
    except KeyboardInterrupt:
        status = "3: stopped"
        raise
    except BaseException as error:
        status = f"none: {type(error).__name__}"
        raise
    finally:
        logger.info("exit status %s", status or 0)


@contextmanager
def _held_back() -> Iterator[None]:
    """Print standard output only at the end, and only if the exit status is not 0."""
    terminal.be_quiet()
    is_done, held = False, StringIO()
    try:
        with redirect_stdout(held):
            yield
        is_done = True
    except (SystemExit, click.exceptions.Exit) as end:
        is_done = not (end.code if isinstance(end, SystemExit) else end.exit_code)
        raise
    finally:
        if not is_done:
            sys.stdout.write(held.getvalue())
