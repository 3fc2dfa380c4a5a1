"""Checks of bodies: hash, size, base and depth.

Most bodies are compressed against another body, the base (db/store/bodies.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from db.database import UNREADABLE
from db.errors import DamagedBodyError, MissingBodyError, one_line
from db.store.bodies import MAX_DEPTH, Bodies
from db.verify import damaged_reader
from db.verify.faults import Faults, Problem, captures_of_body


@dataclass(frozen=True)
class _Link:
    base: int | None
    depth: int


def check(db: Database, faults: Faults, only: Collection[int] | None = None) -> None:
    """Read every body once, and add what is wrong to `faults`.

    A body is read after its base. With `only` (ids), only these bodies and their bases are read.
    """
    links = {row[0]: _Link(row[1], row[2]) for row in damaged_reader.rows(db, "bodies", "base_id, depth")}
    wanted = links.keys() if only is None else _with_bases(links, only)
    bodies = Bodies(db)
    roots: dict[int, int] = {}
    seen: set[int] = set()
    for body_id in _in_chains(links, wanted):
        seen.add(body_id)
        faults.checked["bodies"] += 1
        problem = _problem(bodies, body_id, links[body_id].base, roots)
        if problem or links[body_id].base in faults.blocked:
            faults.blocked.add(body_id)
        if problem:
            faults.lost.add(body_id)
        elif problem := _wrong_place(links, body_id, faults.lost):
            faults.orphans.add(body_id)
        if problem:
            _add(db, faults, body_id, problem)
    for body_id in sorted(wanted - seen):
        faults.lost.add(body_id)
        faults.blocked.add(body_id)
        circle = _in_a_circle(links, body_id)
        _add(db, faults, body_id, "its bases form a circle" if circle else "its base is missing")
    faults.left_out["bodies"] = len(links) - len(wanted)


def _add(db: Database, faults: Faults, body_id: int, what: str) -> None:
    faults.add(Problem("bodies", "bodies", body_id, what, captures_of_body(db, body_id)))


def _problem(bodies: Bodies, body_id: int, base: int | None, roots: dict[int, int]) -> str | None:
    """Return what is wrong with a body, or None.

    `roots` is body id -> id of the damaged body that is the cause, and is filled by this function.
    """
    try:
        bodies.get(body_id)
    except DamagedBodyError as error:
        what = "does not decompress to its hash and size" if error.decompresses else "does not decompress"
    except (*UNREADABLE, MissingBodyError) as error:
        what = f"cannot be read: {one_line(error)}"
    else:
        return None
    root = body_id if base is None else roots.get(base, body_id)
    roots[body_id] = root
    return what if root == body_id else f"cannot be read: its base, body {root}, is damaged"


def _with_bases(links: dict[int, _Link], only: Collection[int]) -> set[int]:
    wanted: set[int] = set()
    for body_id in only:
        step: int | None = body_id
        while step in links and step not in wanted:
            wanted.add(step)
            step = links[step].base
    return wanted


def _in_chains(links: dict[int, _Link], wanted: Collection[int]) -> Iterator[int]:
    """Yield the ids of bodies, each soon after its base.

    The base is then still in memory.
    """
    resting: defaultdict[int | None, list[int]] = defaultdict(list)
    for body_id in sorted(wanted, reverse=True):
        resting[links[body_id].base].append(body_id)
    stack = resting[None]
    while stack:
        body_id = stack.pop()
        yield body_id
        stack += resting[body_id]


def _in_a_circle(links: dict[int, _Link], body_id: int) -> bool:
    step: int | None = body_id
    for _ in range(len(links) + 1):
        step = links[step].base if step in links else None
        if step is None:
            return False
        if step == body_id:
            return True
    return True


def _wrong_place(links: dict[int, _Link], body_id: int, lost: Collection[int]) -> str | None:
    """Return what is wrong with the base or depth of a body, or None.

    The body itself can be read.
    """
    link = links[body_id]
    if link.base in lost:
        return f"can still be read, but its base, body {link.base}, is damaged"
    depth = 0 if link.base is None else links[link.base].depth + 1
    if link.depth != depth or not 0 <= depth <= MAX_DEPTH:
        return f"its depth is {link.depth}, but must be {depth}"
    return None
