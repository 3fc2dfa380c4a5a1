"""Find the claims of a text."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from extract.claims.claim import Claim, Paragraph, Sentence
from extract.claims.grammar import Grammar
from extract.claims.recipients import Names
from extract.claims.rules import Rule, Rules, rules
from extract.claims.sentences import Passage, passages

CACHED = 16_384  # sentences
LONGEST = 1_500  # characters of a sentence that are read; longer ones are tables or menus without full stops
_TITLE_WORDS, _TITLE_SHARE, _SHORT = 9, 0.9, 3


def sentences(paragraphs: Sequence[Paragraph], language: str = "en") -> list[Sentence]:
    """Return the sentences of a text in order, each with the claims that it makes.

    `language` is the text's, a two-letter code. Sentences of a language without rules have no claims.
    """
    known, names = rules(language), Names(one.text for one in paragraphs)
    return [
        Sentence(one.paragraph, one.start, one.end, (*_claims(one, known), *_recipients(one, names, known)))
        for one in passages(paragraphs, known.grammar)
    ]


def _recipients(passage: Passage, names: Names, known: Rules) -> Iterator[Claim]:
    text = passage.text[:LONGEST]
    for name, start, end in names.of(text) if known.is_known else ():
        one = _claim("recipient", name, "recipient/named company", "", text, (start, end), known.grammar)
        yield one._replace(start=passage.start + start, end=passage.start + end)


def _claims(passage: Passage, known: Rules) -> Iterator[Claim]:
    """Yield the claims of a sentence by the rules."""
    for one in _stated(passage.text[:LONGEST], passage.mark, passage.lead, known):
        yield one._replace(start=passage.start + one.start, end=passage.start + one.end)


@lru_cache(maxsize=CACHED)
def _stated(text: str, mark: str, lead: str, known: Rules) -> tuple[Claim, ...]:
    """Return the claims of a sentence, with characters of the sentence.

    Results are cached, because the texts of a page have most sentences in common.
    """
    is_heading = text.endswith("?") or _is_title(text, lead, known.grammar)
    if is_heading or any(one.search(text) for one in known.no_statement):
        return ()
    lowered = text.lower()
    found = [claim for rule in known.rules for claim in _of_rule(rule, text, lowered, known.grammar)]
    found = [one for one in found if known.may_state(one.kind, text, mark)]
    kind = known.kind_of_list(lead, text)
    if kind and all(known.order[one.kind] > known.order[kind] for one in found):
        found = [_claim(kind, "item", f"{kind}/item of a list", "", text, (0, len(text)), known.grammar)]
    return tuple(_preferred(found, known))


def _is_title(text: str, lead: str, grammar: Grammar) -> bool:
    """Return whether a sentence looks like a heading without its markup: few words, most with capitals."""
    words = [word for word in text.split() if word[0].isalpha()]
    if not 1 < len(words) <= _TITLE_WORDS or lead or text.endswith("."):
        return False
    if grammar.statement.search(text) or not words[0][0].isupper():
        return False
    capitals = sum(word[0].isupper() or len(word) <= _SHORT for word in words)
    return capitals >= _TITLE_SHARE * len(words)


def _of_rule(rule: Rule, text: str, lowered: str, grammar: Grammar) -> Iterator[Claim]:
    clauses: list[tuple[int, int]] = []
    for pattern in rule.any:
        if not pattern.may_match(lowered):
            continue
        for found in pattern.compiled.finditer(text):
            start, end = _clause(text, *found.span(), grammar)
            if not any(first < end and start < last for first, last in clauses):
                clauses.append((start, end))
    if any(one.may_match(lowered) and one.search(text) for one in rule.none if clauses):
        return
    for clause in clauses:
        yield _claim(
            rule.kind, rule.subject, f"{rule.kind}/{rule.name}", rule.reference, text, clause, grammar
        )


def _claim(
    kind: str,
    subject: str,
    rule: str,
    reference: str,
    text: str,
    clause: tuple[int, int],
    grammar: Grammar,
) -> Claim:
    words = text[clause[0] : clause[1]]
    modality = grammar.modality.search(words)
    return Claim(
        kind,
        subject,
        "denies" if grammar.negation.search(words) else "states",
        modality[1].lower() if modality else "",
        *clause,
        rule,
        reference,
    )


def _clause(text: str, start: int, end: int, grammar: Grammar) -> tuple[int, int]:
    """Return the clause around a match: from the break before it to the break after it."""
    first, last = 0, len(text)
    for found in grammar.break_.finditer(text):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.start()
            break
    return first, last


def _preferred(claims: Sequence[Claim], known: Rules) -> list[Claim]:
    """Return the claims of a sentence, the preferred kinds first: a clause states most of them alone."""
    kept: list[Claim] = []
    for one in sorted(claims, key=lambda claim: known.order[claim.kind]):
        beside = [other for other in kept if other.start < one.end and one.start < other.end]
        if not any(known.silences(other.kind, one.kind) for other in beside):
            kept.append(one)
    return kept
