"""Errors that a visitor's request causes: they get status 400, not 500.

Datasette answers 500 to numbers that SQLite cannot store, to filters that are too deep, and others.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

# What SQLite says if the file or the machine is the cause.
_OF_THE_SERVER = ("disk", "malformed", "locked", "unable to open", "not a database", "memory", "readonly")
_OF_THE_REQUEST = (OverflowError, RecursionError, UnicodeError)
_DEFAULT = "datasette.handle_exception"


def replace_default() -> None:
    """Let `answer` take the place of Datasette's own function for exceptions.

    That function prints a traceback with all variables, and fails for paths that no route has.
    """
    plugins = _datasette("plugins").pm
    if plugins.has_plugin(_DEFAULT):
        plugins.unregister(name=_DEFAULT)
        _datasette("handle_exception").rich = None


def answer(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Any]]:
    """Return a function that makes Datasette's page or JSON for an exception."""
    make = _datasette("handle_exception").handle_exception
    made: Callable[[], Awaitable[Any]] = make(datasette, request, as_bad_request(exception))
    return made


def as_bad_request(exception: Exception) -> Exception:
    """Return an error with status 400 for an exception that the request caused; else the exception."""
    error_class = _datasette("views.base").DatasetteError
    is_500 = isinstance(exception, error_class) and getattr(exception, "status", None) == 500
    is_of_datasette = is_500 or isinstance(exception, sqlite3.Error)
    if (is_of_datasette and not _is_of_the_server(exception)) or _is_of_the_request(exception):
        bad_request: Exception = error_class(str(exception), title="Invalid request", status=400)
        return bad_request
    return exception


def _datasette(name: str) -> Any:
    """Return a module of Datasette. Datasette imports this one while its own modules are not complete."""
    return import_module(f"datasette.{name}")


def _is_of_the_server(exception: Exception) -> bool:
    return any(words in str(exception).lower() for words in _OF_THE_SERVER)


def _is_of_the_request(exception: Exception) -> bool:
    has_too_many_digits = isinstance(exception, ValueError) and str(exception).startswith("Exceeds the limit")
    return has_too_many_digits or isinstance(exception, _OF_THE_REQUEST)
