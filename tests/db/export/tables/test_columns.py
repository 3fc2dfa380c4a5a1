"""docs/columns.md is made of the columns in the code: run this file to write it again."""

from collections.abc import Iterator

from db.export.tables import all_texts, captures, changes, claims, findings, panel, promises, texts, versions
from db.export.tables.columns import Column
from tests.support.paths import DOCS

PAGE = DOCS / "columns.md"
TABLES = (
    versions.TABLE,
    changes.TABLE,
    findings.TABLE,
    claims.TABLE,
    promises.TABLE,
    captures.TABLE,
    all_texts.TABLE,
    texts.TABLE,
    panel.TABLE,
)
TYPES = {
    "text": "text",
    "texts": "list of text",
    "number": "integer",
    "share": "number",
    "flag": "true or false",
    "day": "day",
    "moment": "moment",
}
BEGINNING = """# Columns of exported tables

[exports.md](exports.md) says which format writes which table. This page is made from the code. Beside these
columns, each table has a column `attribute_NAME` for each [attribute](glossary.md) of retailers in the
archive file.

In JSON, moments and days are text (`2014-05-30T13:02:40Z`), in Parquet a timestamp in UTC and a date. An
unknown value is `null`, in CSV an empty cell. CSV has no lists of rows.
"""


def lines(columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| column | type | is |"
    yield "|---|---|---|"
    for name, of, meaning in columns:
        yield f"| `{name}` | {TYPES[of] if isinstance(of, str) else 'list of rows, below'} | {meaning} |"
    for name, of, _ in columns:
        if not isinstance(of, str):
            yield ""
            yield f"A row of `{name}`:"
            yield ""
            yield from lines(of)


def page() -> str:
    parts = [BEGINNING]
    for table in TABLES:
        parts += [
            f"## `{table.name}`\n",
            f"A row is {table.rows_are}.\n",
            "\n".join(lines(table.columns)) + "\n",
        ]
    return "\n".join(parts)


def test_the_page_is_made_of_the_columns():
    assert PAGE.read_text() == page()


def test_a_table_is_recognised_by_columns_of_its_own():
    for table in TABLES:
        names = [{column.name for column in other.columns} for other in TABLES if other is not table]
        assert table.key <= {column.name for column in table.columns}
        assert not any(table.key <= columns for columns in names)


if __name__ == "__main__":
    PAGE.write_text(page())
