"""The characters of a PDF with their places, read by PDFium in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from extract.decoding.pdf.pdfium_script import MEGABYTES, SECONDS

# The source is passed on, and not its path: the package can be in an archive file (an egg).
_SOURCE = files("extract.decoding.pdf").joinpath("pdfium_script.py").read_text("utf-8")
# The limit is processor time. A process that waits uses none: after so many seconds it is ended anyway.
_PATIENCE = 30 * SECONDS


class PdfError(Exception):
    """A PDF that cannot be read. The message states the reason."""


@dataclass(slots=True)
class Glyph:
    """A character on a page. Lengths are in points, ``base`` is counted from the bottom of the page.

    ``left`` and ``right`` are where the character begins and where the next one would begin. ``spaced`` is
    True if the file has a space before it. ``number`` is its place in reading order, as PDFium sees it.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    spaced: bool
    number: int


@dataclass(slots=True)
class PdfPage:
    """The characters of a page, its height in points, and its drawn shapes: left, bottom, right, top."""

    glyphs: list[Glyph]
    height: float
    shapes: Sequence[tuple[float, float, float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Pdf:
    """The pages of a PDF, the title in its information or "", and which of its pages were not read whole.

    ``unread`` is the number of these pages, of ``total``: they are pictures, damaged, or too many.
    """

    pages: list[PdfPage]
    title: str
    unread: int
    total: int


def read_pages(body: bytes) -> Pdf:
    """Return the characters of a PDF.

    Raises PdfError if the PDF is broken or locked, or needs more time or memory than
    ``extract/decoding/pdf/pdfium_script.py`` allows. Raises MemoryError if the system allows its reader less
    memory than that.
    """
    command = [sys.executable, "-I", "-c", _SOURCE]
    try:
        done = subprocess.run(  # noqa: S603 - the command is constant
            command, input=body, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError("it takes too much time") from error
    if done.returncode and _is_tight():
        raise MemoryError
    if done.returncode:
        raise PdfError("it takes too much time or memory, or crashes its reader")
    result = json.loads(done.stdout)
    if "error" in result:
        raise PdfError(result["error"])
    pages = [
        PdfPage([Glyph(*glyph) for glyph in page["glyphs"]], page["height"], list(map(tuple, page["shapes"])))
        for page in result["pages"]
    ]
    return Pdf(pages, result["title"], result["unread"], result["total"])


def _is_tight() -> bool:
    """Return whether the system allows a process less memory than the reader of a PDF may use."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    return most != resource.RLIM_INFINITY and most < MEGABYTES * 1024 * 1024
