"""All differences between the captures of a policy, each with a reason.

The reason states why the difference counts as a change of wording, or why it does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from db.history import judgement
from db.history.comparison.differences import differences
from db.history.comparison.hunks import Hunk, Reason
from db.history.comparison.words import Words
from db.history.page_text import SourceText
from db.history.timeline import Witness
from db.history.trace import page_reader, text_reader, trace, witnesses_of

_CONTEXT = 6  # this many words before a difference are shown, so that a reader finds its place

WHY: dict[str, str] = {
    "wording": "other words of the policy",
    "spacing": "the same words, spaced otherwise",
    "punctuation": "the same words, with other stops or list marks",
    "capitals": "the same words, in capitals or not",
    "encoding": "the same words, with question marks for quotes that an encoding had no sign for",
    "moved": "a passage that stands elsewhere now",
    "repeated": "headings or passages that stand in the text besides",
    "outside": "beside the policy: a heading or menu at its edge that states nothing",
    "cut": "the page was set anew, and its text begins or ends elsewhere",
    "copyright": "a copyright line",
    "title": "the title of the page, which is no part of the policy",
    "clock": "the moment of the capture",
    "volatile": "a counter, a teaser or a code that differs in most captures",
    "extraction": "both pages show it; the extractor took it from one of them only",
    "variant": "other words of a variant, or of a change that the captures of another address show",
    "noise": "no part of the policy, as other captures of the page show: both captures are of one version",
    "passing": "a notice that came at an edge and went again within half a year, or went and came back",
}


@dataclass(frozen=True)
class ExplainedDifference:
    """A difference between the texts of two captures.

    It counts as a change if `reason` is "wording". `why` explains the reason to people. `section` is the
    heading above the difference. `removed` and `added` are the differing words, and `after` the words before
    them, all for people. `page` is an address. `last_old` and `first_new` are the times of the two captures
    (ISO 8601).
    """

    page: str
    last_old: str
    first_new: str
    reason: Reason
    why: str
    section: str
    removed: str
    added: str
    after: str


def explain(db: Database, policy_id: int, source_text: SourceText) -> Iterator[ExplainedDifference]:
    """Yield every difference between captures of a page that follow each other, by time.

    A change can also be between captures of two addresses. Then these captures are compared, and `page` is
    the address of the newer capture. `source_text` returns all text of a body (`extract.html.source_text`).
    The differences of a change are those of the table `differences`; only they have the reason "wording".
    Yields nothing for a policy with fewer than two good captures.
    """
    read, page_of = text_reader(db), page_reader(db, source_text)
    witnesses = witnesses_of(db, policy_id)
    urls = dict(
        db.execute("select cast(id as text), url from pages where policy_id = ?", [policy_id]).fetchall()
    )
    traced = trace(witnesses, read, page_of)
    at = {(witness.captured_at, witness.text_id): witness for witness in witnesses}
    judged = judgement.of_changes(traced, witnesses, read, page_of)
    steps: list[tuple[Witness, Witness, Sequence[Hunk]]] = [
        (step.old, step.new, hunks) for step, hunks in judgement.beside_changes(traced, judged)
    ]
    steps += [(at[ends[:2]], at[ends[2:]], hunks) for ends, hunks in judged.items()]
    words = judgement.words_reader(read)
    for old, new, hunks in sorted(steps, key=lambda step: (step[1].captured_at, urls[step[1].page])):
        yield from _explained(old, new, urls[new.page], hunks, words)


def _explained(
    old: Witness, new: Witness, url: str, hunks: Sequence[Hunk], words: Callable[[int], Words]
) -> Iterator[ExplainedDifference]:
    before, after = words(old.text_id), words(new.text_id)
    for one in differences(before, after, hunks):
        yield ExplainedDifference(
            page=url,
            last_old=old.captured_at,
            first_new=new.captured_at,
            reason=one.reason,
            why=WHY[one.reason],
            section=one.section,
            removed=one.removed,
            added=one.added,
            after=after.passage(max(0, one.new_start - _CONTEXT), one.new_start),
        )
