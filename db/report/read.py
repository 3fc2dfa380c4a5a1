"""Read what the tables of a report need from an archive file: each text once."""

from collections.abc import Sequence

from sqlite_utils import Database

from db.processor_time import in_time
from db.report.adoption import questions
from db.report.cells import PolicyPeriod, policy_periods
from db.report.data import ReportData
from db.report.histories import PolicyHistory, histories
from db.report.options import ReportOptions
from db.report.templates.groups import Templates, shared, texts_of
from db.report.text_facts import SIMHASH, TEMPLATES, Spread, WantedText, in_turn, text_facts
from db.report.texts.masking import names_of

_OF_CAPTURES = frozenset({SIMHASH, TEMPLATES})  # the texts of all good captures are needed


def read(db: Database, needs: frozenset[str], options: ReportOptions, spread: Spread = in_turn) -> ReportData:
    """Return what tables with these needs read. `spread` can measure texts in other processes.

    Raises ReportError, MissingExtraError, StoreError.
    """
    policies = tuple(histories(db, options))
    periods = tuple(tuple(policy_periods(history, options)) for history in in_time(policies))
    asked = questions.needs(options.adoptions)
    of_captures = needs & _OF_CAPTURES | asked
    wanted = _wanted(db, policies, periods, of_captures, needs - _OF_CAPTURES | of_captures)
    facts = text_facts(db, wanted, as_published=options.as_published, spread=spread)
    templates = shared(policies, facts) if TEMPLATES in needs else Templates({}, {})
    adoptions = {
        question: questions.intervals(db, question, policies, facts) for question in options.adoptions
    }
    return ReportData(options, policies, periods, facts, adoptions, templates)


def _wanted(
    db: Database,
    policies: Sequence[PolicyHistory],
    periods: Sequence[Sequence[PolicyPeriod]],
    of_captures: frozenset[str],
    of_periods: frozenset[str],
) -> dict[int, WantedText]:
    """Return text id -> what to measure of it, policy by policy: more of the text of a period."""
    names = dict(db.execute("select domain, name from retailers").fetchall())
    in_periods = {period.text_id for own in periods for period in own}
    found: dict[int, WantedText] = {}
    for history in in_time(policies):
        shop = tuple(names_of(history.domain, names.get(history.domain)))
        for text_id in sorted(texts_of(history)):
            needs = of_periods if text_id in in_periods else of_captures
            if needs:
                wanted = found.setdefault(text_id, WantedText(needs, {}))
                if TEMPLATES in needs:
                    wanted.shops[history.policy_id] = shop
    return found
