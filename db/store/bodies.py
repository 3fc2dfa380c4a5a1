"""Captured bodies, byte for byte, each compressed against an earlier body of the same page.

Two captures of a page differ in a few words, so with the earlier body as zstandard dictionary each takes a
few hundred bytes. A full body ends such a chain, so that reading any body takes at most `MAX_DEPTH` steps.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import zstandard
from sqlite_utils import Database

from db.errors import DamagedBodyError

# 597 bytes a capture (1,814 captures of 40 retailers, level 9); 772 with 16 steps, 574 without a limit.
MAX_DEPTH = 64
# No body is larger: crawler/webarchive/content_encoding.py refuses it before.
MAX_BYTES = 64 * 1024 * 1024
LEVEL = 9  # level 19 saves 3 % more and takes twelve times as long
CACHE_BYTES = 32 * 1024 * 1024
Read = Callable[..., Iterable[tuple[Any, ...]]]  # takes a query and its values, returns rows


class Bodies:
    """The bodies of one archive.

    Recently used bodies stay decompressed in memory, up to `CACHE_BYTES`.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._recent_bytes = 0

    def get(self, body_id: int) -> bytes:
        """Return one body.

        Raises KeyError if it is not stored, DamagedBodyError if it does not match its hash. A body in its
        chain may be damaged, as long as the bytes that the next body refers to are sound.
        """
        chain, body = self._chain(body_id)
        damaged: int | None = None
        for link, sha256, size, data in reversed(chain):
            body = decompress(data, size, body)
            if is_of(body, size, sha256):
                self._remember(link, body or b"")
                continue
            damaged = damaged or link
            if body is None or link == body_id:
                of = "" if damaged == body_id else f", on which body {body_id} rests,"
                message = f"body {damaged}{of} is damaged; see 'policytrail verify'"
                raise DamagedBodyError(message, decompresses=body is not None)
        return body or b""

    def get_if_sound(self, body_id: int) -> bytes | None:
        """Return one body, or None if it is missing or damaged."""
        try:
            return self.get(body_id)
        except (KeyError, DamagedBodyError):
            return None

    def _chain(self, body_id: int) -> tuple[list[tuple[int, str, int, bytes]], bytes | None]:
        """Return the rows (id, sha256, size, data) down to a full or cached body, and that cached body."""
        chain: list[tuple[int, str, int, bytes]] = []
        step: int | None = body_id
        while step is not None and step not in self._recent:
            row = self._db.execute(
                "select base_id, sha256, size, data from bodies where id = ?", [step]
            ).fetchone()
            if row is None and step == body_id:
                raise KeyError(step)
            if row is None or len(chain) > MAX_DEPTH:
                raise DamagedBodyError(f"body {body_id} has no sound base; see 'policytrail verify'")
            chain.append((step, *row[1:]))
            step = row[0]
        return chain, None if step is None else self._recent[step]

    def put(self, body: bytes, *, page_id: int, timestamp: str) -> int:
        """Store a body and return its id; a body that is stored already is not stored again.

        `timestamp` (14 digits) is the capture's: the body of the page's nearest capture before it becomes the
        base. Call it inside a transaction, before the capture's own row refers to the body.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        known = find(self._db, sha256)
        if known is not None:
            return known
        base_id, depth = self._base(page_id, timestamp)
        data = _compress(body, None if base_id is None else self.get(base_id))
        return self._insert(body, sha256, base_id, depth, data)

    def take_over(self, read: Read, sha256: str) -> int:
        """Copy a body from another archive, with all bodies of its chain; return its id here.

        The compressed bytes are copied, which takes a tenth of the time of `put`, and decompressed once to
        check the hash. Call it inside a transaction. Raises ValueError if the other archive does not have the
        body in full.
        """
        chain: list[tuple[str, int, bytes]] = []
        base_id = find(self._db, sha256)
        columns = "select sha256, size, data, base_id from bodies where"
        rows = [] if base_id else list(read(f"{columns} sha256 = ?", sha256))
        while rows and base_id is None:
            digest, size, data, step = rows[0]
            chain.append((digest, size, data))
            if len(chain) > MAX_DEPTH + 1:
                raise ValueError(f"body {sha256[:16]} is compressed against more than {MAX_DEPTH} others")
            if step is None:
                break
            rows = list(read(f"{columns} id = ?", step))
            base_id = find(self._db, rows[0][0]) if rows else None
        if not (base_id or chain):
            raise ValueError(f"there is no body {sha256[:16]}")
        for digest, size, data in reversed(chain):
            base_id = self._copy(digest, size, data, base_id)
        return int(base_id or 0)

    def _copy(self, sha256: str, size: int, data: bytes, base_id: int | None) -> int:
        """Store a body as another archive compressed it; `base_id` is its base in this archive."""
        body = decompress(data, size, None if base_id is None else self.get(base_id))
        if body is None or not is_of(body, size, sha256):
            raise ValueError(f"body {sha256[:16]} is not what its hash says")
        depth = 0
        if base_id is not None:
            (depth,) = self._db.execute("select depth + 1 from bodies where id = ?", [base_id]).fetchone()
        if depth > MAX_DEPTH:
            base_id, depth, data = None, 0, _compress(body, None)
        return self._insert(body, sha256, base_id, depth, data)

    def _insert(self, body: bytes, sha256: str, base_id: int | None, depth: int, data: bytes) -> int:
        cursor = self._db.execute(
            "insert into bodies (sha256, size, base_id, depth, data) values (?, ?, ?, ?, ?)",
            [sha256, len(body), base_id, depth, data],
        )
        body_id = int(cursor.lastrowid or 0)
        self._remember(body_id, body)
        return body_id

    def _base(self, page_id: int, timestamp: str) -> tuple[int | None, int]:
        """Return the base for a new body of a page, and the depth of the new body; (None, 0): no base."""
        for side, order in (("<=", "desc"), (">", "asc")):
            row = self._db.execute(
                f"""select b.id, b.depth from captures c join bodies b on b.id = c.body_id
                where c.page_id = ? and c.timestamp {side} ? and b.size > 0
                order by c.timestamp {order} limit 1""",
                [page_id, timestamp],
            ).fetchone()
            if row:
                return (int(row[0]), int(row[1]) + 1) if row[1] < MAX_DEPTH else (None, 0)
        return None, 0

    def _remember(self, body_id: int, body: bytes) -> None:
        self._recent_bytes += len(body) - len(self._recent.pop(body_id, b""))
        self._recent[body_id] = body
        while self._recent_bytes > CACHE_BYTES and len(self._recent) > 1:
            self._recent_bytes -= len(self._recent.popitem(last=False)[1])


def find(db: Database, sha256: str) -> int | None:
    """Return the id of the body with this hash; None if it is not stored."""
    row = db.execute("select id from bodies where sha256 = ?", [sha256]).fetchone()
    return int(row[0]) if row else None


def store_whole(db: Database, body_id: int, body: bytes) -> None:
    """Replace a stored body by a full one, without a base. Call it inside a transaction."""
    db.execute(
        "update bodies set base_id = null, depth = 0, data = ? where id = ?", [_compress(body, None), body_id]
    )


def is_of(body: bytes | None, size: int, sha256: str) -> bool:
    """Return whether bytes have this size and hash; False for None."""
    return body is not None and len(body) == size and hashlib.sha256(body).hexdigest() == sha256


def decompress(data: object, size: object, base: bytes | None) -> bytes | None:
    """Decompress a value that may be damaged, against its base (None or empty: no base).

    Returns whatever bytes come out, without checking them; None for an error, or for more than `MAX_BYTES`.
    `size` is used only if the frame does not state its own. A damaged row can have values of any type.
    """
    if not isinstance(data, bytes) or not isinstance(size, int):
        return None
    try:
        own = zstandard.frame_content_size(data)
        length = size if own == -1 else own
        if not 0 <= length <= MAX_BYTES:
            return None
        dictionary = _dictionary(base) if base else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data, max_output_size=length)
    except (zstandard.ZstdError, MemoryError):
        return None


def _compress(body: bytes, base: bytes | None) -> bytes:
    if not base:
        return zstandard.ZstdCompressor(level=LEVEL).compress(body)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, source_size=len(body) + len(base), dict_size=len(base)
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=_dictionary(base)).compress(body)


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
