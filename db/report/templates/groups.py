"""What the texts of all policies share, for the table of templates: groups, and where sentences come from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass

from db.processor_time import in_time
from db.report.histories import PolicyHistory
from db.report.templates import families
from db.report.templates.holders import HeldSentence, Holders
from db.report.text_facts import Facts


@dataclass(frozen=True, slots=True)
class TemplateGroups:
    """The groups of a text of a policy: equal numbers are one group."""

    exact: int
    masked: int
    near: int
    family: int


@dataclass(frozen=True)
class Templates:
    """What texts share: their groups by policy and text, and by policy how many sentences are shared.

    Two texts of a group are connected by texts of any time, each like the next. `origins` is policy id ->
    counts of sentences: `all`, and those that were at another domain first: `certain`, `seen`, `possible`.
    """

    groups: Mapping[tuple[int, int], TemplateGroups]
    origins: Mapping[int, Counter[str]]


def shared(histories: Sequence[PolicyHistory], facts: Facts) -> Templates:
    """Return what the texts of all good captures share. `facts` has them masked, with their simhashes."""
    keys = [(one.policy_id, text_id) for one in histories for text_id in sorted(texts_of(one))]
    texts = [facts[text_id] for _, text_id in keys]
    masked = [text.masked[policy_id] for (policy_id, _), text in zip(keys, texts, strict=True)]
    near = families.near([text.simhash for text in texts])
    family = families.families([text.sentences for text in masked])
    groups = {
        key: TemplateGroups(text.wording, of_shop.text, *numbers)
        for key, text, of_shop, *numbers in zip(keys, texts, masked, near, family, strict=True)
    }
    return Templates(groups, _origins(histories, facts))


def texts_of(history: PolicyHistory) -> set[int]:
    """Return the ids of the texts of all good captures of a policy."""
    return {capture.text_id for capture in history.seen}


def _origins(histories: Sequence[PolicyHistory], facts: Facts) -> dict[int, Counter[str]]:
    origins: dict[int, Counter[str]] = {history.policy_id: Counter() for history in histories}
    with closing(Holders()) as holders:
        for history in in_time(histories):
            own = {text: set(facts[text].masked[history.policy_id].sentences) for text in texts_of(history)}
            holders.add(held(history, own))
        for origin in in_time(holders.origins()):
            counts = origins[origin.policy_id]
            counts["all"] += 1
            for name in ("certain", "seen", "possible"):
                counts[name] += getattr(origin, name)
    return origins


def held(history: PolicyHistory, sentences: Mapping[int, Set[int]]) -> Iterator[HeldSentence]:
    """Yield the sentences of a policy, each with the captures between which it came."""
    known: set[int] = set()
    before = ""
    for moment, text_id in history.seen:
        for sentence in sorted(sentences[text_id] - known):
            yield HeldSentence(sentence, history.policy_id, before, moment)
        known |= sentences[text_id]
        before = moment
