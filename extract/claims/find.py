"""Find the claims of a text."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from extract.claims import scope
from extract.claims.claim import LONGEST, Claim, Paragraph, Sentence
from extract.claims.grammar import Grammar
from extract.claims.modality import modality
from extract.claims.polarity import polarity
from extract.claims.quantity import quantity
from extract.claims.recipients import Names, Place
from extract.claims.rules import Rule, Rules, rules
from extract.claims.sentences import Passage, passages
from extract.claims.tables import processors
from extract.claims.triggers import Words

CACHED = 16_384  # sentences
_TITLE_WORDS, _TITLE_SHARE, _SHORT = 9, 0.9, 3
_RECIPIENT = "GDPR Art. 13(1)(e)"  # who asks for the names
# Addresses and companies beside so many sentences of another document (returns, shipping) belong to it.
_NEVER_AMONG, _AROUND = ("contact", "recipient"), 2
Span = tuple[int, int]


def sentences(paragraphs: Sequence[Paragraph], language: str = "en") -> list[Sentence]:
    """Return the sentences of a text in order, each with the claims that it makes.

    `language` is the text's, a two-letter code. Sentences of a language without rules have no claims.
    """
    known = rules(language)
    names = Names([one.text for one in paragraphs], known.grammar)
    scopes = list(scope.of_headings(paragraphs))
    listed = list(processors(paragraphs, known.grammar))
    found = list(passages(paragraphs, known.grammar))
    elsewhere = [_is_of_another_document(one.text[:LONGEST], known) for one in found]
    return [
        Sentence(
            one.paragraph,
            one.start,
            one.end,
            tuple(
                claim
                for claim in _claims(one, scopes[one.paragraph], known, names, listed[one.paragraph])
                if claim.kind not in _NEVER_AMONG
                or not any(elsewhere[max(0, number - _AROUND) : number + _AROUND + 1])
            ),
        )
        for number, one in enumerate(found)
    ]


def _claims(passage: Passage, above: str | None, known: Rules, names: Names, listed: str) -> Iterator[Claim]:
    """Yield the claims of a sentence: those by the rules, then named companies.

    `above` is the scope of the headings above it. `listed` is the name in a row of a table of processors,
    otherwise "": such a row states nothing else, unless it has sentences.
    """
    text = passage.text[:LONGEST]
    is_label = listed and not text.endswith(".")
    stated = () if is_label else _stated(text, passage.mark, passage.lead, known)
    for one in (*stated, *_recipients(text, names.of(text, listed), known)):
        yield one._replace(
            scope=scope.both(one.scope, above),
            section=passage.section,
            start=passage.start + one.start,
            end=passage.start + one.end,
        )


def _recipients(text: str, named: Iterable[Place], known: Rules) -> Iterator[Claim]:
    for name, start, end in named if known.is_known else ():
        rule = Rule("recipient", "named company", name, _RECIPIENT, (), (), (), ())
        one = _claim(rule, text, [(start, end)], (0, len(text)), known.grammar)
        yield one._replace(start=start, end=end)


@lru_cache(maxsize=CACHED)
def _stated(text: str, mark: str, lead: str, known: Rules) -> tuple[Claim, ...]:
    """Return the claims of a sentence, with characters of the sentence.

    Results are cached, because the texts of a page have most sentences in common.
    """
    if text.endswith("?") or _is_title(text, lead, known.grammar) or _is_of_another_document(text, known):
        return ()
    words = known.present(text)
    found = [
        claim for rule in known.candidates(words) for claim in _of_rule(rule, text, words, known.grammar)
    ]
    found = [one for one in found if known.may_state(one.kind, text, mark)]
    kind = known.kind_of_list(lead, text)
    if kind and all(known.order[one.kind] > known.order[kind] for one in found):
        item, whole = Rule(kind, "item of a list", "item", "", (), (), (), ()), (0, len(text))
        found = [_claim(item, text, [whole], whole, known.grammar)]
    return tuple(_preferred(found, known))


@lru_cache(maxsize=CACHED)
def _is_of_another_document(text: str, known: Rules) -> bool:
    """Return whether a sentence is about returns, vouchers and the like, and not about personal data."""
    return any(one.search(text) for one in known.no_statement)


def _is_title(text: str, lead: str, grammar: Grammar) -> bool:
    """Return whether a sentence looks like a heading without its markup: few words, most with capitals."""
    words = [word for word in text.split() if word[0].isalpha()]
    if not 1 < len(words) <= _TITLE_WORDS or lead or text.endswith("."):
        return False
    if grammar.statement.search(text) or not words[0][0].isupper():
        return False
    capitals = sum(word[0].isupper() or len(word) <= _SHORT for word in words)
    return capitals >= _TITLE_SHARE * len(words)


def _of_rule(rule: Rule, text: str, words: Words, grammar: Grammar) -> Iterator[Claim]:
    clauses: dict[Span, list[Span]] = {}
    for pattern in rule.any:
        if not pattern.may_match(words):
            continue
        for found in pattern.compiled.finditer(text):
            start, end = _clause(text, *found.span(), grammar)
            same = next((one for one in clauses if one[0] < end and start < one[1]), (start, end))
            clauses.setdefault(same, []).append(found.span())
    if any(one.may_match(words) and one.search(text) for one in rule.none if clauses):
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
