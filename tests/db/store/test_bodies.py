import random
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from db.database import open_archive
from db.errors import DamagedBodyError, MissingBodyError
from db.store import bodies
from db.store.bodies import MAX_DEPTH, Bodies
from tests.support.shop import Shop

NOISE = random.Random(1).randbytes(4_000)  # does not compress, so that what a base saves can be seen


def stamp(number: int) -> str:
    return f"{20000101000000 + number}"


def store(shelf: Shop, body: bytes, number: int = 0) -> int:
    """Put a body as a capture of the shelf's page and give the body's id."""
    capture = shelf.list(stamp(number), digest=f"D{number}")
    shelf.fetch(capture, body)
    (body_id,) = shelf.row(capture, "body_id")
    return int(str(body_id))


def stored(shelf: Shop) -> list[tuple[Any, ...]]:
    return shelf.db.execute(
        "select id, size, base_id, depth, length(data) from bodies order by id"
    ).fetchall()


def test_a_body_is_stored_once_whichever_capture_has_it(shelf: Shop, neighbour: Shop) -> None:
    assert store(shelf, NOISE, 1) == store(shelf, NOISE, 2) == store(neighbour, NOISE, 3)
    assert len(stored(shelf)) == 1


def test_a_body_is_compressed_against_the_one_before_it_in_time(shelf: Shop) -> None:
    first = store(shelf, NOISE, 1)
    store(shelf, b"another page altogether", 9)
    third = store(shelf, NOISE + b"changed", 5)
    _, size, base, depth, compressed = stored(shelf)[-1]
    assert (third, size, base, depth) == (3, len(NOISE) + 7, first, 1)
    assert compressed < 100


def test_the_oldest_body_is_compressed_against_the_next_one(shelf: Shop) -> None:
    later = store(shelf, NOISE, 9)
    store(shelf, NOISE[1:], 1)
    assert stored(shelf)[-1][2] == later


def test_pages_do_not_share_bases(shelf: Shop, neighbour: Shop) -> None:
    store(shelf, NOISE, 1)
    store(neighbour, NOISE[1:], 2)
    assert [row[2:4] for row in stored(shelf)] == [(None, 0), (None, 0)]


@pytest.mark.parametrize("body", [b"", b"\0", b"x" * 100_000, NOISE])
def test_any_body_comes_back(shelf: Shop, body: bytes) -> None:
    store(shelf, b"before", 1)
    body_id = store(shelf, body, 2)
    after = store(shelf, body + b"after", 3)
    fresh = Bodies(shelf.db)
    assert (fresh.get(body_id), fresh.get(after)) == (body, body + b"after")


def test_an_empty_body_is_no_base(shelf: Shop) -> None:
    store(shelf, b"", 1)
    store(shelf, NOISE, 2)
    assert stored(shelf)[-1][2:4] == (None, 0)


def test_a_chain_is_cut_by_a_full_body(shelf: Shop) -> None:
    ids = [store(shelf, NOISE + str(number).encode(), number) for number in range(MAX_DEPTH + 3)]
    assert [row[3] for row in stored(shelf)] == [*range(MAX_DEPTH + 1), 0, 1]
    assert Bodies(shelf.db).get(ids[MAX_DEPTH]) == NOISE + str(MAX_DEPTH).encode()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.binary(max_size=60)), max_size=20), st.integers(0, 3))
