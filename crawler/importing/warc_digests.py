"""Compare the digests that a WARC record states with its bytes.

Tools write digests with any algorithm and in any encoding: `sha1:` and base 32, hexadecimal, base 64. They
disagree about what the payload of a chunked or compressed answer is. So a digest is right if it is the digest
of any of these forms.
"""

import base64
import hashlib
import re
from collections.abc import Iterable

_ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
# Names that stand before the colon, in lower case and without signs.
_NAMES = {name: (name,) for name in _ALGORITHMS} | {
    "sha": ("sha1",),
    "sha2": ("sha256", "sha512"),
    "": _ALGORITHMS,
}


def contradicts(digest: str, contents: Iterable[bytes]) -> bool:
    """Return whether a stated digest is of none of these contents.

    False also for a digest that cannot be compared: an empty one, of an unknown algorithm, or of a length
    that its algorithm does not have.
    """
    name, _, value = digest.strip().rpartition(":")
    value = value.strip().rstrip("=")
    algorithms = _NAMES.get(re.sub(r"[^a-z0-9]", "", name.lower()), ())
    comparable = [algorithm for algorithm in algorithms if len(value) in _lengths(algorithm)]
    return bool(comparable) and not any(
        _is_of(value, hashlib.new(algorithm, content, usedforsecurity=False).digest())
        for content in contents
        for algorithm in comparable
    )


def confirms(digest: str, contents: Iterable[bytes]) -> bool:
    """Return whether a stated digest can be compared, and is of one of these contents."""
    contents = list(contents)
    return contradicts(digest, ()) and not contradicts(digest, contents)


def _lengths(algorithm: str) -> set[int]:
    """Return how many characters a digest has in hexadecimal, base 32 and base 64, without padding."""
    bits = hashlib.new(algorithm, usedforsecurity=False).digest_size * 8
    return {-(-bits // size) for size in (4, 5, 6)}


def _is_of(value: str, digest: bytes) -> bool:
    base64_forms = {
        form(digest).decode().rstrip("=") for form in (base64.b64encode, base64.urlsafe_b64encode)
    }
    return (
        value.lower() == digest.hex()
        or value.upper() == base64.b32encode(digest).decode().rstrip("=")
        or value in base64_forms
    )
