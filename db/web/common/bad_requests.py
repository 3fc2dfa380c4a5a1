"""Errors that a visitor's request causes: they get status 400, not 500.

Datasette answers 500 to numbers that SQLite cannot store, to filters that are too deep, and others.
`query_checks` refuses invalid parameters before that.
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
    made: Callable[[], Awaitable[Any]] = make(datasette, request, as_bad_request(exception, request))
    return made


async def reject(datasette: Any, scope: Any, error: Exception) -> Any:
    """Return Datasette's page or JSON with status 400 for a request that is refused."""
    await datasette.invoke_startup()  # the page needs what our plugin adds to templates
    request = _datasette("utils.asgi").Request(scope, None)
    return await answer(datasette, request, _bad_request(str(error)))()


def as_bad_request(exception: Exception, request: Any = None) -> Exception:
    """Return an error with status 400 for an exception that the request caused; else the exception."""
    error_class = _datasette("views.base").DatasetteError
    is_500 = isinstance(exception, error_class) and getattr(exception, "status", None) == 500
    is_of_datasette = is_500 or isinstance(exception, sqlite3.Error)
    if isinstance(exception, MemoryError):
        return _bad_request("the query needs too much memory")
    if isinstance(exception, _datasette("database").QueryInterrupted):
        return _bad_request("the query takes too long")
    if is_of_datasette and not _is_of_the_server(exception):
        return _bad_request(str(exception))
    if _is_of_the_request(exception) or _quotes_a_value(exception, request):
        return _bad_request(str(exception))
    return exception


def _bad_request(message: str) -> Exception:
    error: Exception = _datasette("views.base").DatasetteError(message, title="Invalid request", status=400)
    return error


def _quotes_a_value(exception: Exception, request: Any) -> bool:
    """Return whether a parameter of the request should be a number and is none."""
    prefix = "invalid literal for int() with base 10: "
    if not isinstance(exception, ValueError) or not str(exception).startswith(prefix) or request is None:
        return False
    values = (value for name in request.args for value in request.args.getlist(name))
    return any(str(exception) == f"{prefix}{value!r}" for value in values)


def _datasette(name: str) -> Any:
    """Return a module of Datasette. Datasette imports this one while its own modules are not complete."""
    return import_module(f"datasette.{name}")


def _is_of_the_server(exception: Exception) -> bool:
    return any(words in str(exception).lower() for words in _OF_THE_SERVER)


def _is_of_the_request(exception: Exception) -> bool:
    has_too_many_digits = isinstance(exception, ValueError) and str(exception).startswith("Exceeds the limit")
    return has_too_many_digits or isinstance(exception, _OF_THE_REQUEST)
