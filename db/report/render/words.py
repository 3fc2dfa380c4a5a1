"""What stands above a report: its title, and what its numbers are about."""

from typing import NamedTuple

from db.report.options import ReportOptions

DIFFERENT = (
    "The figures of the papers are about other populations: Amos et al. read 910,546 English policies of"
    " 108,499 popular sites of all kinds, 1997 to 2019. This archive file has the policies of its own list"
    " of retailers. A difference can come from that alone."
)


class Preface(NamedTuple):
    """The title of a report, and the paragraphs below it, in plain text."""

    title: str
    paragraphs: tuple[str, ...]


def preface(policies: int, captures: int, first: str, last: str, options: ReportOptions) -> Preface:
    """Return the preface for so many policies and good captures, between two moments (ISO 8601)."""
    if not policies:
        return Preface("Report", ("The archive file has no good capture, so there is nothing to report.",))
    about = (
        f"{policies:,} {'policy' if policies == 1 else 'policies'} with {captures:,} good"
        f" {'capture' if captures == 1 else 'captures'}, from {first[:10]} to {last[:10]}, by"
        f" {options.every}."
    )
    way = (
        "Computed as the papers define it, with their lists and slips."
        if options.as_published
        else "Computed with brackets and corrected lists. A change lies between two captures; where that"
        " matters, a cell has a value and its bounds: 12 [8–20]."
    )
    return Preface("Report", (about, way, *((DIFFERENT,) if options.compare else ())))
