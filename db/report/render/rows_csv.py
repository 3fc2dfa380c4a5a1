"""The cells of a table as CSV (RFC 4180), one line a cell."""

import csv
import io

from db.processor_time import in_time
from db.report.table import ReportTable
from db.text_cells import safe

COLUMNS = ("table", "group", "period", "measure", "n", "value", "low", "high", "published")


def as_csv(table: ReportTable) -> str:
    """Return a table as CSV, below a line with COLUMNS. An empty field means that nothing is known."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe(row[name]) for name in COLUMNS] for row in in_time(table.rows()))
    return text.getvalue()
