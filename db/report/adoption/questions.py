"""The questions that adoption can answer, and for each policy the interval in which its answer lies.

- `phrase:do not sell`: the text has these words, as the search finds them;
- `term:gdpr`: the text has a term of the tables A3 to A6;
- `claim:sale`: the text of the version states or denies such a thing, as the rules read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from sqlite_utils import Database

from db import times
from db.errors import ReportError
from db.query.searching import search
from db.report.adoption import claims
from db.report.adoption.turnbull import AdoptionInterval
from db.report.histories import PolicyHistory
from db.report.text_facts import Facts
from db.report.texts import plain
from db.report.texts.vocabulary import VOCABULARY, VocabularyTerm

MOST_QUESTIONS = 10
_TERMS = {term.name.lower(): term for term in VOCABULARY}


def needs(questions: Iterable[str]) -> frozenset[str]:
    """Return the tables whose terms questions ask for, to be looked for in the texts of all good captures."""
    asked = map(_parts, questions)
    terms = (_TERMS.get(what.lower()) for way, what in asked if way == "term")
    return frozenset(term.table for term in terms if term)


def intervals(
    db: Database, question: str, histories: Sequence[PolicyHistory], facts: Facts
) -> dict[int, AdoptionInterval]:
    """Return policy id -> the interval in which the policy first had what a question asks for.

    `facts` has the terms of the tables that the question needs (`needs`), of the texts of all good captures.

    Raises ReportError for a text that is no question.
    """
    way, what = _parts(question)
    kinds = {kind.lower(): kind for kind in claims.kinds(db)} if way == "claim" else {}
    if way == "phrase" and plain.words(what):
        first = _with_phrase(db, what)
    elif way == "term" and what.lower() in _TERMS:
        first = _with_term(_TERMS[what.lower()], histories, facts)
    elif what.lower() in kinds:
        first = claims.first_with(db, kinds[what.lower()])
    else:
        known = f": {', '.join(kinds.values())}" if kinds else ""
        raise ReportError(
            f"{question[:80]!r} is no question about adoption: write phrase:WORDS, term:NAME with a term"
            f" of A3 to A6, or claim:KIND with a kind that this archive file has{known}"
        )
    return {history.policy_id: _interval(history, first.get(history.policy_id)) for history in histories}


def _parts(question: str) -> tuple[str, str]:
    """Return the way in which a question asks (phrase, term, claim; in any case), and what it asks for."""
    way, _, what = question.partition(":")
    return way.strip().lower(), what.strip()[: search.MAX_LENGTH]


# Policy id -> the last capture that is known to be without it, if any, and the first one with it; the latter
# is None if it is unknown. A policy that never had it is left out.
_First = Mapping[int, tuple[str | None, str | None]]


def _interval(history: PolicyHistory, first: tuple[str | None, str | None] | None) -> AdoptionInterval:
    if first is None:
        return AdoptionInterval(times.seconds(history.seen[-1].moment), inf)
    before, since = first
    return AdoptionInterval(
        -inf if before is None else times.seconds(before), inf if since is None else times.seconds(since)
    )


def _with_phrase(db: Database, words: str) -> _First:
    rows = db.execute(
        f"{search.SHOWN} select policy_id, last_old, min(since) from shown"
        " where version_id in (select id from matches) group by policy_id",
        {"match": search.phrase(words)},
    )
    return _firsts(rows.fetchall())


def _with_term(term: VocabularyTerm, histories: Sequence[PolicyHistory], facts: Facts) -> _First:
    found: dict[int, tuple[str | None, str]] = {}
    for history in histories:
        before = None
        for moment, text_id in history.seen:
            if term.key in facts[text_id].terms:
                found[history.policy_id] = (before, moment)
                break
            before = moment
    return found


def _firsts(rows: Iterable[tuple[int, str | None, str]]) -> _First:
    return {policy_id: (before, since) for policy_id, before, since in rows}
