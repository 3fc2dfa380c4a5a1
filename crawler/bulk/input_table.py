"""The table of the inputs of a result, `inputs.parquet`: a row for each, with what was counted in it.

It is no part of `_manifest.json`, because a result can have a hundred thousand inputs.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bulk.counts import DerivedFile
from crawler.bulk.sources.inputs import Input
from crawler.bulk.storage.store import Store, is_damage
from crawler.errors import DamagedResultError
from db.export.writers.parquet import pyarrow

NAME = "inputs.parquet"
_RECORDS = re.compile(r"records/[0-9a-f]{24}\.parquet")
_TEXTS = ("source", "changed", "damage", "passed_over", "failed", "failure")
_NUMBERS = ("bytes", "taken")


@dataclass(frozen=True)
class InputRow:
    """An input of a result: its files of records, what was counted, and why it failed ("").

    Of one that failed, and whose records are older than the result, they are named and not counted.
    """

    one: Input
    records: tuple[str, ...]
    counted: DerivedFile
    failure: str = ""


def write(store: Store, rows: Sequence[InputRow]) -> None:
    """Write the table, in the order of the inputs."""
    pa = pyarrow()
    table = pa.Table.from_pylist([_row(row) for row in rows], _schema(pa))
    store.put(NAME, lambda stream: pa.parquet.write_table(table, stream, compression="zstd"))


def read(store: Store) -> list[InputRow]:
    """Return the rows of the table.

    Raises DamagedResultError, also if it is missing; errors of the machine and of servers as they are.
    """
    pa = pyarrow()
    try:
        with store.open(NAME) as file:
            table = pa.parquet.read_table(file)
        if table.schema.remove_metadata() != _schema(pa):
            raise ValueError("its columns are others")
        return [_input(row) for row in table.to_pylist()]
    except FileNotFoundError:
        raise DamagedResultError(f"{store.address(NAME)} is missing") from None
    except Exception as error:
        if not is_damage(error):
            raise
        raise DamagedResultError(f"{store.address(NAME)} is damaged") from error


def earlier(store: Store) -> dict[str, InputRow]:
    """Return the inputs of an earlier run that have records, by their sources.

    Return {} if the table is missing or damaged. Raises the errors of the machine and of
    servers: the table is still there.
    """
    try:
        return {row.one.source: row for row in read(store) if row.records}
    except DamagedResultError:
        return {}


def _row(row: InputRow) -> dict[str, Any]:
    return {
        "source": row.one.name,
        "records": list(row.records),
        "bytes": row.one.size,
        "changed": row.one.changed,
        "taken": row.counted.taken,
        "passed_over": _counts(row.counted.passed_over),
        "failed": _counts(row.counted.failed),
        "faults": row.counted.faults,
        "damage": row.counted.damage,
        "failure": row.failure,
    }


def _counts(counts: Mapping[str, int]) -> str:
    return json.dumps(counts, sort_keys=True)


def _input(row: Mapping[str, Any]) -> InputRow:
    if not all(map(_RECORDS.fullmatch, row["records"])):
        raise ValueError("it names a file outside of the result")
    counted = DerivedFile.of(
        {
            "taken": row["taken"],
            "passed_over": json.loads(row["passed_over"]),
            "failed": json.loads(row["failed"]),
            "faults": row["faults"],
            "damage": row["damage"],
        }
    )
    return InputRow(
        Input(row["source"], row["bytes"], row["changed"]), tuple(row["records"]), counted, row["failure"]
    )


def _schema(pa: Any) -> Any:
    names = ("source", "records", "bytes", "changed", "taken", "passed_over", "failed", "faults", "damage")
    types = dict.fromkeys(_TEXTS, pa.string()) | dict.fromkeys(_NUMBERS, pa.int64())
    types |= dict.fromkeys(("records", "faults"), pa.list_(pa.string()))
    return pa.schema([pa.field(name, types[name]) for name in (*names, "failure")])
