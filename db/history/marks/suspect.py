"""What is suspect about a version or a change: signs that the capture, not the policy, was different.

A suspect version or change stays in the history. It has the reasons, so that a reader can check it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from db.history.noise.steps import ReadText
from db.history.other_languages import are_one_language
from db.history.timeline import Change, Timeline, Version

LOST = 0.8  # a capture that lost more of the words is suspect if it is the only one with its wording
RETURNED = 0.8  # words came back if the next wording has at least this share of the words before
COMPLETE = 0.9  # a text with a lower completeness lacks a part of its page


class ChangeSize(NamedTuple):
    """The size of a change: words added, words removed, and the number of words of the old text."""

    added: int
    removed: int
    words: int

    @property
    def lost(self) -> float:
        """The share of the old words that were removed, from 0 to 1."""
        return self.removed / self.words if self.words else 0.0

    @property
    def shrank(self) -> float:
        """The share by which the new text has fewer words than the old one; 0 or less if it does not."""
        return (self.removed - self.added) / self.words if self.words else 0.0


class MarkedText(NamedTuple):
    """What is known of a text: its language, completeness (0 to 1) and stated date.

    The completeness of a text that came without its page is None. The others are None if they are unknown.
    """

    language: str | None
    completeness: float | None
    stated_date: str | None


Step = tuple[Change, ChangeSize]


class Suspects(NamedTuple):
    """The reasons for suspicion, joined by "; ".

    `versions` is version number -> reasons, without versions that are not suspect. `changes` has the reasons
    of each change, or None.
    """

    versions: dict[int, str]
    changes: list[str | None]


def suspects(
    timeline: Timeline,
    sizes: Sequence[ChangeSize],
    facts: Callable[[int], MarkedText],
    read: ReadText,
) -> Suspects:
    """Return what is suspect in the timeline of a policy.

    `sizes` are the sizes of its changes. `facts` and `read` take a text's id. The signs are:

    - a version of one capture that lost more than 80 % of the words, which then come back. While it is the
      newest capture, nobody knows whether they will: it is suspect until a second capture shows it, if it
      has hardly any words instead;
    - a version in another language than the version before it;
    - a text with a completeness below 0.9;
    - a change that undoes the change before it.

    Only changes of the kind wording can be suspect.
    """
    steps = [step for step in zip(timeline.changes, sizes, strict=True) if step[0].kind == "wording"]
    lost = [_loss(timeline.versions, steps[place : place + 2], read) for place in range(len(steps))]
    versions = {
        version.number: _incomplete(facts(version.text_id), "text") for version in timeline.versions[:1]
    }
    found: dict[Change, str | None] = {}
    for place, (change, _) in enumerate(steps):
        old, new = facts(change.old_text), facts(change.new_text)
        of_new = [*lost[place], *_other_language(change, old, new, read), *_incomplete(new, "text")]
        versions.setdefault(change.new_version, of_new)
        undoes = place and change.new_version == steps[place - 1][0].old_version
        of_change = ["undoes the change before"] if undoes else []
        of_change += ["brings back what one capture had lost"] if place and lost[place - 1] else []
        found[change] = "; ".join([*of_new, *of_change, *_incomplete(old, "old text")]) or None
    return Suspects(
        {number: "; ".join(reasons) for number, reasons in versions.items() if reasons},
        [found.get(change) for change in timeline.changes],
    )


def _loss(versions: Sequence[Version], steps: Sequence[Step], read: ReadText) -> list[str]:
    """Return whether a change leads to a capture that lost most words, as a reason.

    `steps` are that change and the change after it, if there is one.
    """
    (change, size), *later = steps
    version = versions[change.new_version - 1]
    if size.lost <= LOST or version.first_seen != version.last_seen:
        return []
    lost = f"one capture lost {int(100 * size.lost)}% of the words"
    if not later:
        return [f"{lost}, and no later one is known"] if size.shrank > LOST else []
    back = later[0][0]
    if back.new_version == change.old_version or _has_again(read, change.old_text, back.new_text):
        return [f"{lost}, and they came back"]
    return []


def _has_again(read: ReadText, before: int, after: int) -> bool:
    old, new = Counter(read(before).tokens), Counter(read(after).tokens)
    return (old & new).total() >= RETURNED * old.total()


def _other_language(change: Change, old: MarkedText, new: MarkedText, read: ReadText) -> list[str]:
    if not old.language or not new.language or old.language == new.language:
        return []
    if are_one_language(read(change.old_text), read(change.new_text)):
        return []
    return [f"another language ({new.language}) than before ({old.language})"]


def _incomplete(text: MarkedText, name: str) -> list[str]:
    if text.completeness is None or text.completeness >= COMPLETE:
        return []
    return [f"the {name} may be incomplete ({int(100 * text.completeness)}%)"]
