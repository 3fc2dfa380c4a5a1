"""A9: how much of the time is covered, how long policies live, and how many are there before and after."""

from collections import defaultdict
from statistics import median

from db.processor_time import in_time
from db.query.panel import period_number
from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import WHOLE, Cell, Panel, ReportTable, percent
from db.report.tables.definitions import AMOS, OURS

NEEDS: frozenset[str] = frozenset()
FILLED, GAPS, WITH_GAPS, LIFE = (
    "cells filled",
    "periods missing within life",
    "policies with gaps",
    "life, median",
)
CAPTURED, KNOWN, BEFORE, AFTER = "captured", "captured or known", "there before", "there after"


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        "A9",
        "Coverage and survivorship",
        f"policies; for *{FILLED}*, cells of a policy and a period; for *{GAPS}*, periods",
        "The life of a policy goes from the period of its first good capture to that of its last one. Of the"
        f" whole time: *{FILLED}*, of all policies in all periods from the first to the last one of the"
        f" archive file, the share with a good capture; *{GAPS}*, the share of the periods of all lives"
        f" without a good capture; *{WITH_GAPS}*, the share of policies with such a period; *{LIFE}*, in"
        f" periods. Of a period, of the policies in whose life it is: *{CAPTURED}*, the share with a good"
        f" capture in it; *{KNOWN}*, also those whose captures before and after it show the same wording;"
        f" *{BEFORE}* and *{AFTER}*, the share whose life began before it and goes on after it.",
        f"{AMOS}: of the whole time; {OURS}: by period",
        (
            Panel("Policies with a known text", "%", (CAPTURED, KNOWN)),
            Panel("Policies there before and after", "%", (BEFORE, AFTER)),
        ),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    lives: dict[str, list[_Life]] = defaultdict(list)
    for history, own in in_time(zip(data.histories, data.periods, strict=True)):
        captured = frozenset(period_number(moment, data.options.months) for moment, _ in history.seen)
        life = _Life(captured, captured | {period.number for period in own})
        for group in groups_of(history):
            lives[group].append(life)
    every = [life for own in lives.values() for life in own]
    span = max(life.last for life in every) - min(life.first for life in every) + 1 if every else 0
    cells: list[Cell] = []
    for group, of_group in sorted(lives.items()):
        cells += [*_of_periods(data, group, of_group), *_of_whole_time(group, of_group, span)]
    return table(data.options).with_cells(cells)


class _Life:
    def __init__(self, captured: frozenset[int], known: frozenset[int]) -> None:
        self.captured, self.known = captured, known
        self.first, self.last = min(captured), max(captured)

    @property
    def periods(self) -> range:
        return range(self.first, self.last + 1)


def _of_periods(data: ReportData, group: str, lives: list[_Life]) -> list[Cell]:
    found: dict[tuple[str, int], list[tuple[bool, bool, bool, bool]]] = defaultdict(list)
    for life in in_time(lives):
        for number in life.periods:
            state = (number in life.captured, number in life.known, number > life.first, number < life.last)
            found[group, number].append(state)
    return [
        Cell(group, period, measure, len(states), percent(sum(state[at] for state in states), len(states)))
        for _, period, states in data.in_order(found)
        for at, measure in enumerate((CAPTURED, KNOWN, BEFORE, AFTER))
    ]


def _of_whole_time(group: str, lives: list[_Life], span: int) -> list[Cell]:
    lengths = [len(life.periods) for life in lives]
    missing = [len(life.periods) - len(life.captured) for life in lives]
    cells, periods = span * len(lives), sum(lengths)
    return [
        Cell(group, WHOLE, FILLED, cells, percent(periods - sum(missing), cells)),
        Cell(group, WHOLE, GAPS, periods, percent(sum(missing), periods)),
        Cell(group, WHOLE, WITH_GAPS, len(lives), percent(sum(map(bool, missing)), len(lives))),
        Cell(group, WHOLE, LIFE, len(lives), median(lengths)),
    ]
