"""What the page of a capture shows, whatever the extractor took of it: its letters and digits, in the order of the source.

By them the history tells what a page did from what the extractor did. Words that come or go in the extracted text, while both
captures' pages have them, were no change: the extractor cut another stretch.
"""

import re
import unicodedata
from functools import lru_cache

from lxml import etree

from db.blocks import Reading
from db.hunks import Hunk

SHOWN_WORDS = 5  # fewer may stand elsewhere on a page by chance ("or online services")
_NOT_LETTERS = re.compile(r"[\W_]+")
_UNSEEN = ("script", "style", "template")


def letters(text: str) -> str:
    """The letters and digits of a text, in small ones, without anything between them."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


def letters_of_page(body: bytes) -> str:
    """The letters of a page as its source has them, without scripts, styles and comments. Empty for what is no HTML."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return letters("".join(str(part) for part in root.itertext()))


@lru_cache(8)
def _letters_of_text(text: Reading) -> str:
    return letters("".join(text.tokens))


def is_of_the_extractor(hunk: Hunk, old: Reading, new: Reading, old_page: str, new_page: str) -> bool:
    """Whether the pages (their letters) of both captures show the words that the two texts differ in.

    Words that the other text has elsewhere prove nothing: its page has to show them once more.
    """
    removed, added = old.tokens[hunk.old_start : hunk.old_end], new.tokens[hunk.new_start : hunk.new_end]
    sides = [(words, text, page) for words, text, page in ((removed, new, new_page), (added, old, old_page)) if words]
    return all(
        sum(map(str.isalnum, words)) >= SHOWN_WORDS
        and page.count(letters("".join(words))) > _letters_of_text(text).count(letters("".join(words)))
        for words, text, page in sides
    )
