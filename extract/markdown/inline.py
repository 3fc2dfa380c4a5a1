"""One block's text as Markdown: bold, italics, links, line breaks, and escapes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.html.accordions import is_sign, without_sign
from extract.words import visible

BOLD, ITALIC = "**", "_"
BREAK = "\n"
"""The text of the run that represents ``<br>``."""

Style = tuple[str, ...]
"""The marks around a piece of text, the outermost first. A mark is ``BOLD``, ``ITALIC``, or the address of a
link."""

_ESCAPED = re.compile(r"[\\`*_<&\[\]]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG_LIKE = re.compile(r"<(?:[a-zA-Z/!?])")
_PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_LINE_START = re.compile(
    r"^(?:(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(>)|(\d{1,9})([.)])(?=\s|$)|((?:={3,}|~{3,}|-{3,}|_{3,}"
    r"|(?:[-*_] ?){3,})\s*$))"
)


@dataclass
class Runs:
    """The text of one block, divided into runs: pieces of text with the same marks.

    White space is collapsed as in browsers.
    """

    runs: list[tuple[str, Style]] = field(default_factory=list)

    def add(self, text: str, style: Style) -> None:
        """Add a piece of text with its marks. Each sequence of white space becomes one space."""
        if text:
            spaced = _spaced(text)
            # No invisible character is printable. Most texts have none, and this test takes no time.
            self.runs.append((spaced if spaced.isprintable() else _spaced(visible(text)), style))

    def add_break(self) -> None:
        """Add a line break."""
        self.runs.append((BREAK, ()))

    def paragraphs(self) -> list[list[tuple[str, Style]]]:
        """Return the runs as paragraphs: a double line break begins a new paragraph.

        Single line breaks stay in the paragraph as ``BREAK``. Paragraphs without text are left out.
        """
        if len(self.runs) == 1:
            return [self.runs] if _has_text(self.runs) else []
        parts: list[list[tuple[str, Style]]] = [[]]
        pending = 0
        for text, style in self.runs:
            if text == BREAK:
                pending += 1
                continue
            if pending and not text.strip():
                continue
            if pending and _has_text(parts[-1]):
                if pending > 1:
                    parts.append([])
                else:
                    parts[-1].append((BREAK, ()))
            pending = 0
            parts[-1].append((text, style))
        return [part for part in parts if _has_text(part)]

    def without_signs(self) -> Runs:
        """Return the runs of a heading without signs that its section opens (``+``, ``▼``) at its ends."""
        full = [number for number, (text, _) in enumerate(self.runs) if text.strip()]
        while len(full) > 1 and is_sign(self.runs[full[-1]][0]):
            full.pop()
        while len(full) > 1 and is_sign(self.runs[full[0]][0]):
            full.pop(0)
        kept = self.runs[full[0] : full[-1] + 1] if full else []
        return Runs([(without_sign(text), style) for text, style in kept] if len(full) == 1 else kept)

    @property
    def empty(self) -> bool:
        """True if there is no text, or only white space."""
        return not _has_text(self.runs)


def _spaced(text: str) -> str:
    """Return a text in which each sequence of white space is one space."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return " " * text[0].isspace() + words + " " * text[-1].isspace()


def _has_text(runs: list[tuple[str, Style]]) -> bool:
    return any(text.strip() for text, _ in runs)


def plain(runs: list[tuple[str, Style]]) -> str:
    """Return the text of runs on one line, without marks."""
    if len(runs) == 1:
        return runs[0][0].strip()
    return " ".join("".join(text for text, _ in runs).split())


def markdown(runs: list[tuple[str, Style]], *, breaks: bool = True, bold: bool = True) -> str:
    """Return runs as Markdown, without white space at the start and end.

    A ``BREAK`` becomes two spaces and a newline, or one space with ``breaks=False``. With ``bold=False``
    there are no bold marks, because headings are always bold. No marks are empty or doubled, and none contain
    white space at their ends.
    """
    if len(runs) == 1 and not runs[0][1]:  # most blocks have no marks
        line = plain(runs)
        return _escape_start(_escape(line, "", ""))
    lines: list[list[tuple[str, Style]]] = [[]]
    for text, style in runs:
        if text == BREAK and breaks:
            lines.append([])
        else:
            lines[-1].append((" " if text == BREAK else text, _marks(text, style, bold)))
    written = [_line(_tidy(line)) for line in lines]
    return "  \n".join(line for line in written if line)


