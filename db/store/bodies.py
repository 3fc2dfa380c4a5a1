"""Captured bodies, byte for byte, each compressed against the body of the same page before it.

Two captures of a page differ in a few words, so the earlier body as zstandard dictionary leaves a few hundred bytes of
each. A chain of such bodies is cut by a full one, so that any body is read by undoing at most `MAX_DEPTH` steps.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import zstandard
from sqlite_utils import Database

from db.errors import DamagedBodyError

MAX_DEPTH = (
    64  # on 1,814 captures of 40 retailers: 597 bytes a capture, 772 with 16, 574 without a limit (level 9)
)
MAX_BYTES = (
    64 * 1024 * 1024
)  # no body is larger: those that come from outside are refused before (crawler/webarchive/content_encoding.py)
LEVEL = 9  # level 19 saves 3 % more and takes twelve times as long
CACHE_BYTES = 32 * 1024 * 1024
Read = Callable[..., Iterable[tuple[Any, ...]]]  # a query and its values in, rows out


class Bodies:
    """The bodies of one archive. Recently used ones are kept decompressed, up to `CACHE_BYTES`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._recent_bytes = 0

    def get(self, body_id: int) -> bytes:
        """Read one body. Raises KeyError where there is no such body, DamagedBodyError where it is not what its hash says.

        A body of which a part is damaged that the next one does not refer to can still be what that one is read with.
        """
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
        body = None if step is None else self._recent[step]
        damaged: int | None = None
        for link, sha256, size, data in reversed(chain):
            body = decompress(data, size, body)
            if is_of(body, size, sha256):
                self._remember(link, body or b"")
                continue
            damaged = damaged or link
            if body is None or link == body_id:
                of = "" if damaged == body_id else f", on which body {body_id} rests,"
                raise DamagedBodyError(f"body {damaged}{of} is damaged; see 'policytrail verify'")
        return body or b""

    def put(self, body: bytes, *, page_id: int, timestamp: str) -> int:
        """Store a body and give its id; one that the archive has already is not stored twice.

        `timestamp` (14 digits) is the capture's: the body of the page's nearest capture before it becomes the base.
        To be called inside a transaction, before the capture's own row points to it.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        known = find(self._db, sha256)
        if known is not None:
            return known
        base_id, depth = self._base(page_id, timestamp)
        data = _compress(body, None if base_id is None else self.get(base_id))
        cursor = self._db.execute(
            "insert into bodies (sha256, size, base_id, depth, data) values (?, ?, ?, ?, ?)",
            [sha256, len(body), base_id, depth, data],
        )
        body_id = int(cursor.lastrowid or 0)
        self._remember(body_id, body)
        return body_id

    def take_over(self, read: Read, sha256: str) -> int:
        """Copy a body out of another archive, with those that it is compressed against, and give its id here.

        It is copied as it is stored, which takes a tenth of the time of `put`, and read once, for its hash. To be called inside
        a transaction. Raises ValueError, which says what is wrong, where the other archive does not hold it whole.
        """
        chain: list[tuple[str, int, bytes]] = []
        base_id = find(self._db, sha256)
        columns = "select sha256, size, data, base_id from bodies where"
        rows = [] if base_id else list(read(f"{columns} sha256 = ?", sha256))
        while rows and base_id is None:
            *link, step = rows[0]
            chain.append((link[0], link[1], link[2]))
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
        """Enter a body as another archive compressed it; `base_id` is what it is compressed against, here."""
        body = expand(data, size, sha256, None if base_id is None else self.get(base_id))
        if body is None:
            raise ValueError(f"body {sha256[:16]} is not what its hash says")
        depth = 0
        if base_id is not None:
            (depth,) = self._db.execute("select depth + 1 from bodies where id = ?", [base_id]).fetchone()
        if depth > MAX_DEPTH:
            base_id, depth, data = None, 0, _compress(body, None)
        cursor = self._db.execute(
            "insert into bodies (sha256, size, base_id, depth, data) values (?, ?, ?, ?, ?)",
            [sha256, size, base_id, depth, data],
        )
        body_id = int(cursor.lastrowid or 0)
        self._remember(body_id, body)
        return body_id

    def _base(self, page_id: int, timestamp: str) -> tuple[int | None, int]:
        for side, order in (("<=", "desc"), (">", "asc")):
            row = self._db.execute(
                f"""select b.id, b.depth from captures c join bodies b on b.id = c.body_id
                where c.page_id = ? and c.timestamp {side} ? and b.size > 0 order by c.timestamp {order} limit 1""",
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
    """The id of the body with this hash; None where the archive has none."""
    row = db.execute("select id from bodies where sha256 = ?", [sha256]).fetchone()
    return int(row[0]) if row else None


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _compress(body: bytes, base: bytes | None) -> bytes:
    if not base:
        return zstandard.ZstdCompressor(level=LEVEL).compress(body)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, source_size=len(body) + len(base), dict_size=len(base)
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=_dictionary(base)).compress(body)


def expand(data: bytes, size: int, sha256: str, base: bytes | None) -> bytes | None:
    """Decompress a body against its base (None or empty: none); None where that does not give the bytes of this hash."""
    body = decompress(data, size, base)
    return body if is_of(body, size, sha256) else None


def is_of(body: bytes | None, size: int, sha256: str) -> bool:
    """Whether bytes have this size and hash; None has none."""
    return body is not None and len(body) == size and hashlib.sha256(body).hexdigest() == sha256


def decompress(data: object, size: object, base: bytes | None) -> bytes | None:
    """Decompress what may be damaged, and give whatever comes; None where nothing does, or more than `MAX_BYTES` would.

    `size` is believed only where the frame does not say its own. A damaged row can hold values of any type.
    """
    if not isinstance(data, bytes) or not isinstance(size, int):
        return None
    try:
        own = zstandard.frame_content_size(data)
        if not 0 <= (size if own == -1 else own) <= MAX_BYTES:
            return None
        decompressor = (
            zstandard.ZstdDecompressor(dict_data=_dictionary(base)) if base else zstandard.ZstdDecompressor()
        )
        return decompressor.decompress(data, max_output_size=size if own == -1 else own)
    except (zstandard.ZstdError, MemoryError):
        return None


def rebase(db: Database, body_id: int, body: bytes) -> None:
    """Store a body whole, in place of what rests on another one. To be called inside a transaction."""
    db.execute(
        "update bodies set base_id = null, depth = 0, data = ? where id = ?", [_compress(body, None), body_id]
    )
