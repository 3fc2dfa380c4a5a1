"""The arguments of ``extract_policy``, in the types that the extraction needs.

They come from index rows, headers and other programs. A value of a wrong type is read as if it were missing,
or converted if its meaning is clear.
"""

from __future__ import annotations

from collections.abc import Mapping


def as_bytes(value: object) -> bytes:
    """Return a body as bytes: text is encoded as UTF-8. Returns b"" for anything but text and bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""


def as_text(value: object) -> str:
    """Return text: bytes are decoded as UTF-8. Returns "" for anything but text and bytes."""
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str) else ""


def as_status(value: object) -> int | None:
    """Return an HTTP status, also if it is three digits of text. Returns None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    digits = as_text(value).strip()
    return int(digits) if len(digits) == 3 and digits.isascii() and digits.isdigit() else None


def as_headers(value: object) -> dict[str, str]:
    """Return headers with names in lower case. Returns no headers for anything but a mapping."""
    if not isinstance(value, Mapping):
        return {}
    return {as_text(name).lower(): as_text(content) for name, content in value.items()}
