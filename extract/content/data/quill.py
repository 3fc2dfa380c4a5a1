"""Text of the editor Quill: a list of insertions, in which the line break has the format of its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_MARKS = {"bold": "strong", "italic": "em"}


def insertions(value: object) -> Sequence[Mapping[str, object]] | None:
    """Return the insertions of a text of Quill, or None for any other value.

    The text is a list of insertions, or an object that has this list as ``ops``.
    """
    found = value.get("ops") if isinstance(value, Mapping) else value
    if not isinstance(found, list) or not found:
        return None
    return found if all(isinstance(each, Mapping) and "insert" in each for each in found) else None


def html(found: Sequence[Mapping[str, object]]) -> str:
    """Return the insertions as HTML: headings, items of lists, paragraphs."""
    pieces: list[str] = []
    line: list[str] = []
    open_list = ""
    for each in [*found, {"insert": "\n"}]:
        text, attributes = each["insert"], each.get("attributes")
        formats = attributes if isinstance(attributes, Mapping) else {}
        lines = text.split("\n") if isinstance(text, str) else [""]
        for number, part in enumerate(lines):
            if number:
                tag, wanted = _tag(formats)
                if wanted != open_list:
                    pieces += [f"</{open_list}>" if open_list else "", f"<{wanted}>" if wanted else ""]
                    open_list = wanted
                if inner := "".join(line).strip():
                    pieces.append(f"<{tag}>{inner}</{tag}>")
                line = []
            if part:
                line.append(_marked(part, formats))
    return "".join(pieces)


def _tag(formats: Mapping[str, object]) -> tuple[str, str]:
    """Return the tag of a line, and of the list around it or ""."""
    header, kind = formats.get("header"), formats.get("list")
    if isinstance(header, int) and 0 < header < 7:
        return f"h{header}", ""
    if isinstance(kind, str):
        return "li", "ol" if kind == "ordered" else "ul"
    return ("blockquote", "") if formats.get("blockquote") else ("p", "")


def _marked(text: str, formats: Mapping[str, object]) -> str:
    if formats.get("strike"):
        return ""
    marked = escape(text, quote=False)
    for name, tag in _MARKS.items():
        if formats.get(name) and text.strip():
            marked = f"<{tag}>{marked}</{tag}>"
    link = formats.get("link")
    return f'<a href="{escape(link)}">{marked}</a>' if isinstance(link, str) else marked
