"""Bodies: each decompresses to its hash and size, from a base that is there, in chains that end and count their depth."""

import hashlib
import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from db.store.bodies import CACHE_BYTES, MAX_DEPTH, decompress
from db.verify import affected_captures, damaged_reader
from db.verify.findings import Findings, Problem


@dataclass(frozen=True)
class _Link:
    base: int | None
    depth: int


def check(db: Database, findings: Findings, only: Collection[int] | None = None) -> None:
    """Read every body, or those of `only` and what they rest on, each once and in the order of their chains."""
    links = {row[0]: _Link(row[1], row[2]) for row in damaged_reader.rows(db, "bodies", "base_id, depth")}
    wanted = links.keys() if only is None else _with_bases(links, only)
    reading = _Reading(db, links)
    for body_id in _in_chains(links, wanted):
        findings.checked["bodies"] += 1
        problem = reading.problem(body_id)
        if problem or links[body_id].base in findings.blocked:
            findings.blocked.add(body_id)
        if problem:
            findings.lost.add(body_id)
            findings.add(
                Problem("bodies", "bodies", body_id, problem, affected_captures.of_body(db, body_id))
            )
        elif wrong := _wrong_place(links, body_id, findings.lost):
            findings.orphans.add(body_id)
            findings.add(Problem("bodies", "bodies", body_id, wrong, affected_captures.of_body(db, body_id)))
    for body_id in sorted(wanted - reading.seen):
        findings.lost.add(body_id)
        findings.blocked.add(body_id)
        what = (
            "it rests on itself, in a circle"
            if _in_a_circle(links, body_id)
            else "the body that it rests on is not there"
        )
        findings.add(Problem("bodies", "bodies", body_id, what, affected_captures.of_body(db, body_id)))
    findings.left_out["bodies"] = len(links) - len(wanted)


def as_it_is(db: Database, body_id: int) -> bytes | None:
    """A body as its chain gives it, whatever the hashes of what it rests on; None where it is not what its own hash says."""
    chain: list[tuple[str, int, bytes]] = []
    step: int | None = body_id
    while step is not None and len(chain) <= MAX_DEPTH:
        row = db.execute("select base_id, sha256, size, data from bodies where id = ?", [step]).fetchone()
        if row is None:
            return None
        chain.append(row[1:])
        step = row[0]
    body: bytes | None = b""
    for _, size, data in reversed(chain):
        body = None if body is None else decompress(data, size, body)
    sha256, size, _ = chain[0]
    return (
        body
        if body is not None and len(body) == size and hashlib.sha256(body).hexdigest() == sha256
        else None
    )


def _with_bases(links: dict[int, _Link], only: Collection[int]) -> set[int]:
    wanted: set[int] = set()
    for body_id in only:
        step: int | None = body_id
        while step in links and step not in wanted:
            wanted.add(step)
            step = links[step].base
    return wanted


def _in_chains(links: dict[int, _Link], wanted: Collection[int]) -> Iterator[int]:
    """The bodies so that each follows its base, as closely as may be: what was just decompressed serves the next one."""
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
    """What is wrong with where a body stands that is itself sound."""
    link = links[body_id]
    if link.base in lost:
        return f"it can still be read, but rests on body {link.base}, which is damaged"
    depth = 0 if link.base is None else links[link.base].depth + 1
    if link.depth != depth or not 0 <= depth <= MAX_DEPTH:
        return f"its depth is {link.depth}, and should be {depth}"
    return None


class _Reading:
    """Decompresses bodies on whatever their base gives, and keeps the last ones, up to `CACHE_BYTES`."""

    def __init__(self, db: Database, links: dict[int, _Link]) -> None:
        self._db, self._links = db, links
        self._recent: OrderedDict[int, bytes | None] = OrderedDict()
        self._bytes = 0
        self._bad: dict[int, int] = {}  # the damaged body on which one rests that cannot be read for that
        self.seen: set[int] = set()

    def problem(self, body_id: int) -> str | None:
        """What is wrong with a body; None for nothing."""
        self.seen.add(body_id)
        base = self._links[body_id].base
        try:
            row = self._db.conn.execute(
                "select size, sha256, data from bodies where id = ?", [body_id]
            ).fetchone()
        except sqlite3.Error as error:
            self._bad[body_id] = body_id
            self._keep(body_id, None)
            return f"cannot be read: {error}"
        size, sha256, data = row
        body = self._body(body_id, size, data)
        if body is not None and len(body) == size and hashlib.sha256(body).hexdigest() == sha256:
            return None
        self._bad[body_id] = self._bad.get(base, body_id) if base is not None else body_id
        if self._bad[body_id] != body_id:
            return f"cannot be read: body {self._bad[body_id]}, on which it rests, is damaged"
        return "does not decompress" if body is None else "does not decompress to its hash and size"

    def _body(self, body_id: int, size: object, data: object) -> bytes | None:
        base_id = self._links[body_id].base
        base = b"" if base_id is None else self._again(base_id)
        body = None if base is None else decompress(data, size, base)
        self._keep(body_id, body)
        return body

    def _again(self, body_id: int) -> bytes | None:
        """A body that was read before: from memory, or once more, from as far back as need be."""
        chain = []
        step: int | None = body_id
        while step is not None and step not in self._recent:
            chain.append(step)
            step = self._links[step].base
        body = b"" if step is None else self._recent[step]
        for link in reversed(chain):
            row = self._db.conn.execute("select size, data from bodies where id = ?", [link]).fetchone()
            body = None if body is None else decompress(row[1], row[0], body)
            self._keep(link, body)
        return body

    def _keep(self, body_id: int, body: bytes | None) -> None:
        self._bytes += len(body or b"") - len(self._recent.pop(body_id, None) or b"")
        self._recent[body_id] = body
        while self._bytes > CACHE_BYTES and len(self._recent) > 1:
            self._bytes -= len(self._recent.popitem(last=False)[1] or b"")
