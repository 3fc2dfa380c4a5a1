"""Trafilatura's vote on the blocks of a page: a second opinion on which are content."""

from __future__ import annotations

import copy
from collections.abc import Callable

import trafilatura

from extract.content.blocks import Blocks
from extract.html.page import Page
from extract.words import clean

MAX_WORDS, MAX_ELEMENTS = 100_000, 20_000
"""Words and block elements of a page up to which trafilatura runs; its time grows faster than the page's
length."""
_PROBE = 60  # characters of a block that are searched in trafilatura's text


def vote(page: Page, blocks: Blocks) -> Callable[[int], bool] | None:
    """Return a function that returns whether trafilatura took the block of a number.

    Returns None if the page is too large for trafilatura, or if trafilatura finds nothing.
    """
    every = blocks.blocks
    if sum(block.words for block in every) > MAX_WORDS or len(blocks.nodes) > MAX_ELEMENTS:
        return None
    text = _text(page)
    if not text:
        return None
    return lambda number: every[number].text[:_PROBE] in text


def _text(page: Page) -> str:
    try:
        # A copy, because trafilatura changes the tree. Its own fall-backs are off: ours are used.
        found = trafilatura.bare_extraction(
            copy.deepcopy(page.root),
            favor_recall=True,
            include_comments=False,
            fast=True,
            with_metadata=False,
        )
    except Exception:  # if trafilatura fails, only its vote is missing
        return ""
    return clean(getattr(found, "text", None) or "")
