"""Validation of facts from outside: each value must have the type and range of its column.

The file can come from an attacker or another policytrail. docs/archive.md describes the format.
"""

import re
from collections.abc import Mapping

from db import lengths, times
from db.store import clues
from db.store.captures import STATES
from db.store.facts import CAPTURE, KEY, PAGE, Fact
from db.store.retailers import FOUND_BY

_LONGEST = {
    **lengths.BY_COLUMN["retailers"],
    **lengths.BY_COLUMN["captures"],
    **{"url": lengths.ADDRESS, "page": lengths.ADDRESS, "policy": 40, "from": 20, "to": 20},
}
_LISTINGS = ("complete", "excluded", "failed")


class FactError(ValueError):
    """A fact has a wrong format: another program wrote it, or somebody changed it."""


def retailer_of(facts: Fact) -> tuple[str, str | None]:
    """Return domain and name of the retailer in facts. The name can be None. Raises FactError."""
    retailer = _object(facts.get("retailer"))
    return _named(retailer, "domain"), _text(retailer, "name", empty=True)


def attributes_of(facts: Fact) -> list[list[str]]:
    """Return the attributes of the retailer in facts, as (name, value, moment). Raises FactError."""
    given = _list(_object(facts.get("retailer")).get("attributes", []))
    if len(given) > lengths.ATTRIBUTES:
        raise FactError(f"a retailer has more than {lengths.ATTRIBUTES} attributes")
    return [_attribute_of(row) for row in given]


def _attribute_of(row: object) -> list[str]:
    if not isinstance(row, list) or len(row) != 3:
        raise FactError("an attribute is not of its form")
    named = dict(zip(("attribute", "value", "at"), row, strict=True))
    name, value, at = (_named(named, part) for part in named)
    if len(name) > lengths.ATTRIBUTE_NAME or len(value) > lengths.ATTRIBUTE_VALUE:
        raise FactError("an attribute is too long")
    _moment(at, "an attribute")
    return [name, value, at]


def kind_of(kind: object) -> str:
    """Return the kind of a policy if it is valid. Raises FactError."""
    if not isinstance(kind, str) or not re.fullmatch(r"[a-z]{1,40}", kind):
        raise FactError("policy is no kind")
    return kind


def list_of(facts: Fact, name: str) -> list[object]:
    """Return the list `facts[name]`, or [] if it is missing. Raises FactError if the value is no list."""
    return _list(facts.get(name, []))


def page_of(value: object) -> Fact:
    """Return the facts of a page if they are valid. Raises FactError."""
    given = _object(value)
    page: Fact = {
        name: _text(given, name, empty=name not in ("url", "found_by")) for name in PAGE if name != "waypoint"
    }
    _among(page["found_by"], FOUND_BY)
    _among(page["listing"], (None, *_LISTINGS))
    _among(page["relation"], (None, "own", "other"))
    page["waypoint"] = _among(given.get("waypoint", 0), (0, 1))
    page["coverage"] = [_coverage_of(row) for row in _list(given.get("coverage", []))]
    return page


def _coverage_of(row: object) -> list[str | None]:
    if not isinstance(row, list) or len(row) != 4:
        raise FactError("coverage is not of its form")
    named = dict(zip(("archive", "from", "to", "at"), row, strict=True))
    at = str(_text(named, "at"))
    _moment(at, "coverage")
    return [_text(named, "archive"), _text(named, "from", empty=True), _text(named, "to"), at]


def _moment(text: str, whose: str) -> None:
    """Raise FactError if a text is no moment in ISO 8601."""
    try:
        times.seconds(text)
    except ValueError as error:
        raise FactError(f"{whose} names no moment") from error


def capture_of(value: object) -> Fact:
    """Return the facts of a capture if they are valid. Raises FactError."""
    given = _object(value)
    needed = ("archive", "timestamp", "original", "state")
    capture: Fact = {}
    for name in CAPTURE:
        if name in ("status", "length", "attempts"):
            capture[name] = _number(given, name)
        elif name != "headers":
            capture[name] = _text(given, name, empty=name not in needed)
    capture["attempts"] = capture["attempts"] or 0
    key = capture["replay_key"]
    if key is None:
        del capture["replay_key"]
    elif not times.is_replay_key(str(key), str(capture["timestamp"])):
        raise FactError("replay_key is not the timestamp of its archive")
    _among(capture["state"], STATES)
    if (capture["state"] == "fetched") != (capture["body"] is not None):
        raise FactError("a capture is fetched if, and only if, it has a body")
    headers = given.get("headers")
    capture["headers"] = None if headers is None else [_header(pair) for pair in _list(headers)]
    return capture


def _header(pair: object) -> list[str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise FactError("a header is not a name and a value")
    named = dict(zip(("header", "value"), pair, strict=True))
    return [str(_text(named, "header")), str(_text(named, "value"))]


def clue_of(value: object) -> Fact:
    """Return discovery evidence if it is valid. Raises FactError."""
    given = _object(value)
    clue = {
        name: _text(given, name, empty=name == "text")
        for name in ("policy", "page", "way", "text", "noted_at")
    }
    _among(clue["way"], clues.EVIDENCE_KINDS)
    seen = given.get("capture")
    return clue | {"capture": None if seen is None else {name: _text(_object(seen), name) for name in KEY}}


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise FactError("it is no object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise FactError("it is no list")
    return value


def _among(value: object, allowed: tuple[object, ...]) -> object:
    if isinstance(value, bool) or value not in allowed:
        raise FactError(f"{value!r:.40} is none of {', '.join(map(str, allowed))}")
    return value


def _text(given: Mapping[str, object], name: str, *, empty: bool = False) -> str | None:
    value = given.get(name)
    if value is None and empty:
        return None
    if not isinstance(value, str) or not _is_storable(value):
        raise FactError(f"{name} is no text")
    if len(value) > _LONGEST.get(name, len(value)):
        raise FactError(f"{name} is longer than {_LONGEST[name]} characters")
    return value


def _named(given: Mapping[str, object], name: str) -> str:
    value = _text(given, name)
    if not value:
        raise FactError(f"{name} is empty")
    return value


def _is_storable(text: str) -> bool:
    """Return whether SQLite can store a text.

    JSON can contain half of a surrogate pair, which UTF-8 cannot.
    """
    try:
        return len(text.encode()) >= 0
    except UnicodeEncodeError:
        return False


def _number(given: Mapping[str, object], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise FactError(f"{name} is no number")
    return value
