"""All differences between the captures of a policy, each with a reason.

The reason states why the difference counts as a change of wording, or why it does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from db.history.comparison.hunks import Hunk, Reason
from db.history.noise import ReadText
from db.history.page_text import SourceText
from db.history.timeline import Witness
from db.history.trace import address_comparer, page_reader, text_reader, trace, witnesses_of

_CONTEXT = 6  # this many words before a difference are shown, so that a reader finds its place

WHY: dict[Reason, str] = {
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
    "clock": "the moment of the capture",
    "volatile": "differs in most captures",
    "extraction": "both pages show it; the extractor took it from one of them only",
    "passing": "came at an edge of the text and went again within half a year, or went and came back",
}


@dataclass(frozen=True)
class Difference:
    """A difference between the texts of two captures.

    It counts as a change if `reason` is "wording". `why` explains the reason to people. `removed` and `added`
    are the differing words, and `after` the words directly before them, all for people. `page` is an address.
    `last_old` and `first_new` are the times of the two captures (ISO 8601).
    """

    page: str
    last_old: str
    first_new: str
    reason: Reason
    why: str
    removed: str
    added: str
    after: str


def explain(db: Database, policy_id: int, source_text: SourceText) -> Iterator[Difference]:
    """Yield every difference between captures of a page that follow each other, by time.

    A change can also be between captures of two addresses. Then these captures are compared, and `page` is
    the address of the newer capture. `source_text` returns all text of a body (`extract.html.source_text`).
    Yields nothing for a policy with fewer than two good captures.
    """
    read = text_reader(db)
    witnesses = witnesses_of(db, policy_id)
    urls = dict(
        db.execute("select cast(id as text), url from pages where policy_id = ?", [policy_id]).fetchall()
    )
    page_of = page_reader(db, source_text)
    traced, compared = trace(witnesses, read, page_of), address_comparer(read, page_of)
    steps: list[tuple[Witness, Witness, str, Sequence[Hunk]]] = [
        (step.old, step.new, urls[page], step.hunks)
        for page, of_page in traced.steps.items()
        for step in of_page
    ]
    known = {(old.captured_at, old.text_id, new.captured_at, new.text_id) for old, new, _, _ in steps}
    at = {(witness.captured_at, witness.text_id): witness for witness in witnesses}
    for change in traced.timeline.changes:
        bracket = change.last_old, change.old_text, change.first_new, change.new_text
        if change.kind == "wording" and bracket not in known:
            old, new = at[bracket[:2]], at[bracket[2:]]
            steps.append((old, new, urls[new.page], compared(old, new)))
    for old, new, url, hunks in sorted(steps, key=lambda step: (step[1].captured_at, step[2])):
        yield from _differences(old, new, url, hunks, read)


def _differences(
    old: Witness, new: Witness, url: str, hunks: Sequence[Hunk], read: ReadText
) -> Iterator[Difference]:
    before, after = read(old.text_id), read(new.text_id)
    for hunk in hunks:
        yield Difference(
            page=url,
            last_old=old.captured_at,
            first_new=new.captured_at,
            reason=hunk.reason,
            why=WHY[hunk.reason],
            removed=before.readable(hunk.old_start, hunk.old_end),
            added=after.readable(hunk.new_start, hunk.new_end),
            after=after.readable(max(0, hunk.new_start - _CONTEXT), hunk.new_start),
        )
