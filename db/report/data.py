"""What the tables of one report read: the policies, their periods, and what was measured of their texts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from db.processor_time import in_time
from db.report.adoption.turnbull import AdoptionInterval
from db.report.cells import PolicyPeriod, groups_of, in_order
from db.report.histories import PolicyHistory
from db.report.options import ReportOptions
from db.report.table import Cell, percent
from db.report.templates.groups import Templates
from db.report.text_facts import Facts, MeasuredText

T = TypeVar("T")


@dataclass(frozen=True)
class ReportData:
    """The rows of an archive file, as a report reads them.

    `histories` are the policies with a good capture. `periods` has for each of them, in the same order, the
    periods in which its text is known. `facts` has what was measured of the text of each good capture, by the
    id of the text. `adoptions` has the interval of each policy for each question about adoption, and
    `templates` what texts share.
    """

    options: ReportOptions
    histories: tuple[PolicyHistory, ...]
    periods: tuple[tuple[PolicyPeriod, ...], ...]
    facts: Facts
    adoptions: Mapping[str, Mapping[int, AdoptionInterval]]
    templates: Templates

    def by_period(self) -> dict[tuple[str, int], list[MeasuredText]]:
        """Return group, number of a period -> the texts of its policies in it."""
        found: dict[tuple[str, int], list[MeasuredText]] = {}
        for history, own in in_time(zip(self.histories, self.periods, strict=True)):
            for period in own:
                for group in groups_of(history):
                    found.setdefault((group, period.number), []).append(self.facts[period.text_id])
        return found

    def shares(self, measures: tuple[str, ...], has: Callable[[MeasuredText, str], bool]) -> list[Cell]:
        """Return for each period and measure the share of policies whose text has it, in percent."""
        return [
            Cell(
                group,
                period,
                measure,
                len(texts),
                percent(sum(has(text, measure) for text in texts), len(texts)),
            )
            for group, period, texts in self.in_order(self.by_period())
            for measure in measures
        ]

    def in_order(self, found: dict[tuple[str, int], T]) -> Iterator[tuple[str, str, T]]:
        """Yield group, name of the period and value, by group and time."""
        for group, number, period in in_time(in_order(found, self.options)):
            yield group, period, found[group, number]
