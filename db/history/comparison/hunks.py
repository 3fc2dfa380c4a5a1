"""Hunks: the ranges in which two texts differ, each with a reason."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

# Reasons of differences that leave the words of the policy the same.
Presentation = Literal["spacing", "punctuation", "capitals", "encoding", "moved", "repeated"]
# Reasons of differences outside of the policy, recognised in the two texts.
Outside = Literal["outside", "cut", "copyright", "title"]
# Reasons of differences outside of the policy, recognised in the history of the page (db/history/noise/).
Noise = Literal["clock", "volatile", "passing"]
# "noise" is a difference between two captures of one version that do not follow each other.
# "variant" is other words that are no change of their own: of a variant, or of another address.
# Only "wording" is a change of the policy. "extraction" means that both pages have the words, but only one
# of the texts (db/history/page_text.py).
Reason = Literal["wording", "extraction", "noise", "variant"] | Presentation | Outside | Noise
NOISE: frozenset[Reason] = frozenset(get_args(Noise))
PRESENTATION: frozenset[Reason] = frozenset(get_args(Presentation))

Span = tuple[int, int, int, int]  # start and end in the old text, then in the new one


@dataclass(frozen=True, slots=True)
class Hunk:
    """A range of old tokens, and the range of new tokens that replaces it. Ends are exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    reason: Reason = "wording"

    @property
    def is_one_sided(self) -> bool:
        """True if tokens were only added, or only removed."""
        return self.old_start == self.old_end or self.new_start == self.new_end

    @property
    def span(self) -> Span:
        """Start and end in the old text, then start and end in the new text."""
        return self.old_start, self.old_end, self.new_start, self.new_end


def with_reason(hunk: Hunk, reason: Reason) -> Hunk:
    """Return the hunk with another reason."""
    return replace(hunk, reason=reason)
