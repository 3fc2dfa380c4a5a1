"""Which shops have sentences of a shop in their latest text too, and which of the two had them first.

Sentences are compared after names, addresses and numbers are masked; those of fewer than five words are left
out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from db.history import good_captures
from db.processor_time import in_time
from db.report.histories import PolicyHistory, SeenText
from db.report.templates.families import share_half
from db.report.templates.groups import held
from db.report.templates.holders import HeldSentence
from db.report.text_facts import texts_of
from db.report.texts import plain
from db.report.texts.masking import MaskedText, is_long, masked, masked_sentences, names_of, text_hash

MOST_SHOPS, MOST_EXAMPLES = 20, 5
SAME, MASKED = "the same wording", "the same but for names"
HALF_OF_IT, SOME = "half of the sentences", "some sentences"


@dataclass(frozen=True)
class LatestText:
    """The latest text of a policy: the key of its wording, and the text masked."""

    policy_id: int
    domain: str
    name: str | None
    wording: str
    masked: MaskedText


@dataclass(frozen=True)
class SharedSentence:
    """A sentence of two shops, masked, and the captures between which each of them got it."""

    text: str
    own: HeldSentence
    other: HeldSentence

    @property
    def other_was_first(self) -> bool | None:
        """Whether the other shop had it first; None if the captures do not say it."""
        if self.other.until <= self.own.after:
            return True
        return False if self.own.until <= self.other.after else None


@dataclass(frozen=True)
class SharingShop:
    """A shop that shares sentences: how its text is like the other one, and its shared sentences."""

    domain: str
    name: str | None
    likeness: str
    sentences: tuple[SharedSentence, ...]

    def count(self, other_was_first: bool | None) -> int:
        """Return how many sentences the other shop had first (True), had later (False), or either (None)."""
        return sum(one.other_was_first is other_was_first for one in self.sentences)

    @property
    def examples(self) -> tuple[SharedSentence, ...]:
        """A few sentences, those first whose origin is known, and the longest first."""

        def order(one: SharedSentence) -> tuple[bool, int, str]:
            return one.other_was_first is None, -len(one.text), one.text

        known = sorted(self.sentences, key=order)
        return tuple(known[:MOST_EXAMPLES])


def latest_texts(db: Database) -> list[LatestText]:
    """Return the latest texts of all policies, by domain; policies without a good capture are left out."""
    rows = db.execute(
        """select p.id, p.retailer, r.name, v.text_id
        from policies p join retailers r on r.domain = p.retailer
        join versions v on v.id = (select w.id from versions w where w.policy_id = p.id
                                   order by w.last_seen desc, w.number desc limit 1)
        where p.kind = 'privacy' order by p.retailer"""
    ).fetchall()
    return [_latest(db, *row) for row in in_time(rows)]


def sharing(db: Database, domain: str, latest: Sequence[LatestText]) -> list[SharingShop]:
    """Return the shops that share most sentences with the latest text of a shop, at most MOST_SHOPS.

    Returns [] if nobody shares one, or if the shop is not in `latest`.
    """
    own = next((text for text in latest if text.domain == domain), None)
    if own is None:
        return []
    mine = set(own.masked.sentences)
    counted = [
        (len(mine.intersection(other.masked.sentences)), other)
        for other in in_time(latest)
        if other is not own
    ]
    most = sorted((pair for pair in counted if pair[0]), key=lambda pair: (-pair[0], pair[1].domain))[
        :MOST_SHOPS
    ]
    origins, words = _origins(db, own)
    found = []
    for _, other in in_time(most):
        of_other, _ = _origins(db, other)
        sentences = tuple(
            SharedSentence(words[one], origins[one], of_other[one])
            for one in sorted(mine.intersection(other.masked.sentences))
            if one in origins and one in of_other
        )
        found.append(SharingShop(other.domain, other.name, _likeness(own, other), sentences))
    return found


def _likeness(own: LatestText, other: LatestText) -> str:
    if own.wording == other.wording:
        return SAME
    if own.masked.text == other.masked.text:
        return MASKED
    return HALF_OF_IT if share_half(own.masked, other.masked) else SOME


def _latest(db: Database, policy_id: int, domain: str, name: str | None, text_id: int) -> LatestText:
    _, markdown, _, wording = next(texts_of(db, [text_id]))
    sentences = masked_sentences(plain.blocks(markdown), names_of(domain, name))
    return LatestText(policy_id, domain, name, wording, masked(sentences))


def _origins(db: Database, text: LatestText) -> tuple[dict[int, HeldSentence], dict[int, str]]:
    """Return the hashes of all sentences that a policy ever had -> when each came, and -> its words."""
    seen = tuple(_seen(db, text.policy_id))
    names, words, own = names_of(text.domain, text.name), {}, {}
    for text_id, markdown, *_ in texts_of(db, (capture.text_id for capture in seen)):
        sentences = masked_sentences(plain.blocks(markdown), names)
        hashes = {text_hash(one): one for one in sentences if is_long(one)}
        words.update(hashes)
        own[text_id] = set(hashes)
    rows = held(PolicyHistory(text.policy_id, text.domain, "", seen), own)
    return {row.sentence: row for row in rows}, words


def _seen(db: Database, policy_id: int) -> Iterator[SeenText]:
    last = ""
    for capture in good_captures.of_policy(db, policy_id):
        if capture.captured_at != last:
            yield SeenText(capture.captured_at, capture.text_id)
            last = capture.captured_at
