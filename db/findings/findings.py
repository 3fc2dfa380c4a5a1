"""The findings of a change, from the two texts and their judged differences."""

from collections.abc import Sequence

from db.claims.statement import ReadClaims
from db.findings.compare import compare
from db.findings.content import vocabulary
from db.findings.gather import gather
from db.findings.recipients import recipients
from db.findings.sides import is_editorial, sentences
from db.findings.statement import Finding
from db.history.comparison.differences import Difference
from db.history.comparison.words import Words


def findings(
    old: Words, new: Words, differences: Sequence[Difference], languages: tuple[str, str], read: ReadClaims
) -> list[Finding]:
    """Return what changed between two texts, in the order of the text; [] for an editorial change.

    `differences` are those of the change; only those that count are read. `languages` are those of the texts.
    """
    known = vocabulary(languages[0]), vocabulary(languages[1])
    counted = [one for one in differences if one.counts and not is_editorial(one.removed, one.added, known)]
    if not counted:
        return []
    one, other = sentences(old, languages[0], read), sentences(new, languages[1], read)
    before = one.sides((range(place.old_start, place.old_end) for place in counted), other)
    after = other.sides((range(place.new_start, place.new_end) for place in counted), one)
    return [*gather(compare(before, after)), *recipients(before, after, one.names, other.names)]
