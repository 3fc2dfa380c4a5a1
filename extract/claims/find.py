"""Find the claims of a text."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from extract.claims import scope
from extract.claims.claim import Claim, Paragraph, Sentence
from extract.claims.grammar import Grammar
from extract.claims.modality import modality
from extract.claims.polarity import polarity
from extract.claims.quantity import quantity
from extract.claims.recipients import Names
from extract.claims.rules import Rule, Rules, rules
from extract.claims.sentences import Passage, passages

CACHED = 16_384  # sentences
LONGEST = 1_500  # characters of a sentence that are read; longer ones are tables or menus without full stops
_TITLE_WORDS, _TITLE_SHARE, _SHORT = 9, 0.9, 3
_RECIPIENT = "GDPR Art. 13(1)(e)"  # who asks for the names
Span = tuple[int, int]


def sentences(paragraphs: Sequence[Paragraph], language: str = "en") -> list[Sentence]:
    """Return the sentences of a text in order, each with the claims that it makes.

    `language` is the text's, a two-letter code. Sentences of a language without rules have no claims.
    """
    known, names = rules(language), Names(one.text for one in paragraphs)
    scopes = list(scope.of_headings(paragraphs))
    return [
        Sentence(one.paragraph, one.start, one.end, tuple(_claims(one, scopes[one.paragraph], known, names)))
        for one in passages(paragraphs, known.grammar)
    ]


def _claims(passage: Passage, above: str | None, known: Rules, names: Names) -> Iterator[Claim]:
    """Yield the claims of a sentence: those by the rules, then named companies.

    `above` is the scope of the headings above it.
    """
    text = passage.text[:LONGEST]
    for one in (*_stated(text, passage.mark, passage.lead, known), *_recipients(text, names, known)):
        yield one._replace(
            scope=scope.both(one.scope, above),
            section=passage.section,
            start=passage.start + one.start,
            end=passage.start + one.end,
        )


def _recipients(text: str, names: Names, known: Rules) -> Iterator[Claim]:
    for name, start, end in names.of(text) if known.is_known else ():
        rule = Rule("recipient", "named company", name, _RECIPIENT, (), (), (), ())
        one = _claim(rule, text, [(start, end)], (0, len(text)), known.grammar)
        yield one._replace(start=start, end=end)


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
        item, whole = Rule(kind, "item of a list", "item", "", (), (), (), ()), (0, len(text))
        found = [_claim(item, text, [whole], whole, known.grammar)]
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
    clauses: dict[Span, list[Span]] = {}
    for pattern in rule.any:
        if not pattern.may_match(lowered):
            continue
        for found in pattern.compiled.finditer(text):
            start, end = _clause(text, *found.span(), grammar)
            same = next((one for one in clauses if one[0] < end and start < one[1]), (start, end))
            clauses.setdefault(same, []).append(found.span())
    if any(one.may_match(lowered) and one.search(text) for one in rule.none if clauses):
        return
    for clause, triggers in clauses.items():
        yield _claim(rule, text, triggers, clause, grammar)


def _claim(rule: Rule, text: str, triggers: Sequence[Span], clause: Span, grammar: Grammar) -> Claim:
    """Return a claim with its attributes. `triggers` are the characters that the rule matched in `clause`."""
    of_children = rule.kind == "children"
    found = quantity(text, triggers[0], clause, ages=of_children)
    return Claim(
        kind=rule.kind,
        polarity=polarity(text, triggers, clause, grammar, whole=of_children),
        subject=rule.subject,
        value=found.value if found else None,
        unit=found.unit if found else None,
        scope=scope.scope(text),
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


def _preferred(claims: Sequence[Claim], known: Rules) -> list[Claim]:
    """Return the claims of a sentence, the preferred kinds first: a clause states most of them alone."""
    kept: list[Claim] = []
    for one in sorted(claims, key=lambda claim: known.order[claim.kind]):
        beside = [other for other in kept if other.start < one.end and one.start < other.end]
        if not any(known.silences(other.kind, one.kind) for other in beside):
            kept.append(one)
    return kept
