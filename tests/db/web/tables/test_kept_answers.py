"""Slow answers are kept while the file stays as it is, and never longer."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from datasette.database import Results

from db.web.limits import time_limits
from db.web.tables import kept_answers
from db.web.tables.kept_answers import KeptAnswers

OLD = 1_500_000_000


class Asked:
    """A database that counts how often it is asked."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows, self.times = rows, 0

    async def execute(
        self, sql: str, params: Any = None, custom_time_limit: int | None = None, **_: Any
    ) -> Results:
        self.times += 1
        self.limit = custom_time_limit
        return Results(list(self.rows), False, (("a",),))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_answers, "SLOW", 0)
    path = tmp_path / "archive.db"
    path.write_bytes(b"1")
    os.utime(path, (OLD, OLD))
    return path


def ask(kept: KeptAnswers, *queries: Any, **options: Any) -> list[list[Any]]:
    async def all_of_them() -> list[list[Any]]:
        return [(await kept(*query, **options)).rows for query in queries]

    return asyncio.run(all_of_them())


def test_an_answer_is_kept(path: Path) -> None:
    asked = Asked([(1,)])
    kept = KeptAnswers(asked.execute, path)
    first, second = ask(
        kept, ("select a from t where b = :p", {"p": 1}), ("select a from t where b = :p", {"p": 1})
    )
    assert first == second == [(1,)]
    assert asked.times == 1
    second.append((2,))
    assert ask(kept, ("select a from t where b = :p", {"p": 1})) == [[(1,)]]


@pytest.mark.parametrize(
    "other",
    [
        ("select a from u", {"p": 1}),
        ("select a from t", {"p": 2}),
        ("select a from t", [1]),
        ("select a from t",),
    ],
)
def test_another_query_has_another_answer(path: Path, other: tuple[Any, ...]) -> None:
    asked = Asked([(1,)])
    ask(KeptAnswers(asked.execute, path), ("select a from t", {"p": 1}), other)
    assert asked.times == 2


@pytest.mark.parametrize(
    "sql",
    [
        "select random()",
        "select datetime('NOW')",
        "select current_timestamp",
        "select datetime ( )",
        "select strftime('%Y')",
    ],
)
def test_what_changes_by_itself_is_not_kept(path: Path, sql: str) -> None:
    asked = Asked([(1,)])
    ask(KeptAnswers(asked.execute, path), (sql,), (sql,))
    assert asked.times == 2


@pytest.mark.parametrize(
    "sql", ["select known from t", "select date(a), strftime('%Y', a) from known_changes"]
)
def test_a_name_with_now_inside_is_no_moment(path: Path, sql: str) -> None:
    asked = Asked([(1,)])
    ask(KeptAnswers(asked.execute, path), (sql,), (sql,))
    assert asked.times == 1


@pytest.mark.parametrize(
    ("query_string", "options", "limit"),
    [
        ("", {}, 5_000),
        ("_where=1", {}, 1_000),
        ("", {"custom_time_limit": 7}, 7),
        ("_where=1", {"custom_time_limit": 5_000}, 1_000),
    ],
)
def test_a_page_without_parameters_has_more_time(
    path: Path, query_string: str, options: dict[str, Any], limit: int
) -> None:
    asked = Asked([(1,)])
    kept = KeptAnswers(asked.execute, path)

    async def page() -> None:
        time_limits.begin("/archive/gaps", query_string)
        await kept("select a from t", **options)

    asyncio.run(page())
    assert asked.limit == limit


@pytest.mark.parametrize("name", ["archive.db", "archive.db-wal"])
def test_a_written_file_ends_all(path: Path, name: str) -> None:
    asked = Asked([(1,)])
    kept = KeptAnswers(asked.execute, path)
    ask(kept, ("select a",))
    changed = path.with_name(name)
    changed.write_bytes(b"22")
    ask(kept, ("select a",), ("select a",))
    assert asked.times == 3  # it was written just now, and could be written again within the same tick
    os.utime(changed, (OLD + 1, OLD + 1))
    ask(kept, ("select a",), ("select a",))
    assert asked.times == 4


def test_what_is_fast_or_large_is_not_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = Asked([("x" * kept_answers.LARGEST, 1)])
    ask(KeptAnswers(large.execute, path), ("select a",), ("select a",))
    monkeypatch.setattr(kept_answers, "SLOW", 60)
    fast = Asked([(1,)])
    ask(KeptAnswers(fast.execute, path), ("select a",), ("select a",))
    assert (large.times, fast.times) == (2, 2)


def test_only_the_last_answers_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "MOST", 2)
    asked = Asked([(1,)])
    kept = KeptAnswers(asked.execute, path)
    ask(kept, ("select 1",), ("select 2",), ("select 1",), ("select 3",), ("select 1",))
    assert asked.times == 3
    ask(kept, ("select 2",))
    assert asked.times == 4


def test_a_query_that_fails_is_asked_again(path: Path) -> None:
    async def fail(sql: str, params: Any = None, **_: Any) -> Results:
        raise ValueError(sql)

    kept = KeptAnswers(fail, path)
    for _ in range(2):
        with pytest.raises(ValueError, match="select a"):
            ask(kept, ("select a",))
