"""What the texts of all policies share, for the table of templates: groups, and where sentences come from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass

from db.processor_time import in_time
from db.report.histories import PolicyHistory
from db.report.templates.families import HALF_SHARED, groups
from db.report.templates.holders import HeldSentence, Holders, SentenceCounts
from db.report.text_facts import Facts
from db.report.texts.masking import MaskedText


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of a policy, and what it is compared by.

    Texts with the same number `exact` have the same words. Those of the same `family` are connected by texts
    of any time that share half of their sentences, each with the next.
    """

    policy_id: int
    exact: int
    simhash: int
    masked: MaskedText
    family: int


@dataclass(frozen=True)
class Templates:
    """What texts share: the texts of each policy by their ids, and how many sentences others had first.

    `texts` and `origins` are by policy id; a policy without a sentence has no origins.
    """

    texts: Mapping[int, Mapping[int, ComparedText]]
    origins: Mapping[int, SentenceCounts]


def shared(histories: Sequence[PolicyHistory], facts: Facts) -> Templates:
    """Return what the texts of all good captures share. `facts` has them masked, with their simhashes."""
    keys = [(one.policy_id, text_id) for one in histories for text_id in sorted(texts_of(one))]
    masked = [facts[text_id].masked[policy_id] for policy_id, text_id in keys]
    texts: dict[int, dict[int, ComparedText]] = defaultdict(dict)
    for (policy_id, text_id), own, family in zip(keys, masked, groups(masked, HALF_SHARED), strict=True):
        text = facts[text_id]
        texts[policy_id][text_id] = ComparedText(policy_id, text.wording, text.simhash, own, family)
    return Templates(texts, _origins(histories, facts))


def texts_of(history: PolicyHistory) -> set[int]:
    """Return the ids of the texts of all good captures of a policy."""
    return {capture.text_id for capture in history.seen}


def _origins(histories: Sequence[PolicyHistory], facts: Facts) -> dict[int, SentenceCounts]:
    with closing(Holders()) as holders:
        for history in in_time(histories):
            own = {text: set(facts[text].masked[history.policy_id].sentences) for text in texts_of(history)}
            holders.add(held(history, own))
        return holders.counts()


def held(history: PolicyHistory, sentences: Mapping[int, Set[int]]) -> Iterator[HeldSentence]:
    """Yield the sentences of a policy, each with the captures between which it came."""
    known: set[int] = set()
    before = ""
    for moment, text_id in history.seen:
        for sentence in sorted(sentences[text_id] - known):
            yield HeldSentence(sentence, history.policy_id, before, moment)
        known |= sentences[text_id]
        before = moment
