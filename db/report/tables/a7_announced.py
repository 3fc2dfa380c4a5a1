"""A7: whether the date that a policy shows moved with a change of its wording."""

from collections import Counter, defaultdict

from db.processor_time import in_time
from db.query.panel import period_name, period_number
from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import ReportOptions
from db.report.table import WHOLE, Cell, Panel, ReportTable, percent
from db.report.tables.definitions import OURS

NEEDS: frozenset[str] = frozenset()
LARGE = 20  # words added and removed
_MARKS = {
    "announced": ("announced", "ahead"),
    "silent": ("silent",),
    "undated": ("undated",),
    "false": ("false",),
}
_SIZES = {"": 0, f", {LARGE} words and more": LARGE}


def table(_: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        "A7",
        "Announced or silent",
        "changes of wording",
        "Of the changes of wording whose new text was first seen in the period: *announced*, the date that"
        " the policy shows moved, to a day before or after the capture; *silent*, it shows the same date;"
        " *undated*, one of the texts shows no date; *false*, the date went back, or more than a year ahead."
        f" *{LARGE} words and more*: only changes of so many words, added and removed together."
        " Suspect changes are left out: the capture may be at fault, and not the policy.",
        f"{OURS}: nobody has published this",
        tuple(
            Panel(f"Changes of wording{size}", "%", tuple(f"{mark}{size}" for mark in _MARKS))
            for size in _SIZES
        ),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    found: dict[tuple[str, int], Counter[tuple[str, str]]] = defaultdict(Counter)
    for history in in_time(data.histories):
        for change in (change for change in history.changes if not change.is_suspect):
            period = period_number(change.first_new, data.options.months)
            for group in groups_of(history):
                for number in (period, _LAST):
                    found[group, number].update(
                        (size, change.announced) for size, least in _SIZES.items() if change.words >= least
                    )
    cells = []
    for (group, number), marks in sorted(found.items()):
        name_of_period = WHOLE if number == _LAST else period_name(number, data.options.months)
        for size in _SIZES:
            n = sum(count for (of_size, _), count in marks.items() if of_size == size)
            cells += [
                Cell(
                    group,
                    name_of_period,
                    f"{name}{size}",
                    n,
                    percent(sum(marks[size, mark] for mark in own), n),
                )
                for name, own in _MARKS.items()
            ]
    return table(data.options).with_cells(cells)


_LAST = 1 << 30  # the whole time comes after the last period