def _marks(text: str, style: Style, bold: bool) -> Style:
    """Return the marks that a run keeps, without repetitions.

    A run of punctuation loses bold and italics, and every run loses bold if ``bold`` is False.
    """
    if style and not any(map(str.isalnum, text)):
        return tuple(mark for mark in style if mark not in (BOLD, ITALIC))
    if len(style) < 2:
        return () if style == (BOLD,) and not bold else style
    return tuple(dict.fromkeys(mark for mark in style if bold or mark != BOLD))


def _tidy(runs: list[tuple[str, Style]]) -> list[tuple[str, Style]]:
    """Return runs with single spaces, and with neighbours of the same marks joined.

    Spaces at the ends of marked text are moved out of the marks.
    """
    tidy: list[tuple[str, Style]] = []
    space = False
    for text, style in runs:
        words = " ".join(text.split())
        if not words:
            space = space or bool(text)
            continue
        space = (space or text[0].isspace()) and bool(tidy)
        shared = _common_marks(tidy[-1][1], style) if tidy else ()
        if space:
            if tidy[-1][1] == style:
                tidy[-1] = (tidy[-1][0] + " ", style)
            else:
                tidy.append((" ", shared))
        if tidy and tidy[-1][1] == style:
            tidy[-1] = (tidy[-1][0] + words, style)
        else:
            tidy.append((words, style))
        space = text[-1].isspace()
    return tidy


def _common_marks(one: Style, other: Style) -> Style:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return one[:length]


def _line(runs: list[tuple[str, Style]]) -> str:
    pieces: list[str] = []
    open_marks: Style = ()
    for position, (text, style) in enumerate(runs):
        shared = _common_marks(open_marks, style)
        pieces.extend(_closing(mark) for mark in reversed(open_marks[len(shared) :]))
        pieces.extend(_opening(mark) for mark in style[len(shared) :])
        open_marks = style
        before = runs[position - 1][0][-1:] if position else ""
        after = runs[position + 1][0][:1] if position + 1 < len(runs) else ""
        pieces.append(_escape(text, before, after))
    pieces.extend(_closing(mark) for mark in reversed(open_marks))
    return _escape_start("".join(pieces))


def _opening(mark: str) -> str:
    return mark if mark in (BOLD, ITALIC) else "["


def _closing(mark: str) -> str:
    return mark if mark in (BOLD, ITALIC) else f"]({mark})"


def _escape(text: str, before: str, after: str) -> str:
    """Return the text with a backslash before characters that Markdown would read as marks.

    ``before`` and ``after`` are the neighbouring characters, or "" at the ends of the line.
    """
    if not _ESCAPED.search(text):
        return text
    return _ESCAPED.sub(lambda found: _escaped(found, before, after), text)


def _escaped(found: re.Match[str], before: str, after: str) -> str:
    text, start, character = found.string, found.start(), found[0]
    right = text[start + 1] if start + 1 < len(text) else after
    if character == "\\":
        meant = bool(right) and right in _PUNCTUATION
    elif character in "*_":
        meant = _could_emphasise(text, start, before, after)
    elif character == "<":
        meant = _TAG_LIKE.match(text, start) is not None
    elif character == "&":
        meant = _ENTITY.match(text, start) is not None
    elif character == "[":
        meant = "](" in text[start : start + 500]
    elif character == "]":
        meant = right == "("
    else:
        meant = True
    return "\\" + character if meant else character


def _could_emphasise(text: str, start: int, before: str, after: str) -> bool:
    """Return whether Markdown could read a ``*`` or ``_`` as a mark of emphasis.

    It could if the sequence of equal characters around ``start`` touches a word. For ``_`` it must not be
    within a word.
    """
    first = last = start
    while first and text[first - 1] == text[start]:
        first -= 1
    while last + 1 < len(text) and text[last + 1] == text[start]:
        last += 1
    left = text[first - 1] if first else before
    right = text[last + 1] if last + 1 < len(text) else after
    if _outside(left) and _outside(right):
        return False
    return text[start] == "*" or not (left.isalnum() and right.isalnum())


def _outside(neighbour: str) -> bool:
    return not neighbour or neighbour.isspace()


def _escape_start(line: str) -> str:
    """Return the line with an escape at its start, if one is necessary.

    It is necessary if Markdown would read the start as the mark of a heading, list item, quote or rule.
    """
    start = _LINE_START.match(line)
    if not start:
        return line
    if start[4]:
        return f"{start[4]}\\{line[len(start[4]) :]}"
    return "\\" + line
