"""The resume key of a CDX response: text that encodes where the next response starts.

Like keys of the Wayback Machine since 2026, it is base64 of zlib (docs/wayback.md, "Resume key"). It also
names the exact capture that was last, so no row is sent twice, and no row of the same second is missed. It
contains the last value of each collapse, so equal rows at the end of one response and at the start of the
next stay one row.
"""

import base64
import binascii
import json
import zlib
from typing import NamedTuple

from db.web.wayback.scan import Position

MAX_KEY = 16_384  # the most characters of a key; addresses rarely have more than 2,000


class ResumeKey(NamedTuple):
    """The last capture in a response, and the last value of each collapse.

    A value is None if the collapse has seen no row yet.
    """

    position: Position
    collapsed: tuple[str | None, ...]


def encode(key: ResumeKey) -> str:
    """Return the key as text for a client: letters, digits, `-` and `_`."""
    text = json.dumps([*key.position, *key.collapsed], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")


def decode(text: str) -> ResumeKey:
    """Return the key in a text that `encode` wrote. Raises ValueError for any other text."""
    if len(text) > MAX_KEY:
        raise ValueError("the key is too long")
    try:
        packed = base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
        stream = zlib.decompressobj()
        urlkey, timestamp, number, *collapsed = json.loads(stream.decompress(packed, MAX_KEY))
    except (binascii.Error, zlib.error, UnicodeError, RecursionError, TypeError, ValueError) as error:
        raise ValueError("the resume key is damaged") from error
    if not (
        stream.eof
        and isinstance(urlkey, str)
        and isinstance(timestamp, str)
        and type(number) is int
        and 0 <= number < 2**62
    ):
        raise ValueError("the resume key is damaged")
    if not all(value is None or isinstance(value, str) for value in collapsed):
        raise ValueError("the resume key is damaged")
    return ResumeKey(Position(urlkey, timestamp, number), tuple(collapsed))
