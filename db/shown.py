"""What the page of a capture shows, whatever the extractor took of it: its letters and digits, in the order of the source.

By them the history tells what a page did from what the extractor did. Words that come or go in the extracted text, while both
captures' pages have them, were no change: the extractor cut another stretch.
"""

import re
import unicodedata
from collections.abc import Callable

from lxml import etree

from db.blocks import Reading
from db.hunks import Hunk, judged
from db.noise import Read, Step

CONTEXT = 4  # tokens
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


def leave_to_the_extractor(step: Step, read: Read, page_of: Callable[[int], str]) -> None:
    """Judge what both bodies of a step show; `page_of` gives the letters of a body by its id."""
    if step.old.body_id is None or step.new.body_id is None:
        return
    if step.old.body_id == step.new.body_id:
        step.hunks = [judged(hunk, "extraction") if hunk.reason == "wording" else hunk for hunk in step.hunks]
        return
    old, new = read(step.old.text_id), read(step.new.text_id)
    pages = page_of(step.old.body_id), page_of(step.new.body_id)
    around = CONTEXT if step.old.extractor != step.new.extractor else 0
    for index, hunk in enumerate(step.hunks):
        if hunk.reason == "wording" and is_of_the_extractor(hunk, old, new, *pages, around=around):
            step.hunks[index] = judged(hunk, "extraction")


def is_of_the_extractor(hunk: Hunk, old: Reading, new: Reading, old_page: str, new_page: str, *, around: int = 0) -> bool:
    """Whether the pages (their letters) of both captures show the words that the two texts differ in.

    Words that the other text has elsewhere prove nothing: its page has to show them once more. `around` is how many tokens on
    either side have to be shown with them: where two extractors made the texts, few words with their neighbours are enough.
    """
    sides = [(old, hunk.old_start, hunk.old_end, new, new_page), (new, hunk.new_start, hunk.new_end, old, old_page)]
    passages = [(side.tokens[start:end], side.tokens[max(0, start - around) : end + around], text, page)
                for side, start, end, text, page in sides if end > start]  # fmt: skip
    return all(
        sum(map(str.isalnum, passage)) >= SHOWN_WORDS
        and any(map(str.isalnum, words))
        and page.count(letters("".join(passage))) > letters("".join(text.tokens)).count(letters("".join(passage)))
        for words, passage, text, page in passages
    )
