"""Adoption: which share of policies has had something until the end of a period, between two bounds."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from db import times
from db.processor_time import in_time
from db.query.panel import period_name, period_number, period_start
from db.report.adoption.turnbull import UNKNOWN, AdoptionInterval, bounds, estimate, turnbull
from db.report.cells import groups_of
from db.report.data import ReportData
from db.report.options import DAY, ReportOptions
from db.report.table import Cell, Panel, ReportTable

NAME = "ADOPTION"
NEEDS: frozenset[str] = frozenset()
_TERMS_CORRECTED = (
    "texts are searched as for A3 to A6, with the corrected lists; as published, the value differs."
)
_TERMS_AS_PUBLISHED = (
    "texts are searched as for A3 to A6 as published: with the papers' lists, and A3 by lemmas."
)


def table(options: ReportOptions) -> ReportTable:
    """Return the table without cells."""
    return ReportTable(
        NAME,
        "Adoption",
        "policies",
        "The share of policies that have had something at least once until the end of the period. The moment"
        " at which a policy had it first lies after its last good capture without it, until its first good"
        " capture with it. `low`: every policy has it from the end of that interval; `high`: from its"
        " beginning. A policy whose first capture has it can have had it always; one whose last capture has"
        " it not can have it since. The value is the Turnbull estimate, the most likely distribution of all"
        " these moments. Policies that took something out again stay counted. *claim*: the texts of"
        " the versions are asked, with the claims that rules found in them. A text that was not read, or by"
        " other rules than most texts, or in a language in which no text of the archive file has such a"
        " claim, is unknown: from it on until the first text with such a claim, the policy can have it"
        " or not. *term*: " + (_TERMS_AS_PUBLISHED if options.as_published else _TERMS_CORRECTED),
        "B. W. Turnbull: The empirical distribution function with arbitrarily grouped, censored and"
        " truncated data. J. R. Stat. Soc. B 38 (1976)",
        tuple(Panel(question, "%", (question,)) for question in options.adoptions),
    )


def compute(data: ReportData) -> ReportTable:
    """Return the table."""
    cells: list[Cell] = []
    for question in data.options.adoptions:
        by_group: dict[str, list[AdoptionInterval]] = defaultdict(list)
        for history in data.histories:
            for group in groups_of(history):
                by_group[group].append(data.adoptions[question][history.policy_id])
        for group, intervals in sorted(by_group.items()):
            masses = turnbull(intervals)
            is_known = any(interval != UNKNOWN for interval in intervals)
            for name, moment in in_time(_ends(data)):
                low, high = bounds(intervals, moment)
                value = 100 * min(max(estimate(masses, moment), low), high) if is_known else None
                cells.append(Cell(group, name, question, len(intervals), value, 100 * low, 100 * high))
    return table(data.options).with_cells(cells)


def _ends(data: ReportData) -> list[tuple[str, float]]:
    """Return the names of all periods of an archive file and their ends, in seconds since 1970."""
    if not data.histories:
        return []
    first = min(history.seen[0].moment for history in data.histories)
    last = max(history.seen[-1].moment for history in data.histories)
    if data.options.every == DAY:
        return _days(data)
    months = data.options.months
    return [
        (period_name(number, months), times.seconds(f"{period_start(number + 1, months)}T00:00:00Z"))
        for number in range(period_number(first, months), period_number(last, months) + 1)
    ]


def _days(data: ReportData) -> list[tuple[str, float]]:
    """Return the days at which a bound moves, and their ends."""
    known = {
        moment
        for of_policies in data.adoptions.values()
        for interval in of_policies.values()
        for moment in interval
        if abs(moment) != float("inf")
    }
    days = sorted({datetime.fromtimestamp(moment, UTC).date() for moment in known})
    after = timedelta(days=1)
    return [(day.isoformat(), times.seconds(f"{day + after}T00:00:00Z")) for day in days]
