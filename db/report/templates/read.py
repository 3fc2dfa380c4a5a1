"""Read the texts of all policies for the table of templates: their groups, and where sentences come from."""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlite_utils import Database

from db.report.histories import PolicyHistory
from db.report.templates import families
from db.report.templates.families import hashes_of, text_hash
from db.report.templates.holders import HeldSentence, Holders
from db.report.templates.masking import masked_sentences, names_of
from db.report.text_facts import texts_of


@dataclass(frozen=True)
class TemplateGroups:
    """The groups of a text of a policy: equal numbers are one group."""

    exact: int
    masked: int
    near: int
    family: int


@dataclass(frozen=True)
class Templates:
    """What texts share: groups and compared sentences by policy and text, and by policy how many there are.

    Two texts of a group are connected by texts of any time, each like the next. `sentences` has the hashes of
    a text (`hashes_of`). `origins` is policy id -> counts of sentences: `all`, and those that were at another
    domain first: `certain`, `seen`, `possible`.
    """

    groups: Mapping[tuple[int, int], TemplateGroups]
    sentences: "Mapping[tuple[int, int], array[int]]"
    origins: Mapping[int, Counter[str]]


def read(db: Database, histories: Sequence[PolicyHistory], simhashes: Mapping[int, int]) -> Templates:
    """Return what the texts of all good captures share. `simhashes` has that of each text, by its id."""
    names = dict(db.execute("select domain, name from retailers").fetchall())
    keys: list[tuple[int, int]] = []
    exact: list[int] = []
    masked: list[int] = []
    sentences_of: list[array[int]] = []
    with closing(Holders()) as holders:
        for history in histories:
            shop = names_of(history.domain, names.get(history.domain))
            own = {}
            for text_id, markdown, _, wording in texts_of(db, (text for _, text in history.seen)):
                sentences = masked_sentences(markdown, shop)
                hashes = hashes_of(sentences)
                own[text_id] = set(hashes)
                keys.append((history.policy_id, text_id))
                exact.append(int(wording[:15] or "0", 16))
                masked.append(text_hash("\n".join(sentences)))
                sentences_of.append(hashes)
            holders.add(held(history, own))
        origins: dict[int, Counter[str]] = {history.policy_id: Counter() for history in histories}
        for origin in holders.origins():
            counts = origins[origin.policy_id]
            counts["all"] += 1
            for name in ("certain", "seen", "possible"):
                counts[name] += getattr(origin, name)
    near = families.near([simhashes[text_id] for _, text_id in keys])
    groups = zip(exact, masked, near, families.families(sentences_of), strict=True)
    return Templates(
        {key: TemplateGroups(*group) for key, group in zip(keys, groups, strict=True)},
        dict(zip(keys, sentences_of, strict=True)),
        origins,
    )


def held(history: PolicyHistory, sentences: Mapping[int, set[int]]) -> Iterator[HeldSentence]:
    """Yield the sentences of a policy, each with the captures between which it came."""
    known: set[int] = set()
    before = ""
    for moment, text_id in history.seen:
        for sentence in sorted(sentences[text_id] - known):
            yield HeldSentence(sentence, history.policy_id, before, moment)
        known |= sentences[text_id]
        before = moment