def test_bodies_come_back_in_whatever_order_they_came_and_no_chain_is_too_long(
    arrivals: list[tuple[int, bytes]], max_depth: int
) -> None:
    shelf = Shop(open_archive(":memory:", create=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "MAX_DEPTH", max_depth)
        patch.setattr(bodies, "CACHE_BYTES", 50)  # a few bodies only, so that chains are read through
        held = {store(shelf, body, number): body for number, body in dict(arrivals).items()}
        again = Bodies(shelf.db)
        for reader in (again, again, shelf.bodies):
            assert {body_id: reader.get(body_id) for body_id in held} == held
        assert all(depth <= max_depth for *_, depth, _ in stored(shelf))
        assert sorted(held.values()) == sorted(set(dict(arrivals).values()))


def test_the_cache_holds_what_it_may_and_the_last_one_at_least(
    shelf: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "CACHE_BYTES", 10)
    ids = [store(shelf, bytes([number]) * 6, number) for number in range(3)]
    assert list(shelf.bodies._recent) == ids[-1:]
    big = store(shelf, NOISE, 9)
    assert (list(shelf.bodies._recent), shelf.bodies._recent_bytes) == ([big], len(NOISE))


def test_a_body_that_is_not_there(db: Database) -> None:
    with pytest.raises(MissingBodyError, match=r"^body 7 is missing from the archive; see 'policytrail"):
        Bodies(db).get(7)


def test_a_damaged_body_is_an_error_and_no_other_text(shelf: Shop) -> None:
    body_id = store(shelf, NOISE)
    shelf.db.execute("update bodies set data = substr(data, 1, 200)")
    with pytest.raises(DamagedBodyError, match="body 1 is damaged; see 'policytrail verify'"):
        Bodies(shelf.db).get(body_id)


def test_a_body_on_a_damaged_base_is_an_error_that_names_the_base(shelf: Shop) -> None:
    """It would decompress to other bytes, silently: a dictionary is part of what is read."""
    base = store(shelf, NOISE, 1)
    body_id = store(shelf, NOISE + b"changed", 2)
    other = bodies._compress(NOISE[::-1], None)
    shelf.db.execute("update bodies set data = ? where id = ?", [other, base])
    with pytest.raises(DamagedBodyError, match="body 1, on which body 2 rests, is damaged"):
        Bodies(shelf.db).get(body_id)


def test_a_body_that_rests_on_the_whole_part_of_a_damaged_base_is_read(shelf: Shop) -> None:
    base = store(shelf, NOISE + NOISE[::-1], 1)
    body_id = store(shelf, NOISE + b"changed", 2)
    damaged = bodies._compress(NOISE + bytes(len(NOISE)), None)
    shelf.db.execute("update bodies set data = ? where id = ?", [damaged, base])
    held = Bodies(shelf.db)
    assert held.get(body_id) == NOISE + b"changed"
    with pytest.raises(DamagedBodyError, match="body 1 is damaged"):
        held.get(base)


def test_bases_that_go_in_a_circle_are_an_error(shelf: Shop) -> None:
    store(shelf, NOISE, 1)
    body_id = store(shelf, NOISE + b"changed", 2)
    shelf.db.execute("update bodies set base_id = 2 where id = 1")
    with pytest.raises(DamagedBodyError, match="body 2 has no sound base"):
        Bodies(shelf.db).get(body_id)


@pytest.mark.parametrize("size", [-1, 10, 2**40])
def test_a_size_that_is_wrong_is_not_believed(shelf: Shop, size: int) -> None:
    body_id = store(shelf, NOISE)
    shelf.db.execute("update bodies set size = ?", [size])
    with pytest.raises(DamagedBodyError):
        Bodies(shelf.db).get(body_id)


class WithoutMemory:
    """Zstandard when the machine has no memory for it."""

    def __init__(self, **_: Any) -> None: ...

    def compress(self, _: bytes) -> bytes:
        raise zstandard.ZstdError("cannot compress: Allocation error : not enough memory")

    def decompress(self, *_: Any, **__: Any) -> bytes:
        raise zstandard.ZstdError("decompression error: Allocation error : not enough memory")


def test_too_little_memory_is_no_damage(shelf: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    body_id = store(shelf, NOISE)
    monkeypatch.setattr(zstandard, "ZstdDecompressor", WithoutMemory)
    with pytest.raises(MemoryError):
        Bodies(shelf.db).get(body_id)
    monkeypatch.setattr(zstandard, "ZstdCompressor", WithoutMemory)
    with pytest.raises(MemoryError):
        store(shelf, NOISE[::-1], 1)
