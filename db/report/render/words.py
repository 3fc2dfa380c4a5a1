"""What stands above a report and below its tables: what its numbers are about, and how to read them."""

from typing import NamedTuple

from db.report.options import ReportOptions
from db.report.render.svg import FEW
from db.report.table import ReportTable

HOLLOW = f"In a picture, a dot is hollow if its n is below {FEW}."
DIFFERENT = (
    "Published figures are about other policies than those of this archive file: a difference can come from"
    " that alone. The notes below a table name the source of its figures."
)


def explained(table: ReportTable) -> list[str]:
    """Return what stands below a table, in Markdown: how to read it, its definition, its source and notes."""
    signs = [f"n counts {table.counted}."]
    if any(panel.unit == "%" for panel in table.panels):
        signs.append("Shares are in percent.")
    if table.has_bounds:
        signs.append("12 [8–20] is a value, and its bounds `low` and `high`.")
    if any(cell.value is None for cell in table.cells):
        signs.append("– means that nothing is known.")
    return [
        " ".join(signs),
        f"**Definition.** {table.definition}",
        f"**Source.** {table.source}.",
        *(f"**Note.** {note}" for note in table.notes),
    ]


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
