"""What one sentence states, by the rules of its language."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.claims.claim import Claim
from extract.claims.grammar import Grammar
from extract.claims.modality import modality
from extract.claims.polarity import polarity
from extract.claims.quantity import quantity
from extract.claims.recipients import names
from extract.claims.rules import Rule, Rules
from extract.claims.scope import scope
from extract.claims.triggers import Sifted

_TITLE_WORDS, _TITLE_SHARE, _SHORT = 9, 0.9, 3
_RECIPIENT = "GDPR Art. 13(1)(e)"  # who asks for the names
Span = tuple[int, int]


class Passage(NamedTuple):
    """A sentence to read: its words, and what surrounds it.

    `lead` is the sentence that introduces its list, or "". `listed` is the name in a row of a table of
    processors, or "": such a row states nothing else, unless it has sentences.
    """

    text: str
    is_heading: bool
    lead: str
    listed: str


class Statements(NamedTuple):
    """What a sentence states: claims with characters of the sentence, without a section.

    `is_elsewhere` says whether it is about returns, vouchers and the like, and not about personal data.
    """

    claims: tuple[Claim, ...]
    is_elsewhere: bool


class _Match(NamedTuple):
    """A clause that a rule matches, and the characters that the rule matched in it."""

    rule: Rule
    triggers: Sequence[Span]
    clause: Span


def stated(passage: Passage, known: Rules) -> Statements:
    """Return the claims of a sentence: those by the rules, then named companies."""
    text, sentence = passage.text, known.sift(passage.text)
    is_elsewhere = known.is_of_another_document(sentence)
    is_label = passage.listed and not text.endswith(".")
    is_quiet = is_elsewhere or text.endswith("?") or _is_title(text, passage.lead, known.grammar)
    found = [] if is_label or is_quiet else _matches(passage, sentence, known)
    claims = [_claim(one, sentence, known.grammar) for one in found]
    if known.is_known:
        claims += _recipients(sentence, passage.listed, known.grammar)
    if claims and (named := scope(sentence)):
        claims = [one._replace(scope=named) for one in claims]
    return Statements(tuple(claims), is_elsewhere)


def _matches(passage: Passage, sentence: Sifted, known: Rules) -> list[_Match]:
    """Return the clauses of a sentence that state something, the preferred kinds first.

    A clause states most kinds alone. So rules of other kinds are not tried once it is the whole sentence, nor
    rules of kinds that come after the one that an item states by its list.
    """
    kinds = known.kinds_of(sentence, is_heading=passage.is_heading)
    whole, of_list = (0, len(passage.text)), known.kind_of_list(passage.lead, passage.text)
    kept: list[_Match] = []
    for rule in known.candidates(sentence):
        if of_list and not kept and known.order[rule.kind] > known.order[of_list]:
            break
        wholes = [one for one in kept if one.clause == whole]
        if rule.kind in kinds and not _is_silenced(rule.kind, whole, wholes, known):
            for one in _of_rule(rule, sentence, known.grammar):
                if not _is_silenced(rule.kind, one.clause, kept, known):
                    kept.append(one)
    if of_list and not kept:
        return [_Match(Rule(of_list, "item of a list", "item", "", (), (), (), ()), [whole], whole)]
    return kept


def _recipients(sentence: Sifted, listed: str, grammar: Grammar) -> Iterator[Claim]:
    for name, start, end in names(sentence.text, grammar, listed):
        rule = Rule("recipient", "named company", name, _RECIPIENT, (), (), (), ())
        one = _claim(_Match(rule, [(start, end)], (0, len(sentence.text))), sentence, grammar)
        yield one._replace(start=start, end=end)


def _is_title(text: str, lead: str, grammar: Grammar) -> bool:
    """Return whether a sentence looks like a heading without its markup: few words, most with capitals."""
    words = [word for word in text.split() if word[0].isalpha()]
    if not 1 < len(words) <= _TITLE_WORDS or lead or text.endswith("."):
        return False
    if grammar.statement.search(text) or not words[0][0].isupper():
        return False
    capitals = sum(word[0].isupper() or len(word) <= _SHORT for word in words)
    return capitals >= _TITLE_SHARE * len(words)


def _of_rule(rule: Rule, sentence: Sifted, grammar: Grammar) -> Iterator[_Match]:
    clauses: dict[Span, list[Span]] = {}
    for pattern in rule.any:
        for found in sentence.found(pattern):
            start, end = _clause(sentence.text, *found.span(), grammar)
            same = next((one for one in clauses if one[0] < end and start < one[1]), (start, end))
            clauses.setdefault(same, []).append(found.span())
    if any(sentence.has(one) for one in rule.none if clauses):
        return
    for clause, triggers in clauses.items():
        yield _Match(rule, triggers, clause)


def _claim(match: _Match, sentence: Sifted, grammar: Grammar) -> Claim:
    """Return what a sentence states in a clause, with all attributes but its scope and section."""
    rule, triggers, clause = match
    of_children = rule.kind == "children"
    text, found = sentence.text, quantity(sentence, triggers[0], clause, ages=of_children)
    return Claim(
        kind=rule.kind,
        polarity=polarity(text, triggers, clause, grammar, whole=of_children),
        subject=rule.subject,
        value=found.value if found else None,
        unit=found.unit if found else None,
        scope=None,
        modality=modality(text, triggers[0], clause, grammar),
        section="",
        start=clause[0],
        end=clause[1],
        rule=f"{rule.kind}/{rule.name}",
        reference=rule.reference,
    )


def _clause(text: str, start: int, end: int, grammar: Grammar) -> Span:
    """Return the clause around a match: from the break before it to the break after it."""
    first, last = 0, len(text)
    for found in grammar.break_.finditer(text):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.start()
            break
    return first, last


def _is_silenced(kind: str, clause: Span, kept: Sequence[_Match], known: Rules) -> bool:
    """Return whether a clause states no other kind like this one, because of what is kept beside it."""
    start, end = clause
    return any(
        other.clause[0] < end and start < other.clause[1] and known.silences(other.rule.kind, kind)
        for other in kept
    )
