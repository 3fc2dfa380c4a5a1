"""One row of a capture index: read it, or say why it cannot be read.

Rows are sometimes damaged (docs/wayback.md "Index rows"). A damaged row costs that row, not the answer.
"""

import re
from collections.abc import Mapping

from crawler.webarchive.cdx_snapshots import snapshot_of
from db import times
from db.store.captures import IndexRow

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can contain half a character; UTF-8 cannot
_TIMESTAMP = re.compile(r"[0-9]{4,20}")
_STATUS = re.compile(r"[1-9][0-9]{2}")
_LENGTH = re.compile(r"[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]+")
_SHA1 = re.compile(r"[A-Za-z0-9]{16,}")
_DIGEST = re.compile(r"(?![0-9]+$)[\w+/=:.-]{2,}")
# Characters of a value. The longest addresses are those of consent pages, with a few thousand characters.
_LONGEST = {"urlkey": 20_000, "original": 20_000, "mimetype": 1_000, "digest": 250}
_SHOWN = 200  # characters of a damaged row in its message


class DamagedRowError(Exception):
    """A row of an index that cannot be read. The message says why, and shows the row."""


def wayback_row(values: Mapping[str, object], raw: object) -> IndexRow:
    """Make a row of the Wayback dialect, with waybackpy's CDXSnapshot where its timestamp names a moment.

    `values` are the fields by name. A row whose timestamp names no moment is stored as a failed capture.
    Raises DamagedRowError.
    """
    if len(values) < len(FIELDS):
        raise DamagedRowError(f"the index gives a row that is too short: {_shown(raw)}")
    named = _named(values, raw)
    snapshot = snapshot_of(named)
    return _index_row({**named, **vars(snapshot), "timestamp": named["timestamp"]} if snapshot else named)


def pywb_row(values: Mapping[str, object], raw: object) -> IndexRow:
    """Make a row of pywb, which leaves unknown fields out. Raises DamagedRowError."""
    return _index_row(_named(values, raw))


def _named(values: Mapping[str, object], raw: object) -> dict[str, str]:
    """Return the fields of a row by name, with "-" for an unknown value, and its `replay_key`.

    A status or a length that is none becomes unknown. Raises DamagedRowError where another value is damaged.
    """
    named = {name: _text(values.get(name)) for name in FIELDS}
    if "-" in (named["timestamp"], named["original"]):
        raise DamagedRowError(f"the index gives a row that is too short: {_shown(raw)}")
    status_is_odd = _is_odd(_STATUS, named["statuscode"])
    length_is_odd = _is_odd(_LENGTH, named["length"])
    # A blank in an address or a media type moves what follows to the next columns.
    is_shifted = _is_odd(_NUMBER, named["statuscode"]) and (
        bool(_SHA1.fullmatch(named["length"]))
        or _is_odd(_DIGEST, named["digest"])
        or named["mimetype"].endswith(";")
    )
    if is_shifted or not _TIMESTAMP.fullmatch(named["timestamp"]):
        raise DamagedRowError(f"the index gives a row whose columns are shifted: {_shown(raw)}")
    for name, longest in _LONGEST.items():
        if len(named[name]) > longest:
            raise DamagedRowError(f"the index gives a row whose {name} is too long: {_shown(raw)}")
        if re.search(r"[\x00-\x1f\x7f]", named[name]):
            raise DamagedRowError(f"the index gives a row with a control character: {_shown(raw)}")
    named["statuscode"] = "-" if status_is_odd else named["statuscode"]
    named["length"] = "-" if length_is_odd else named["length"]
    return {**named, "timestamp": times.padded(named["timestamp"]), "replay_key": named["timestamp"]}


def _text(value: object) -> str:
    """Return a value of a row as text.

    An unknown value is "-". A value of a wrong type is a control character, which no field allows.
    """
    if value is None or value == "":
        return "-"
    if isinstance(value, bool | list | dict | float):
        return "\0"
    return _LONE_SURROGATE.sub("\ufffd", str(value))


def _is_odd(pattern: re.Pattern[str], value: str) -> bool:
    return value != "-" and not pattern.fullmatch(value)


def _index_row(named: Mapping[str, str]) -> IndexRow:
    known = {name: None if named[name] == "-" else named[name] for name in FIELDS}
    status, length = known["statuscode"], known["length"]
    return IndexRow(
        known["urlkey"] or "",
        named["timestamp"],
        named["original"],
        known["mimetype"],
        None if status is None else int(status),
        known["digest"],
        None if length is None else int(length),
        None if named["replay_key"] == named["timestamp"] else named["replay_key"],
    )


def _shown(raw: object) -> str:
    """Return the beginning of a row, in one line without control characters."""
    text = _LONE_SURROGATE.sub("\ufffd", str(raw)[:_SHOWN])
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
