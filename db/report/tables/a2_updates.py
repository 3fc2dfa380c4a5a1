"""A2: which share of policies was updated in each period, by three measures of what an update is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from db.processor_time import in_time
from db.query.panel import period_number
from db.report.cells import groups_of, share_within, touched
from db.report.data import ReportData
from db.report.histories import PolicyHistory
from db.report.options import ReportOptions
from db.report.table import Cell, Panel, ReportTable, percent
from db.report.tables.definitions import AMOS, OURS
from db.report.text_facts import SIMHASH
from db.report.texts.simhash import NEAR, differing_bits

NEEDS = frozenset({SIMHASH})
STRICT, LOOSE, WORDING, NOISE = "strict", "loose", "wording", "noise of strict"
_WHAT = (
    "*Strict*: the text differs in any sign. *Loose*: the 64-bit simhash over runs of four words differs in"
    " more than 3 bits. *Wording*: the history has a change of wording between the two captures. *Noise of"
    " strict*: the share of strict updates without a change of wording (n counts these updates,"
    " each in the period of its second capture)."
)


class Update(NamedTuple):
    """An update between two captures (ISO 8601), and of which measures it is one."""

    last_old: str
    first_new: str
    measures: frozenset[str]


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    how = (
        "The share of policies whose last good capture in the period differs from that in the period before;"
        " only policies with good captures in both are counted. "
        if options.as_published
        else "An update lies between two good captures in a row. `low` is the share of policies with an"
        " update for certain in the period: both captures are in it. `high` is the share with an update"
        " whose captures reach into the period. The value between assumes that each moment between the two"
        " captures is equally likely. Policies count in all periods after that of their first good capture,"
        " until that of their last one. "
    )
    return ReportTable(
        "A2",
        "Policies updated in a period",
        "policies",
        how + _WHAT,
        f"{AMOS}: strict and loose; {OURS}: wording, noise, bounds",
        (
            *(Panel(f"Policies updated: {measure}", "%", (measure,)) for measure in (STRICT, LOOSE, WORDING)),
            Panel("Strict updates that are noise", "%", (NOISE,)),
        ),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    return (_between_neighbours if data.options.as_published else _by_brackets)(data)


def _between_neighbours(data: ReportData) -> ReportTable:
    found: dict[tuple[str, int], list[frozenset[str]]] = defaultdict(list)
    for history, own in in_time(zip(data.histories, data.periods, strict=True)):
        last = {period_number(moment, data.options.months): moment for moment, _ in history.seen}
        for before, then in pairwise(own):
            if then.number == before.number + 1:
                moments = last[before.number], last[then.number]
                update = _update(data, history, *moments, before.text_id, then.text_id)
                for group in groups_of(history):
                    found[group, then.number].append(update.measures)
    cells = []
    for group, period, updates in data.in_order(found):
        cells += [
            Cell(
                group,
                period,
                measure,
                len(updates),
                percent(sum(measure in one for one in updates), len(updates)),
            )
            for measure in (STRICT, LOOSE, WORDING)
        ]
        cells.append(_noise(group, period, updates))
    return table(data.options).with_cells(cells)


def _by_brackets(data: ReportData) -> ReportTable:
    months = data.options.months
    shares: dict[tuple[str, int], dict[str, list[_Share]]] = defaultdict(lambda: defaultdict(list))
    strict: dict[tuple[str, int], list[frozenset[str]]] = defaultdict(list)
    for history in in_time(data.histories):
        pairs = [one for one in _updates(data, history) if one.measures]
        brackets = {
            STRICT: [one[:2] for one in pairs if STRICT in one.measures],
            LOOSE: [one[:2] for one in pairs if LOOSE in one.measures],
            WORDING: [(change.last_old, change.first_new) for change in history.changes],
        }
        first, last = (period_number(history.seen[at].moment, months) for at in (0, -1))
        known = {measure: _shares(found, months) for measure, found in brackets.items()}
        for group in groups_of(history):
            for number in range(first + 1, last + 1):
                for measure, of in known.items():
                    shares[group, number][measure].append(of.get(number, (0, 0, 0)))
            for update in pairs:
                strict[group, period_number(update.first_new, months)].append(update.measures)
    cells = [
        _bounded(group, period, measure, policies)
        for group, period, by_measure in data.in_order(shares)
        for measure, policies in by_measure.items()
    ]
    cells += [_noise(group, period, updates) for group, period, updates in data.in_order(strict)]
    return table(data.options).with_cells(cells)


_Share = tuple[float, float, float]  # of a policy: certain, likely, possible, from 0 to 1


def _shares(brackets: Sequence[tuple[str, str]], months: int) -> dict[int, _Share]:
    """Return number of a period -> whether a policy was updated in it, where a bracket touches it."""
    none: dict[int, float] = defaultdict(lambda: 1.0)  # number -> how likely there was no update
    certain = set()
    for bracket in brackets:
        periods = touched(*bracket, months)
        if len(periods) == 1:
            certain.add(periods[0])
        for number in periods:
            none[number] *= 1 - share_within(*bracket, number, months)
    return {number: (number in certain, 1 - likely, 1) for number, likely in none.items()}


def _bounded(group: str, period: str, measure: str, policies: Sequence[_Share]) -> Cell:
    low, value, high = (percent(sum(one[at] for one in policies), len(policies)) for at in range(3))
    return Cell(group, period, measure, len(policies), value, low, high)


def _noise(group: str, period: str, updates: list[frozenset[str]]) -> Cell:
    strict = [one for one in updates if STRICT in one]
    return Cell(
        group, period, NOISE, len(strict), percent(sum(WORDING not in one for one in strict), len(strict))
    )


def _updates(data: ReportData, history: PolicyHistory) -> Iterator[Update]:
    """Yield what happened between each two good captures in a row."""
    for old, new in in_time(pairwise(history.seen)):
        yield _update(data, history, old.moment, new.moment, old.text_id, new.text_id)


def _update(
    data: ReportData, history: PolicyHistory, last_old: str, first_new: str, old: int, new: int
) -> Update:
    measures = {
        STRICT: old != new,
        LOOSE: differing_bits(data.facts[old].simhash, data.facts[new].simhash) > NEAR,
        WORDING: history.has_changed(last_old, first_new),
    }
    return Update(last_old, first_new, frozenset(name for name, holds in measures.items() if holds))
