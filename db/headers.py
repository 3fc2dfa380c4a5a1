"""HTTP headers as they are stored: pairs of name and value, in the order of the server.

Upper and lower case are the same in names (RFC 9110, section 5.1).
"""

from collections.abc import Iterable

Pairs = Iterable[tuple[str, str]]


def header(headers: Pairs, name: str) -> str | None:
    """Return the first value of a header, or None if the header is missing."""
    return next(iter(values(headers, name)), None)


def values(headers: Pairs, name: str) -> list[str]:
    """Return all values of a header in their order, [] if the header is missing."""
    name = name.lower()
    return [value for key, value in headers if key.lower() == name]


def without(headers: Pairs, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the headers, without all headers that have one of the given names."""
    dropped = {name.lower() for name in names}
    return [(name, value) for name, value in headers if name.lower() not in dropped]


def by_name(headers: Pairs) -> dict[str, str]:
    """Return the last value of each header by its name in lower case.

    `extract` takes headers in this form.
    """
    return {name.lower(): value for name, value in headers}
