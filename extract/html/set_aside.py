"""The source of a page without what a browser does not show as text: scripts, styles, drawings, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NO_TEXT = "wbr source track embed keygen bgsound"
"""Elements without content (HTML Standard, "Void elements" and "Obsolete features") that libxml2 does not
know: it would put the text after them into them. They are no text themselves, so their tags are removed.
``embed`` shows a document, and becomes ``object``."""
_RAW = "textarea title iframe xmp noembed noframes"
"""Elements in which a browser reads no tags and no comments."""
_NAME_ENDS = r"(?=[\s/>])"
# The rest of a tag after its name. A quoted value can contain ">". A tag without ">" lasts to the end of the
# page.
_REST = r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+(?:>|\Z)"
_SPECIAL = rf"(?:(script|style|svg|{_RAW.replace(' ', '|')})|/?(?:{_NO_TEXT.replace(' ', '|')})){_NAME_ENDS}"
# Everything before the next comment or special tag. Other tags are read as a whole, because their values can
# contain "<".
_NEXT = re.compile(rf"(?:[^<]++|<(?!!--|{_SPECIAL})(?:/?+[a-z]{_REST})?+)*+", re.I)
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>)", re.S)
_TAG = re.compile(rf"<{_SPECIAL}({_REST})", re.I)
_ENDS = {
    name: re.compile(rf"</{name}{_NAME_ENDS}[^>]*+>?", re.I) for name in ("script", "style", *_RAW.split())
}
_SCRIPT_MARKS = re.compile(rf"<!--|-->|<script{_NAME_ENDS}|</script{_NAME_ENDS}[^>]*+>?", re.I)
# HTML Standard, "The rules for parsing tokens in foreign content": these tags end a drawing that was left
# open, except in the elements of a drawing that contain HTML.
_DRAWING_MARKS = re.compile(
    rf"(</svg{_NAME_ENDS}[^>]*+>?)|(<svg{_NAME_ENDS}{_REST})|<(/?)(?:foreignobject|desc|title){_NAME_ENDS}"
    r"|(</?(?:address|article|aside|b|blockquote|body|br|button|center|dd|div|dl|dt|em|footer|h[1-6]|header|hr"
    r"|html|i|img|li|main|nav|ol|p|pre|section|small|span|strong|table|tbody|td|th|tr|ul)(?=[\s/>]))",
    re.I,
)


@dataclass(frozen=True)
class Script:
    """A script of a page: its attributes as written in the source, and its code."""

    attributes: str
    text: str


def set_aside(source: str) -> tuple[str, list[Script]]:
    """Return the source without scripts, styles, drawings and comments, and the list of scripts.

    The source is read as the HTML Standard reads it: a tag in a comment, in a quoted value or in a
    ``textarea`` is no tag, and ``style-x`` is not ``style``. An element without an end is left to the parser.
    Takes time in proportion to the length of the source.
    """
    kept: list[str] = []
    scripts: list[Script] = []
    endless: set[str] = set()  # names whose end tag does not occur again: it is not searched twice
    position = 0
    while position < len(source):
        start = _end_of(_NEXT, source, position)
        kept.append(source[position:start])
        if source.startswith("<!--", start):
            comment = _COMMENT.match(source, start)
            if not comment:
                kept.append(source[start:])
                break
            position = comment.end()
            continue
        tag = _TAG.match(source, start)
        if not tag:
            break
        position = tag.end()
        name = (tag[1] or "").lower()
        if tag[0][:6].lower() == "<embed":
            kept.append(f"<object{tag[2]}</object>")
        if not name or (name == "svg" and tag[2].endswith("/>")):
            continue
        ends = None if name in endless else _element_end(name, source, position, endless)
        if ends is None:
            endless.add(name)
            kept.append(tag[0])
            continue
        if name == "script":
            scripts.append(Script(tag[2].rstrip(">"), source[position : ends[0]]))
        elif name not in _ENDS or name == "style":
            pass
        else:
            kept.append(source[start : ends[1]])
        position = ends[1]
    return "".join(kept), scripts


def _end_of(pattern: re.Pattern[str], source: str, position: int) -> int:
    found = pattern.match(source, position)
    return found.end() if found else position


def _element_end(name: str, source: str, position: int, endless: set[str]) -> tuple[int, int] | None:
    """Return where the content of an element ends, and where what follows it begins. None without an end."""
    if name == "svg":
        return _drawing_end(source, position)
    end = _ENDS[name].search(source, position)
    commented = end and name == "script" and source.find("<!--", position, end.start()) >= 0
    if commented and "<!--" not in endless:
        inner = _script_end(source, position)
        if inner is None:
            endless.add("<!--")
        end = inner or end
    return end.span() if end else None


def _script_end(source: str, position: int) -> re.Match[str] | None:
    """Return the end tag of a script that contains ``<!--``.

    In such a script the end tag of a second script within the comment is code ("script data double escaped
    state" in the HTML Standard).
    """
    escaped = inner = False
    for mark in _SCRIPT_MARKS.finditer(source, position):
        text = mark[0].lower()
        if text == "<!--":
            escaped = True
        elif text == "-->":
            escaped = inner = False
        elif text == "<script":
            inner = escaped
        elif not inner:
            return mark
        else:
            inner = False
    return None


def _drawing_end(source: str, position: int) -> tuple[int, int] | None:
    depth, html = 1, False
    for mark in _DRAWING_MARKS.finditer(source, position):
        if mark[1]:
            depth -= 1
            if not depth:
                return mark.span()
        elif mark[2]:
            depth += not mark[2].endswith("/>")
        elif mark[4]:
            if not html:
                return mark.start(), mark.start()
        else:
            html = not mark[3]
    return None
