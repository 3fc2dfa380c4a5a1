"""Objects and strings in JavaScript code, as plain values. The code is only read, it is not run.

Programs write data into a page as JavaScript that is no JSON: with bare names, single quotes, text in
backticks, and values that are passed to a function around them (Nuxt 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

MAX_TOKENS = 400_000
"""At most this many tokens are read from the code of one page. The largest policies in data have 50,000."""
MAX_DEPTH = 150
"""Objects deeper than this are left out. Rich text is about 40 deep, with two values for each level."""

_TOKEN = re.compile(
    r"""(?:[\s;]++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z))*+
    (?:"(?P<double>(?:[^"\\\n]++|\\.)*+)"
    |'(?P<single>(?:[^'\\\n]++|\\.)*+)'
    |`(?P<back>(?:[^`\\]++|\\.)*+)`
    |(?P<name>[^\W\d][\w$]*+|\$[\w$]*+)
    |(?P<number>-?\d[\w.]*+)
    |(?P<mark>[{}\[\]():,+])
    |(?P<other>\\.|.))""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": ""}
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None, "undefined": None}
_NUXT = re.compile(r"__NUXT__\s*=\s*\(?function\s*\(([\w$,\s]*)\)\s*\{")
_RETURN = re.compile(r"\breturn\s*(?=\{)")
_OPENING, _CLOSING = {"{", "[", "("}, {"}", "]", ")"}


class Reader:
    """Reads the values of one page, within ``MAX_TOKENS`` for all of them."""

    def __init__(self) -> None:
        self._left = MAX_TOKENS
        self._known: Mapping[str, object] = {}
        self._code = ""
        self._at = 0

    def value(self, code: str, position: int) -> tuple[object, int]:
        """Return the object or list that begins at a position of code, and where it ends.

        Returns None if neither begins there. A computed value is None in a list, and left out of an
        object. What is not closed lasts to the end of the code.
        """
        self._code, self._at = code, position
        token = self._next()
        mark = token["mark"] if token else None
        found = self._object(1) if mark == "{" else self._list("]", 1) if mark == "[" else None
        return found, self._at

    def of_nuxt(self, code: str) -> object:
        """Return the object that the function of ``__NUXT__`` returns, None without one.

        The names of the function's parameters become the values that it is called with.
        """
        function = _NUXT.search(code)
        start = function and _RETURN.search(code, function.end())
        if not function or not start:
            return None
        self._known = {}
        _, end = self.value(code, start.end())
        call = code.find("(", end, end + 20)
        arguments: object = self._list(")", 1) if call >= 0 and self._move(call + 1) else []
        names = [name.strip() for name in function[1].split(",")]
        self._known = dict(zip(names, arguments, strict=False)) if isinstance(arguments, list) else {}
        found, _ = self.value(code, start.end())
        self._known = {}
        return found

    def _move(self, position: int) -> bool:
        self._at = position
        return True

    def _next(self) -> re.Match[str] | None:
        token = _TOKEN.match(self._code, self._at)
        self._left -= 1
        if not token or self._left < 0:
            self._at = len(self._code)
            return None
        self._at = token.end()
        return token

    def _value(self, depth: int) -> object:
        """Return the next value. Reads to the comma or bracket after it, and leaves that.

        Strings with "+" between them are one string.
        """
        found: object = None
        strings: list[str] = []
        expected, simple = True, True  # whether a value can begin here, and whether only one was read
        while True:
            before = self._at
            token = self._next()
            mark = token["mark"] if token else ","
            if token is None or mark in {",", ":"} or mark in _CLOSING:
                self._at = before if token else self._at
                return "".join(strings) if strings else found if simple else None
            if mark == "+" and strings:
                expected = True
                continue
            if mark in _OPENING and (mark == "(" or depth >= MAX_DEPTH or not expected):
                self._skip()
                simple = False
            elif mark in _OPENING:
                found = self._object(depth + 1) if mark == "{" else self._list("]", depth + 1)
            elif expected:
                plain = self._plain(token)
                strings += [plain] if isinstance(plain, str) else []
                found = plain
            else:
                simple = False
            expected = False

    def _plain(self, token: re.Match[str]) -> object:
        """Return the value of a string, number or name, None for any other sign."""
        if (text := _text(token)) is not None:
            return text
        if token["number"]:
            return int(token["number"]) if re.fullmatch(r"-?\d{1,9}", token["number"]) else None
        return self._known.get(token["name"], _CONSTANTS.get(token["name"])) if token["name"] else None

    def _object(self, depth: int) -> dict[str, object]:
        members: dict[str, object] = {}
        while token := self._next():
            if token["mark"] == "}":
                break
            text = _text(token)
            name = text if text is not None else token["name"] or token["number"]
            before = self._at
            following = self._next()
            if name is None or following is None or following["mark"] != ":":
                self._at = before
                if token["mark"] in _OPENING:
                    self._skip()
                elif token["mark"] != ",":
                    self._value(depth)
                continue
            value = self._value(depth)
            if value is not None:
                members[name] = value
        return members

    def _list(self, end: str, depth: int) -> list[object]:
        items: list[object] = []
        while self._at < len(self._code):
            items.append(self._value(depth))
            token = self._next()
            if not token or token["mark"] == end:
                break
        return items

    def _skip(self) -> None:
        """Read to the bracket that closes the one before."""
        depth = 1
        while depth and (token := self._next()):
            depth += (token["mark"] in _OPENING) - (token["mark"] in _CLOSING)


def long_strings(code: str, least: int) -> Iterator[str]:
    """Yield the strings of code with at least ``least`` characters, without their escapes."""
    for token in _STRING.finditer(code):
        if token.end() - token.start() >= least and (text := _text(token)) is not None:
            yield text


_STRING = re.compile(
    r"(?<!\\)(?:\"(?P<double>(?:[^\"\\\n]++|\\.)*+)\"|'(?P<single>(?:[^'\\\n]++|\\.)*+)'"
    r"|`(?P<back>(?:[^`\\]++|\\.)*+)`)",
    re.S,
)


def unescaped(text: str) -> str:
    """Return the text of a string in JavaScript, without its escapes."""
    text = _ESCAPE.sub(_character, text)
    # Characters beyond U+FFFF are written as two surrogates.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text(token: re.Match[str]) -> str | None:
    found: Sequence[str | None] = (token["double"], token["single"], token["back"])
    return next((unescaped(text) for text in found if text is not None), None)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(number) if (number := int(code, 16)) < 0x110000 else ""
    return _CONTROL.get(escape[4], escape[4])
