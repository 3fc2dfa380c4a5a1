"""SQLite's functions for visitors: the same results, and no call that takes seconds."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.web.limits import connections
from tests.db.web.conftest import Ask


@pytest.fixture
def ask(serve: Callable[..., Ask], shop: Path) -> Ask:
    return serve(shop)


def limited() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connections.restrict(connection, allows_sql=True)
    return connection


@pytest.mark.parametrize(
    "call",
    [
        "printf('%.*c', 2000000000, 'a')",
        "printf('%.*c', -2000000000, 'a')",
        "printf('%.*c', '2000000000', 'a')",
        "printf('%.*c', 2e9, 'a')",
        "format('%.2000000000c', 'a')",
        "printf('%s%-5.2000000000c%s', 1, 2, 3)",
        "printf('%!.*lc', 2000000000, 'é')",
        "printf(replace(printf('%.*c', 9000, 'a'), 'a', '%.390000c'))",
    ],
)
def test_a_long_repetition_ends_at_once(ask: Ask, call: str) -> None:
    answer = ask(f"/archive.json?_shape=arrays&sql={quote('select ' + call)}")
    assert (answer.status_code, answer.json()["rows"]) == (200, [[None]])


@pytest.mark.parametrize(
    "call",
    [
        "printf('%.3c', 'a')",
        "printf('%5.2f|%-6s|%05d|%x', 3.14159, 'ab', 42, 255)",
        "printf('%d', 3000000000)",
        "printf('%s %q', null, 'it''s')",
        "printf('%s', x'41')",
        "printf()",
        "printf(null)",
        "printf('%,d %%', 12345)",
        "format('%.*s', 2, 'abc')",
        "printf('%c', 'abc')",
        "printf('%!.1c', 'é')",
        "instr(null, 'a')",
        "instr(x'0102', x'02')",
        "instr(x'6162', 'b')",
        "instr(12345, 34)",
        "replace(12345, 3, 'x')",
        "replace('abc', null, 'x')",
        "trim(' a ')",
        "trim(12.50, 0)",
        "rtrim('ab', null)",
        'json_patch(\'{"a":1}\', \'{"a":null,"b":[2]}\')',
        "json_patch('{}', null)",
    ],
)
def test_a_function_returns_what_sqlite_returns(call: str) -> None:
    plain = sqlite3.connect(":memory:").execute(f"select {call}").fetchone()
    assert tuple(limited().execute(f"select {call}").fetchone()) == plain


TEXT = st.text("ab é\n😀", max_size=12)
CALLS = "instr(:a, :b), replace(:a, :b, :c), trim(:a, :b), ltrim(:a, :b), rtrim(:a, :b)"


@given(a=TEXT, b=TEXT, c=TEXT)
def test_functions_of_texts_return_what_sqlite_returns(a: str, b: str, c: str) -> None:
    values = {"a": a, "b": b, "c": c}
    plain = sqlite3.connect(":memory:").execute(f"select {CALLS}", values).fetchone()
    assert tuple(limited().execute(f"select {CALLS}", values).fetchone()) == plain


# SQLite's own functions take 1 to 9 seconds for each of these, and more on a slow machine.
LONG = "a" * 399_000
MANY = "".join(map(chr, range(0x4E00, 0x4E00 + 12_000)))


@pytest.mark.parametrize(
    ("call", "values", "result"),
    [
        ("instr(?, ?)", [LONG, LONG[:200_000] + "b"], 0),
        ("length(replace(?, ?, ''))", [LONG, LONG[:200_000] + "b"], 399_000),
        ("length(trim(?, ?))", [LONG, MANY + "a"], 0),
        ("length(rtrim(?, ?))", [LONG, MANY], 399_000),
    ],
)
def test_long_texts_take_time_in_proportion(call: str, values: list[str], result: int) -> None:
    assert limited().execute(f"select {call}", values).fetchone()[0] == result


@pytest.mark.parametrize(
    ("call", "values"),
    [
        ("json_patch(?, ?)", ["{}" + " " * 390_000, "{}" + " " * 390_000]),
        ("instr(?, ?)", [LONG, LONG.encode()]),
        ("trim(?, ?)", [LONG, LONG.encode()]),
        ("replace(?, 'a', ?)", [LONG, LONG]),
    ],
)
def test_long_values_without_a_quick_function_are_refused(call: str, values: list[object]) -> None:
    with pytest.raises(sqlite3.DataError, match="too big"):
        limited().execute(f"select {call}", values)


def test_visitors_cannot_call_snippet(ask: Ask) -> None:
    found = "(versions_fts, 1, '', '') from versions_fts where versions_fts match 'privacy'"
    answer = ask(f"/archive.json?sql={quote('select snippet' + found)}")
    assert (answer.status_code, answer.json()["error"]) == (400, "not authorized to use function: snippet")
    assert ask(f"/archive.json?sql={quote('select highlight' + found)}").status_code == 200
