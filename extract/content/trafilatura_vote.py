"""Trafilatura's vote on the blocks of a page: a second opinion about which blocks are content."""

from __future__ import annotations

import copy
from collections.abc import Callable

import trafilatura

from extract.content.blocks import Blocks
from extract.html.page import Page
from extract.words import clean

MAX_WORDS, MAX_ELEMENTS = 100_000, 20_000
"""Trafilatura runs only on pages with at most this many words and block elements: the time that it needs
grows
faster than the length of the page."""
_PROBE = 60  # the first characters of a block, which are searched in trafilatura's text


def vote(page: Page, blocks: Blocks) -> Callable[[int], bool] | None:
    """Return a function that takes a block's index and returns whether trafilatura chose that block.

    Returns None if the page is too large for trafilatura, or if trafilatura finds no text.
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
        # Trafilatura changes the tree, therefore it works on a copy. `fast` turns off its own fall-backs.
        found = trafilatura.bare_extraction(
            copy.deepcopy(page.root),
            favor_recall=True,
            include_comments=False,
            fast=True,
            with_metadata=False,
        )
    except MemoryError:
        raise
    except Exception:  # if trafilatura fails, only its vote is missing
        return ""
    return clean(getattr(found, "text", None) or "")
