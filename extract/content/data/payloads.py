"""The data that Next.js and Nuxt write into a page, as plain JSON values.

Both formats put values into rows or list items that refer to each other. References are followed up to a
limit, because a few rows can describe an endless text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

MAX_NODES = 300_000
"""At most this many values are copied. The largest pages have some ten thousand."""
MAX_DEPTH = 250
"""Values are copied to this depth. The elements of a page are about 30 deep, with three values for each."""

_PUSH = re.compile(r"__next_f\.push\(\s*(?=\[)")
_ROW = re.compile(rb"([0-9a-f]{1,8}):")
_REFERENCE = re.compile(r"\$[L@]?([0-9a-f]{1,8})\Z")
_REFERENCES = re.compile(rb"\"\$[L@]?([0-9a-f]{1,8})\"")
_WRAPPERS = {"Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "Island", "NuxtError"}
_NO_DATA = {"children", "style", "dangerouslySetInnerHTML"}
_DECODER = json.JSONDecoder(strict=False)


def flight_pieces(code: str) -> list[str]:
    """Return the strings that a script passes to ``self.__next_f.push``, in order."""
    pieces: list[str] = []
    for push in _PUSH.finditer(code):
        try:
            value, _ = _DECODER.raw_decode(code, push.end())
        except (ValueError, RecursionError):
            continue
        pieces += [piece for piece in value[1:] if isinstance(piece, str)]
    return pieces


def of_flight(text: str) -> object:
    """Return the value of the joined pieces of ``__next_f``: the list of its rows that no other row uses.

    A row is an id, a colon, and JSON in one line, or ``T``, a length in bytes, and text. An element of React
    becomes ``{"tag": …, "children": …}``. Rows that are no JSON are left out.
    """
    source = text.encode("utf-8", "replace")
    rows: dict[str, object] = {}
    position = 0
    while row := _ROW.match(source, position):
        start = row.end()
        end = source.find(b"\n", start)
        end = len(source) if end < 0 else end
        if source[start : start + 1] == b"T" and (comma := source.find(b",", start, start + 12)) > 0:
            length = _number(source[start + 1 : comma])
            rows[row[1].decode()] = source[comma + 1 : comma + 1 + length].decode("utf-8", "replace")
            position = comma + 1 + length
            position += source[position : position + 1] == b"\n"
            continue
        position = end + 1
        try:
            rows[row[1].decode()] = _DECODER.decode(source[start:end].decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            continue
    used = {found.decode() for found in _REFERENCES.findall(source)}

    def follow(value: object) -> object:
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        reference = _REFERENCE.match(value)
        if reference and reference[1] in rows:
            return rows[reference[1]]
        return value[1:] if value.startswith("$$") else None

    copy = _Copy(follow, _react_element)
    return [copy.of(value) for name, value in rows.items() if name not in used]


def of_nuxt(data: list[object]) -> object:
    """Return the value of ``__NUXT_DATA__``: a list whose values refer to each other by their index."""

    def follow(value: object) -> object:
        return data[value] if type(value) is int and 0 <= value < len(data) else value

    def unwrap(value: list[object]) -> object:
        return value[-1:] if value and value[0] in _WRAPPERS else value

    return _Copy(follow, unwrap).of(0) if data else None


def _number(digits: bytes) -> int:
    try:
        return int(digits, 16)
    except ValueError:
        return 0


def _react_element(value: list[object]) -> object:
    """Return a React element as a dictionary, and any other list as it is."""
    if len(value) < 4 or value[0] != "$" or not isinstance(value[3], dict):
        return value
    tag = value[1] if isinstance(value[1], str) and not value[1].startswith("$") else ""
    if not tag:
        return value[3]
    inner = value[3].get("dangerouslySetInnerHTML")
    children = inner.get("__html") if isinstance(inner, dict) else value[3].get("children")
    names = {name: value[3][name] for name in ("className", "id", "href", "role") if name in value[3]}
    data = {
        name: part
        for name, part in value[3].items()
        if isinstance(part, list | dict) and name not in _NO_DATA
    }
    return {"tag": tag, **names, "children": [children, data] if data else children}


class _Copy:
    """Copies a value and follows its references, within the limits of this module.

    ``follow`` returns the value of a reference, and any other value as it is. ``shape`` changes a list before
    its items are copied.
    """

    def __init__(self, follow: Callable[[object], object], shape: Callable[[list[object]], object]) -> None:
        self._follow, self._shape = follow, shape
        self._copied: set[int] = set()
        self._left = MAX_NODES

    def of(self, value: object, depth: int = 0) -> object:
        """Return the copy of a value, or None beyond the limits and for an object that was copied before."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return None
        found = self._follow(value)
        if isinstance(found, list | dict) and found is not value:
            if id(found) in self._copied:
                return None
            self._copied.add(id(found))
        if isinstance(found, list):
            found = self._shape(found)
        if isinstance(found, list):
            return [self.of(item, depth + 1) for item in found]
        if isinstance(found, dict):
            return {name: self.of(item, depth + 1) for name, item in found.items()}
        return found
