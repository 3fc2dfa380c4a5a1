"""What a user can choose about a report."""

from dataclasses import dataclass

from db.query.panel import PERIODS

DAY = "day"  # of adoption only
EVERY = ("half-year", "quarter", "year", DAY)
LANGUAGE, HISTORY = "language", "history"  # groups that every archive file has


@dataclass(frozen=True)
class ReportOptions:
    """The choices of a report.

    `every` is the length of a period, one of EVERY. With `as_published`, the tables are computed as the
    papers define them, with their lists and slips; otherwise with brackets and corrected lists. `group` is
    LANGUAGE, HISTORY or the name of an attribute of retailers; "" means no groups. With `compare`, published
    figures are put beside those of the archive file. `adoptions` are the questions of the table of adoption,
    such as `phrase:we do not sell`.
    """

    every: str = "half-year"
    as_published: bool = False
    group: str = ""
    compare: bool = False
    adoptions: tuple[str, ...] = ()

    @property
    def months(self) -> int:
        """The length of a period in months."""
        return PERIODS[self.every if self.every != DAY else EVERY[0]]
