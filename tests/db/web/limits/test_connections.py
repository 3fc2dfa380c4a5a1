"""Limits of SQLite for visitors' SQL, and pages of ours that do not wait for it."""

import asyncio
import json
import random
import sqlite3
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from db.web.limits import connections
from tests.db.web.conftest import Ask, Builder

COUNT = "with recursive c(x) as (select 1 union all select x + 1 from c)"
TWO = f"({COUNT} select x from c limit 2)"
WIDE = "select " + ", ".join(["{}"] * 90)


@pytest.fixture
def ask(serve: Callable[..., Ask], shop: Path) -> Ask:
    return serve(shop)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("select zeroblob(200000000)", "too big"),
        (f"select group_concat(printf('%.*c', 300000, 'a')) from {TWO}", "too big"),
        (WIDE.format(*["zeroblob(390000)"] * 90), "more than 8 MB"),
        (WIDE.format(*["printf('%.*c', 390000, 'a')"] * 90), "more than 8 MB"),
        (
            "with recursive c(x) as (select 1 union all select x + 1 from c) select zeroblob(300000) from c",
            "8 MB",
        ),
        ("select " + " + ".join(["1"] * 1_000), "Expression tree is too large"),
        (" union all ".join(["select 1"] * 60), "too many terms in compound SELECT"),
        ("select " + ", ".join(["1"] * 101), "too many columns"),
        (f"select {', '.join(['?'] * 2_001)}", "too many"),
        ("select 1 where 'a' like '" + "%a" * 600 + "'", "LIKE or GLOB pattern too complex"),
        ("select '" + "a" * 100_001 + "'", "too large"),
    ],
)
def test_sql_that_would_take_too_much_is_refused(shop: Path, sql: str, error: str) -> None:
    connection = sqlite3.connect(shop)
    connections.restrict(connection, allows_sql=True)
    with pytest.raises((sqlite3.Error, OverflowError), match=error):
        connection.execute(sql).fetchall()
    assert connection.execute("select 1").fetchone()[0] == 1


def test_a_function_makes_no_long_value(shop: Path) -> None:
    connection = sqlite3.connect(shop)
    connections.restrict(connection, allows_sql=True)
    made = connection.execute("select printf('%.*c', 100000000, 'a'), hex(zeroblob(300))").fetchone()
    assert tuple(made) == (None, "00" * 300)


def test_an_answer_below_the_limit_is_whole(shop: Path) -> None:
    connection = sqlite3.connect(shop)
    connections.restrict(connection, allows_sql=True)
    sql = f"{COUNT} select printf('%.*c', 390000, 'a') from c"
    for _ in range(3):  # each query has the whole budget
        assert len(connection.execute(f"{sql} limit 20").fetchall()) == 20


def test_without_sql_of_visitors_long_bodies_can_be_read(builder: Builder) -> None:
    connection = sqlite3.connect(builder.path)
    builder.db.execute("create table big as select randomblob(1000000) as content")
    connections.restrict(connection, allows_sql=False)
    assert len(connection.execute("select content from big").fetchone()[0]) == 1_000_000


def test_datasettes_connections_have_the_limits(ask: Ask) -> None:
    answer = ask(f"/archive.json?sql={quote('select zeroblob(500000)')}")
    assert (answer.status_code, answer.json()["error"]) == (400, "string or blob too big")


def test_our_pages_read_values_of_any_length(serve: Callable[..., Ask], builder: Builder) -> None:
    body = random.Random(7).randbytes(1_000_000)  # which cannot be compressed
    page = builder.page("https://long.example/", retailer="long.example")
    builder.capture(page, "20200101000000", "https://long.example/", body)
    answer = serve(builder.path)("/web/20200101000000id_/https://long.example/")
    assert (answer.status_code, answer.content) == (200, body)


def test_our_pages_do_not_wait_for_sql_of_visitors(shop: Path) -> None:
    datasette = Datasette([str(shop)])
    release = threading.Event()

    async def run() -> list[int]:
        await datasette.invoke_startup()
        database = datasette.get_database("archive")
        blocked = [asyncio.ensure_future(database.execute_fn(lambda _: release.wait(60))) for _ in range(6)]
        try:
            async with asyncio.timeout(30):
                paths = ("/", "/archive/-/policies", "/cdx/search/cdx?url=shop.example/privacy")
                return [(await datasette.client.get(path)).status_code for path in paths]
        finally:
            release.set()
            await asyncio.gather(*blocked)

    statuses = asyncio.run(run())
    assert statuses in ([200, 200, 200], [302, 200, 200])


def test_no_threads_of_datasette_no_threads_of_ours(serve: Callable[..., Ask], shop: Path) -> None:
    ask = serve(shop, settings={"num_sql_threads": 0})
    assert ask("/archive/-/policies").status_code == 200
    assert json.loads(ask("/archive/captures.json?_shape=array&_size=1").text)


def test_an_error_keeps_no_row_in_memory(shop: Path) -> None:
    connection = sqlite3.connect(shop)
    connections.restrict(connection, allows_sql=True)
    tracemalloc.start()
    errors = []
    for _ in range(5):
        try:
            connection.execute(WIDE.format(*["zeroblob(390000)"] * 90)).fetchall()
        except sqlite3.OperationalError as error:
            errors.append(error)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(errors), kept < 1_000_000) == (5, True)


def test_an_interrupted_query_leaves_no_cursor_to_the_server() -> None:
    # Deleting it waits for the connection: once the event loop did, and waited for the next visitor's query.
    class Cursor:
        pass

    cursors: list[weakref.ref[Cursor]] = []

    def query() -> None:
        cursor = Cursor()
        cursors.append(weakref.ref(cursor))
        raise sqlite3.OperationalError("interrupted")

    def execute() -> None:
        try:
            query()
        except sqlite3.OperationalError as error:
            raise ValueError("too long", error) from error

    with ThreadPoolExecutor(1) as visitors:
        error = connections.Lanes(visitors).submit(execute).exception()
        assert isinstance(error, ValueError)
        assert [cursor() for cursor in cursors] == [None]
