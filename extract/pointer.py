"""What trafilatura takes for the text of a page: one voice among others on which blocks are content."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import trafilatura

from extract.blocks import Block
from extract.page import Page
from extract.words import clean

MAX_WORDS = 100_000
"""Words of a page up to which trafilatura is asked; its time grows faster than a page's length."""
_PROBE = 60  # characters of a block by which it is found again in trafilatura's text


def pointed(page: Page, blocks: Sequence[Block]) -> Callable[[int], bool]:
    """Return a function that says of a block's number whether trafilatura took it.

    Where trafilatura is not asked or finds nothing, every block counts as taken: then it says nothing.
    """
    if sum(block.words for block in blocks) > MAX_WORDS:
        return lambda number: True
    text = _text(page)
    if not text:
        return lambda number: True
    return lambda number: blocks[number].text[:_PROBE] in text


def _text(page: Page) -> str:
    try:
        found = trafilatura.bare_extraction(copy.deepcopy(page.root), favor_recall=True, include_comments=False, fast=True, with_metadata=False)
    except Exception:  # noqa: BLE001 - whatever breaks in there, its voice is missing, nothing else
        return ""
    return clean(getattr(found, "text", None) or "")
