"""Captured bodies, byte for byte, compressed with the help of earlier bodies.

Two captures of a page differ only in a few words. If an earlier body of the page (the base) is used as
zstandard dictionary, a body needs only a few hundred bytes. The base can have a base too. After `MAX_DEPTH`
bodies such a chain ends with a body that has no base, so reading a body is never slow.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import zstandard
from sqlite_utils import Database

from db.errors import DamagedBodyError, MissingBodyError

# With 64 steps a capture needs 597 bytes, with 16 steps 772, without a limit 574 (1,814 captures of 40
# retailers, level 9).
MAX_DEPTH = 64
# Larger bodies are never stored: crawler/webarchive/content_encoding.py refuses them.
MAX_BYTES = 64 * 1024 * 1024
LEVEL = 9  # level 19 saves 3 % more and takes twelve times as long
CACHE_BYTES = 32 * 1024 * 1024
_NO_MEMORY = "Allocation error"  # Zstandard has no error of its own for this
Read = Callable[..., Iterable[tuple[Any, ...]]]  # takes a query and its values, returns rows


class Bodies:
    """The bodies of one archive file.

    Recently used bodies stay in memory, up to `CACHE_BYTES` in total.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._recent: OrderedDict[int, bytes] = OrderedDict()
        self._recent_bytes = 0

    def get(self, body_id: int) -> bytes:
        """Return a body by its id, decompressed.

        Raises MissingBodyError if it is not stored, and DamagedBodyError if it does not match its hash. A
        damaged base is no error as long as the bytes that are needed from it are right.
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
        """Return a body by its id, or None if it is missing or damaged."""
        try:
            return self.get(body_id)
        except (MissingBodyError, DamagedBodyError):
            return None

    def _chain(self, body_id: int) -> tuple[list[tuple[int, str, int, bytes]], bytes | None]:
        """Return the rows that are needed to read a body.

        Rows are (id, sha256, size, data), the requested body first, then its base, and so on. The chain ends
        at a body without base, or before a body that is in memory. The second value is that body in memory,
        or None.
        """
        chain: list[tuple[int, str, int, bytes]] = []
        step: int | None = body_id
        while step is not None and step not in self._recent:
            row = self._db.execute(
                "select base_id, sha256, size, data from bodies where id = ?", [step]
            ).fetchone()
            if row is None and step == body_id:
                raise MissingBodyError(f"body {step} is missing from the archive; see 'policytrail verify'")
            if row is None or len(chain) > MAX_DEPTH:
                raise DamagedBodyError(f"body {body_id} has no sound base; see 'policytrail verify'")
            chain.append((step, *row[1:]))
            step = row[0]
        return chain, None if step is None else self._recent[step]

    def put(self, body: bytes, *, page_id: int, timestamp: str) -> int:
        """Store a body if it is not stored yet, and return its id.

        `timestamp` has the capture's 14 digits. The base is the body of the nearest earlier capture of the
        page. Call it inside a transaction, before the capture's own row refers to the body.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        known = find(self._db, sha256)
        if known is not None:
            return known
        base_id, depth = self._base(page_id, timestamp)
        data = _compress(body, None if base_id is None else self.get(base_id))
        return self._insert(body, sha256, base_id, depth, data)

    def take_over(self, read: Read, sha256: str) -> int:
        """Copy a body from another archive file, with the bases that it needs.

        Returns its id here. The compressed bytes are copied, which is ten times faster than `put`. They are
        decompressed once to check the hash. `read` runs SQL in the other file. Call it inside a transaction.
        Raises ValueError if the other file does not have the complete and undamaged body.
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
        """Store a body in the compressed form of another archive file, and return its id.

        `base_id` is the id of its base here, or None. Raises ValueError if the body does not match its hash.
        """
        body = decompress(data, size, None if base_id is None else self.get(base_id))
        if body is None or not is_of(body, size, sha256):
            raise ValueError(f"body {sha256[:16]} does not match its hash")
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
        """Return the id of the base for a new body, and the new body's depth.

        The depth is the number of bodies below it in the chain. Returns (None, 0) if it is to be stored
        without a base.
        """
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
    """Return the id of the body with this hash, or None."""
    row = db.execute("select id from bodies where sha256 = ?", [sha256]).fetchone()
    return int(row[0]) if row else None


def store_whole(db: Database, body_id: int, body: bytes) -> None:
    """Store a body again, this time without a base. Call it inside a transaction."""
    db.execute(
        "update bodies set base_id = null, depth = 0, data = ? where id = ?", [_compress(body, None), body_id]
    )


def is_of(body: bytes | None, size: int, sha256: str) -> bool:
    """Return whether a body has this size (bytes) and this SHA-256. False for None."""
    return body is not None and len(body) == size and hashlib.sha256(body).hexdigest() == sha256


def decompress(data: object, size: object, base: bytes | None) -> bytes | None:
    """Return the decompressed body, or None if that is not possible. The result is not checked.

    `base` is the decompressed base, or None or b"" for a body without base. `size` is used only if the
    compressed data does not state its own size. Returns None for damaged data, and for more than `MAX_BYTES`.
    In a damaged row `data` and `size` can have any type. Raises MemoryError.
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
    except zstandard.ZstdError as error:
        if _NO_MEMORY in str(error):
            raise MemoryError(str(error)) from None
        return None


def _compress(body: bytes, base: bytes | None) -> bytes:
    """Compress a body. Raise MemoryError if Zstandard gets no memory: nothing else can make it fail."""
    try:
        if not base:
            return zstandard.ZstdCompressor(level=LEVEL).compress(body)
        parameters = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, source_size=len(body) + len(base), dict_size=len(base)
        )
        compressor = zstandard.ZstdCompressor(compression_params=parameters, dict_data=_dictionary(base))
        return compressor.compress(body)
    except zstandard.ZstdError as error:
        raise MemoryError(str(error)) from None


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
