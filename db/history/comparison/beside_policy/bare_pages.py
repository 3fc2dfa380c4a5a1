"""Differences between a whole page and the bare text of the same page.

Some crawlers stored whole pages first and later only the part with the policy. A label or menu beside the
policy, which the extractor could not cut off, then disappears from the text, and the policy stays the same.
The evidence is in the two bodies: one page has nothing but its text, and the other one has more.
"""

from collections.abc import Sequence

from db.history.comparison.edges import at_head, at_tail, is_cut
from db.history.comparison.hunks import Hunk, with_reason
from db.history.comparison.policy_part import policy_part
from db.history.comparison.statements import is_statement
from db.history.comparison.tokenized import TokenizedText

BARE = 0.95  # a bare page's text has at least this share of its letters
STRAY = 10  # at most so many letters are between an end of a bare page and its text: "Top", "Print"
BESIDE = 100  # at least so many letters are beside the text of a whole page
PROBE = 40  # letters at an end of a text by which its place on the page is found
MENU_WORDS = 8  # so many words in a row without a frequent word are no sentence


def without_cuts(
    old: TokenizedText, new: TokenizedText, old_letters: str, new_letters: str, hunks: Sequence[Hunk]
) -> list[Hunk]:
    """Set the reason `cut` for words at an end of the text of a whole page that the bare page does not have.

    `old_letters` and `new_letters` are the letters of the pages. Sentences alone are never cut: they can be
    of the policy. Returns the hunks unchanged if not exactly one page is bare and the other one whole.
    """
    old_page, new_page = _Page(old, old_letters), _Page(new, new_letters)
    found: list[Hunk] = []
    for hunk in hunks:
        sides = (old_page, hunk.old_start, hunk.old_end), (new_page, hunk.new_start, hunk.new_end)
        lost = hunk.reason == "wording" and any(
            _is_lost(*whole, *bare) for whole, bare in (sides, sides[::-1])
        )
        found.append(with_reason(hunk, "cut") if lost else hunk)
    return found


class _Page:
    """A page with its text. `before` and `after` are the numbers of letters beside the text."""

    def __init__(self, text: TokenizedText, letters: str) -> None:
        self.text = text
        self.share = len(text.letters) / len(letters) if letters else 1.0
        self.before = max(0, letters.find(text.letters[:PROBE]))
        at = letters.rfind(text.letters[-PROBE:])
        self.after = len(letters) - at - len(text.letters[-PROBE:]) if at >= 0 else 0


def _is_lost(whole: _Page, start: int, end: int, bare: _Page, bare_start: int, bare_end: int) -> bool:
    """Return whether words at an end of a whole page's text belong to what the bare page does not have."""
    texts = whole.text, bare.text
    words, left = whole.text.tokens[start:end], bare.text.tokens[bare_start:bare_end]
    span = start, end, bare_start, bare_end
    is_bare = bare.share >= BARE and whole.before + whole.after >= BESIDE + bare.before + bare.after
    return (
        is_bare
        and len(words) > len(left)
        and (
            (at_head(*texts, span) and bare.before <= STRAY)
            or (at_tail(*texts, span) and bare.after <= STRAY)
        )
        and is_cut(words, left, min(len(text.tokens) for text in texts))
        and not _is_of_the_policy(whole.text, start, end)
    )


def _is_of_the_policy(text: TokenizedText, start: int, end: int) -> bool:
    words = text.tokens[start:end]
    return is_statement(" ".join(words)) and not (
        text.is_foreign(words) or policy_part(text).rare_words(start, end) >= MENU_WORDS
    )
