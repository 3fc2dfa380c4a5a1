"""What trafilatura takes for the text of a page: a second opinion on which blocks are content."""

from __future__ import annotations

import copy
from collections.abc import Callable

import trafilatura

from extract.content.blocks import Blocks
from extract.html.page import Page
from extract.words import clean

MAX_WORDS, MAX_ELEMENTS = 100_000, 20_000
"""Words and block elements of a page up to which trafilatura is asked; its time grows faster than a page's length."""
_PROBE = 60  # characters of a block by which it is found again in trafilatura's text


def vote(page: Page, blocks: Blocks) -> Callable[[int], bool] | None:
    """Return a function that says of a block's number whether trafilatura took it.

    None where trafilatura is not asked (the page is too large) or finds nothing: then it says nothing.
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
        # A copy: trafilatura takes the tree apart. Its own fall-backs are left out, ours take over.
        found = trafilatura.bare_extraction(
            copy.deepcopy(page.root),
            favor_recall=True,
            include_comments=False,
            fast=True,
            with_metadata=False,
        )
    except Exception:  # whatever breaks in there, its voice is missing, nothing else
        return ""
    return clean(getattr(found, "text", None) or "")
