"""Read a PDF from standard input, and write its characters with their places as JSON.

This runs as a process of its own, with limits of time and memory: PDFium is native code, and ends its process
when a PDF needs too much of either. It imports nothing of policytrail, so that it starts anywhere.
"""

from __future__ import annotations

import ctypes
import json
import math
import sys
from typing import Any

MAX_PAGES = 200
"""At most this many pages of a PDF are read. The longest policies have about 60."""
MAX_CHARACTERS = 500_000
"""At most this many characters of a PDF are read. The longest policies have about 300,000."""
MAX_SHAPES = 8_000
"""At most this many drawn shapes of a PDF are read. A page full of tables has about 200."""
SECONDS, MEGABYTES = 20, 1024
"""The limits of this process. A policy of 60 pages needs 1 second and 100 megabytes."""

_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
}
_HYPHENS = {"\x02": "-", "\ufffe": "-", "\u00ad": "-"}
_BOLD = 600  # the weight of semi-bold type


def main() -> None:
    """Read one PDF, and write ``{"title": …, "pages": …, "unread": …, "total": …}`` or ``{"error": …}``."""
    _limit()
    import pypdfium2  # noqa: PLC0415 - an extra, and the limits come first

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        pages, unread = _pages(document, pypdfium2)
        title = document.get_metadata_value("Title")
        result = {"title": title, "pages": pages, "unread": unread, "total": len(document)}
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        result = {"error": "it is locked with a password" if locked else "it is broken"}
    json.dump(result, sys.stdout)


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has no such module
    except ImportError:
        return
    memory = MEGABYTES * 1024 * 1024
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pages(document: Any, pypdfium2: Any) -> tuple[list[dict[str, Any]], int]:
    """Return the pages (height, characters, drawn shapes), and the number of pages that were not read whole.

    A page that cannot be read is left out. A page that is only a picture, and not empty, is not read.
    """
    pages: list[dict[str, Any]] = []
    left, shapes_left, last = MAX_CHARACTERS, MAX_SHAPES, None
    unread = max(0, len(document) - MAX_PAGES)
    for number in range(min(MAX_PAGES, len(document))):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            last = error
            unread += 1
            continue
        found = text.count_chars()
        count = min(left, found)
        left -= count
        unread += count < found or (not found and _has_picture(pypdfium2.raw, page))
        pages.append(
            {
                "height": page.get_height(),
                "glyphs": _characters(pypdfium2.raw, text, count),
                "shapes": _shapes(pypdfium2.raw, page, shapes_left),
            }
        )
        shapes_left -= len(pages[-1]["shapes"])
        text.close()
        page.close()
    if last and not pages:
        raise last
    return pages, unread


def _has_picture(raw: Any, page: Any) -> bool:
    numbers = range(min(MAX_SHAPES, raw.FPDFPage_CountObjects(page)))
    kinds = (raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, number)) for number in numbers)
    return any(kind == raw.FPDF_PAGEOBJ_IMAGE for kind in kinds)


def _shapes(raw: Any, page: Any, most: int) -> list[list[float]]:
    """Return at most ``most`` drawn shapes of a page: left, bottom, right, top. Pictures are none."""
    sides = [ctypes.c_float() for _ in range(4)]
    shapes: list[list[float]] = []
    for number in range(raw.FPDFPage_CountObjects(page)):
        if len(shapes) == most:
            break
        shape = raw.FPDFPage_GetObject(page, number)
        is_path = raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH
        if is_path and raw.FPDFPageObj_GetBounds(shape, *sides):
            shapes.append([round(side.value, 2) for side in sides])
    return shapes


def _characters(raw: Any, text: Any, count: int) -> list[list[object]]:
    """Return the characters of a page: text, left, right, base, size, bold, space before, place in order.

    Slanted text, such as a watermark, is left out. A page that is written sideways is turned.
    """
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    sides: dict[int, list[list[object]]] = {}
    looks: dict[int, tuple[float, bool, int | None]] = {}
    spaced, high = False, 0
    for number in range(count):
        code = raw.FPDFText_GetUnicode(text, number)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond U+FFFF
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0
        high = 0
        character = _HYPHENS.get(chr(code), chr(code))
        if character.isspace() or character < " ":
            spaced = True
            continue
        if character != "-" and raw.FPDFText_IsGenerated(text, number) == 1:
            continue
        handle = ctypes.cast(raw.FPDFText_GetTextObject(text, number), ctypes.c_void_p).value or 0
        if handle not in looks:
            looks[handle] = _look(raw, text, number)
        size, bold, side = looks[handle]
        if side is None:
            continue
        raw.FPDFText_GetCharOrigin(text, number, x, y)
        raw.FPDFText_GetLooseCharBox(text, number, box)
        place = [round(value, 2) for value in _turned(side, x.value, y.value, box)]
        sides.setdefault(side, []).append(
            [_LIGATURES.get(character, character), *place, size, bold, spaced, number]
        )
        spaced = False
    return max(sides.values(), key=len, default=[])


def _look(raw: Any, text: Any, number: int) -> tuple[float, bool, int | None]:
    """Return the size of a piece of text, whether it is bold, and its side: 0 upright, 1 to 3 turned."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, number, matrix)
    size = raw.FPDFText_GetFontSize(text, number) * math.hypot(matrix.c, matrix.d)
    quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    side = round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else None
    name = ctypes.create_string_buffer(100)
    raw.FPDFText_GetFontInfo(text, number, name, 100, None)
    heavy = raw.FPDFText_GetFontWeight(text, number) >= _BOLD
    return round(size, 1) or 1.0, heavy or b"bold" in name.value.lower(), side


def _turned(side: int, x: float, y: float, box: Any) -> tuple[float, float, float]:
    """Return the left end, right end and base line of a character, on a page turned to its text."""
    turned = (
        (x, box.right, y),
        (y, box.top, -x),
        (-x, -box.left, -y),
        (-y, -box.bottom, x),
    )
    return turned[side]


if __name__ == "__main__":
    main()
