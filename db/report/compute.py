"""Compute the tables of a report from an archive file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlite_utils import Database

from db.errors import ReportError
from db.report.adoption import questions
from db.report.data import ReportData
from db.report.options import DAY, ReportOptions
from db.report.published import beside
from db.report.read import read
from db.report.render.words import Preface, preface
from db.report.table import ReportTable
from db.report.tables import a1_length, a2_updates, a7_announced, a8_templates, a9_coverage, adoption, shares
from db.report.templates.groups import Templates
from db.report.text_facts import Spread, in_turn
from db.report.texts import vocabulary


@dataclass(frozen=True)
class _Kind:
    compute: Callable[[ReportData], ReportTable]
    needs: frozenset[str]


_KINDS = {
    "A1": _Kind(a1_length.compute, a1_length.NEEDS),
    "A2": _Kind(a2_updates.compute, a2_updates.NEEDS),
    **{name: _Kind(partial(shares.compute, name), frozenset({name})) for name in ("A3", "A4", "A5", "A6")},
    "A7": _Kind(a7_announced.compute, a7_announced.NEEDS),
    "A8": _Kind(a8_templates.compute, a8_templates.NEEDS),
    "A9": _Kind(a9_coverage.compute, a9_coverage.NEEDS),
    adoption.NAME: _Kind(adoption.compute, adoption.NEEDS),
}
NAMES = tuple(name for name in _KINDS if name != adoption.NAME)  # adoption needs a question


def chosen(text: str) -> tuple[str, ...]:
    """Return the names of tables in a text such as `A1,A3`, in the order of the report; all for "".

    Raises ReportError for a name that is none, and for a text without names.
    """
    wanted = [name.strip().upper() for name in text.split(",") if name.strip()]
    if text and not wanted:
        raise ReportError(f"{text[:20]!r} names no table: the tables are {', '.join(NAMES)}")
    for name in wanted:
        if name not in _KINDS:
            raise ReportError(f"there is no table {name[:20]!r}: the tables are {', '.join(NAMES)}")
    return tuple(name for name in _KINDS if name in (wanted or NAMES))


def report(
    db: Database,
    names: Sequence[str] = NAMES,
    options: ReportOptions | None = None,
    spread: Spread = in_turn,
) -> list[ReportTable]:
    """Return the tables with these names, in their order. Their cells are empty without good captures.

    `spread` can measure texts in other processes.

    Raises ReportError (a group that no retailer has), MissingExtraError, StoreError.
    """
    options = options or ReportOptions()
    _check(names, options)
    return compute(names, read(db, needs(names), options, spread))


def needs(names: Sequence[str]) -> frozenset[str]:
    """Return what the tables with these names need of texts."""
    return frozenset[str]().union(*(_KINDS[name].needs for name in names))


def compute(names: Sequence[str], data: ReportData) -> list[ReportTable]:
    """Return the tables with these names, from what was read for them."""
    tables = [_KINDS[name].compute(data) for name in names]
    return [beside(table, data.options) for table in tables] if data.options.compare else tables


def _check(names: Sequence[str], options: ReportOptions) -> None:
    if adoption.NAME in names and not options.adoptions:
        raise ReportError("the table ADOPTION needs a question, such as phrase:do not sell")
    if len(options.adoptions) > questions.MOST_QUESTIONS:
        raise ReportError(f"at most {questions.MOST_QUESTIONS} questions about adoption at once")
    if options.every == DAY and set(names) != {adoption.NAME}:
        raise ReportError("only adoption has days: choose half-year, quarter or year for the other tables")
    if options.as_published and "A3" in needs(names) | questions.needs(options.adoptions):
        vocabulary.lemmatized("policies")  # before all work: the package can be missing


def described(options: ReportOptions) -> list[ReportTable]:
    """Return all tables without cells, for their titles and definitions."""
    nothing = ReportData(options, (), (), {}, {}, Templates({}, {}))
    return [_KINDS[name].compute(nothing) for name in NAMES]


def preface_of(db: Database, options: ReportOptions) -> Preface:
    """Return the title of a report, and what its numbers are about."""
    (policies, captures, first, last) = db.execute(
        """select count(distinct g.policy_id), count(distinct g.policy_id || c.captured_at),
            min(c.captured_at), max(c.captured_at)
        from policies p join pages g on g.policy_id = p.id join captures c on c.page_id = g.id
        where p.kind = 'privacy' and c.verdict = 'policy' and c.text_id is not null"""
    ).fetchone()
    return preface(policies, captures, first or "", last or "", options)
